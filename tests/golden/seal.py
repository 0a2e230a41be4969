"""States size and hash of delivered files anew in their control files, after an edit by hand."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from golden_case import PACKED, content


def seal(case: Path) -> int:
    """Rewrite `bytes` and `sha256` of every control file below `case` and return how many there are. Those that are
    wrong on purpose say `sealed` false and stay."""
    controls = {
        control: stated
        for control in sorted(case.rglob("*.ok"))
        if (stated := json.loads(control.read_text(encoding="utf-8"))).get("sealed", True)
    }
    for control, stated in controls.items():
        file = control.with_suffix("")
        delivered = content(file if file.exists() else file.with_name(file.name + PACKED))
        stated |= {"bytes": len(delivered), "sha256": hashlib.sha256(delivered).hexdigest()}
        control.write_text(json.dumps(stated, ensure_ascii=False), encoding="utf-8")
    return len(controls)


if __name__ == "__main__":
    print(f"{seal(Path(sys.argv[1]))} control files")
