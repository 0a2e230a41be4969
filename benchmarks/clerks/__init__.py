"""A second task, made otherwise: no list of troubles, but clerks who type, read or listen badly, each in his own way.

Nobody tunes anything on it: it shows what the engine is worth on data of another making.
"""
