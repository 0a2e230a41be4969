"""One door to Arrow.

The published type stubs know only part of Arrow's overloads (no numpy columns as indices, no plain values beside
columns), so Arrow is taken as Any here, once, instead of ignoring errors at every call.
"""

from __future__ import annotations

from typing import Any

import pyarrow
import pyarrow.compute

pa: Any = pyarrow
pc: Any = pyarrow.compute

#: A pyarrow.Table, one whose columns the function's docstring names.
Table = Any
#: A pyarrow Array or ChunkedArray, one value per row.
Column = Any
