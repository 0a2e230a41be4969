"""One process of the fuzzer: ``python -m tests.fuzz.worker FORM DROPS SEED FIRST COUNT``.

Says on standard error what it is about to do, so that whoever kills it knows what it was at, and on standard output
what came out.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from core.duck import connect
from core.settings import Settings
from tests.fuzz.invariant import Check
from tests.fuzz.mutations import mutant
from tests.fuzz.originals import original


def main(form: str, drops: str, seed: str, first: str, count: str) -> None:
    """Check mutants `first` to `first` + `count` - 1 of one form."""
    source = original(form, Path(drops))
    kind = "json_pages" if form == "control" else source.contract.format.kind
    numbers = range(int(first), int(first) + int(count))
    mutants = {f"{form}-{seed}-{number}": mutant(kind, source.data, f"{form}-{seed}-{number}") for number in numbers}
    with tempfile.TemporaryDirectory() as work:
        session = connect(Settings(threads=1), scratch=Path(work) / "scratch")
        check = Check(session, source, Path(work), begin=lambda step: print(step, file=sys.stderr, flush=True))
        tally = check.of(mutants)
    print(json.dumps(vars(tally)))


if __name__ == "__main__":
    main(*sys.argv[1:])
