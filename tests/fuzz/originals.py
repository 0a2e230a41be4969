"""What is mutated: deliveries of a demo district of six debtors, Sunday's fulls, the replies, and Monday's deltas."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from data_contracts import Contract, load

#: Form -> (source, file of its contract). At least one of every kind of reader, encoding and quoting.
FORMS: dict[str, tuple[str, str]] = {
    "csv_all_quoted": ("household", "main"),
    "csv_minimal": ("bank_sdrcb", "accounts"),
    "csv_tabs": ("planning", "permits"),
    "delimited_text": ("vehicles", "base"),
    "zip_of_csv": ("land", "main"),
    "zip_of_csv_utf8": ("enterprises", "main"),
    "xml": ("housing", "main"),
    "bank_xml": ("bank_boc", "main"),
    "bank_xml_gb18030": ("bank_ccb", "main"),
    "bank_xml_namespace": ("bank_icbc", "main"),
    "xlsx": ("bank_psbc", "main"),
    "xlsx_by_hand": ("mining", "main"),
    "jsonl": ("court_cases", "main"),
    "json_pages": ("development", "main"),
    "control": ("vehicles", "base"),
    "delimited_text_delta": ("vehicles", "base"),
    "zip_of_csv_delta": ("enterprises", "main"),
    "xml_delta": ("housing", "main"),
    "jsonl_delta": ("court_cases", "main"),
}
DAY, NEXT = "20261122", "20261123"
DELTA = "_delta"


@dataclass(frozen=True)
class Original:
    """One delivered file; `mode` as in its name."""

    form: str
    contract: Contract
    file_id: str
    name: str
    data: bytes

    @property
    def mode(self) -> str:
        if self.contract.mode == "reply":
            return "reply"
        return "delta" if self.form.endswith(DELTA) else "full"


def deliver(folder: Path) -> Path:
    """Make the district, ask and answer; returns the drops."""
    drops, store = folder / "drops", folder / "store"
    place = ("--drops", str(drops), "--store", str(store), "--date", f"{DAY[:4]}-{DAY[4:6]}-{DAY[6:]}")
    for arguments in (
        ("demo", "--out", str(drops), "--debtors", "6", "--nights", "2", "--seed", "7"),
        ("inquire", *place),
        ("demo", "answer", *place),
    ):
        subprocess.run([sys.executable, "-m", "cli.main", *arguments], check=True, capture_output=True)
    return drops


def original(form: str, drops: Path) -> Original:
    """The delivered file of a form."""
    source, file_id = FORMS[form]
    contract = load(source)
    declared = contract.files[0] if file_id == "main" else contract.file(file_id)
    folder = drops / source / (NEXT if form.endswith(DELTA) else DAY)
    (path,) = (path for path in sorted(folder.iterdir()) if re.match(declared.pattern, path.name))
    data = path.with_name(f"{path.name}.ok").read_bytes() if form == "control" else path.read_bytes()
    return Original(form, contract, declared.id, path.name, data)
