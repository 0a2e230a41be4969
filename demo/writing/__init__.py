"""Typed rows out, delivered bytes: one module per format, all driven by the contract of the source."""
