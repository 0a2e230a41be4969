"""Bytes in, contract-shaped rows out: transports and formats, declared per source by its data contract.

`intake.take` is the whole way of one source in one night; `present.attach` shows what holds now; `inquiry` asks.
"""
