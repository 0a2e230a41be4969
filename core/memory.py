"""Memory that was freed, given back to the machine between a night's stages, whose peaks would otherwise add up."""

from __future__ import annotations

import ctypes
import gc

import pyarrow as pa


def give_back() -> None:
    """Let the garbage collector, Arrow's pool and the C library's heaps return what nobody holds any more."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except OSError:
        return  # another C library: it gives back in its own time
