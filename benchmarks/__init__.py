"""The benchmark of the matching engine: a generated Chinese linkage task, its measures, and the peers beside it.

It knows the engine only as a command and by its links: nothing here reads a parameter of `matching`, and nothing in
`matching` may be fitted to what is made here. `benchmarks.ingest` measures the way of a delivery into the store.
"""
