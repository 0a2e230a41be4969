"""What holds of every published database: name -> the query that finds what breaks it (invariants.sql)."""

from __future__ import annotations

import re
from pathlib import Path

_TEXT = (Path(__file__).parent / "invariants.sql").read_text(encoding="utf-8")
INVARIANTS = dict(re.findall(r"^-- (\w+)\n((?s:.*?));$", _TEXT, flags=re.M))
