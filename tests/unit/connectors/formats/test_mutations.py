"""Whatever happens to the bytes of a good file, reading it ends in rows or in a DeliveryError."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import delivered_forms as forms
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats import read_file
from core.errors import DeliveryError
from data_contracts import load

DELIVERED: dict[str, tuple[str, bytes]] = {
    "csv all quoted": ("household", forms.all_quoted(forms.rows("household.csv"))),
    "csv minimal": ("bank_sdrcb", forms.comma_separated(forms.rows("sdrcb_accounts.csv"))),
    "csv tabs": ("planning", forms.sample("planning_permits.tsv").encode()),
    "delimited text": ("vehicles", forms.sample("vehicles_base.txt").encode("gb18030")),
    "zip of csv": ("land", forms.land()),
    "xml": ("housing", forms.sample("housing.xml").encode()),
    "bank xml gb18030": ("bank_ccb", forms.sample("bank_ccb.xml").encode("gb18030")),
    "bank xml namespace": ("bank_icbc", forms.sample("bank_icbc.xml").encode("utf-8-sig")),
    "xlsx": ("bank_psbc", forms.psbc()),
    "xlsx by hand": ("mining", forms.mining()),
    "json lines": ("court_cases", forms.sample("court_cases.jsonl").encode()),
    "json page": ("development", forms.page()),
}
SHEET = "xl/worksheets/sheet1.xml"
#: Inside an archive every mutation ends at a checksum: these are mutated before they go into theirs.
PACKED: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "land entry": (forms.part(forms.land(), "holders.csv"), lambda data: forms.land(holders=data)),
    "xlsx sheet": (
        forms.part(forms.psbc(), SHEET),
        lambda data: forms.altered(forms.psbc(), xl__worksheets__sheet1_dot_xml=data),
    ),
    "xlsx strings": (
        forms.part(forms.psbc(), "xl/sharedStrings.xml"),
        lambda data: forms.altered(forms.psbc(), xl__sharedStrings_dot_xml=data),
    ),
    "sheet by hand": (
        forms.part(forms.mining(), SHEET),
        lambda data: forms.altered(forms.mining(), xl__worksheets__sheet1_dot_xml=data),
    ),
}
SOURCES = {"land entry": "land", "xlsx sheet": "bank_psbc", "xlsx strings": "bank_psbc", "sheet by hand": "mining"}
#: Bytes that mean something to one of the formats.
SIGNS = b'\n \r " , | \t < > & </ \\ { ] \x00 \xff \x81 PK'.split(b" ")

places = st.floats(0, 1, exclude_max=True)
edits = st.lists(
    st.tuples(places, st.integers(0, 12), st.one_of(st.sampled_from(SIGNS), st.binary(max_size=4))),
    min_size=1,
    max_size=6,
)


def mutated(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Each change cuts some bytes at a place and puts others there."""
    for where, cut, put in changes:
        place = int(where * len(data))
        data = data[:place] + put + data[place + cut :]
    return data


@pytest.mark.parametrize("form", DELIVERED)
@settings(max_examples=60, deadline=None)
@given(changes=edits)
def test_any_mutation_gives_rows_or_a_delivery_error(form: str, changes: list[tuple[float, int, bytes]]) -> None:
    source, data = DELIVERED[form]
    check(source, mutated(data, changes))


@pytest.mark.parametrize("form", PACKED)
@settings(max_examples=60, deadline=None)
@given(changes=edits)
def test_any_mutation_inside_an_archive_does_too(form: str, changes: list[tuple[float, int, bytes]]) -> None:
    data, packed = PACKED[form]
    check(SOURCES[form], packed(mutated(data, changes)))


def check(source: str, data: bytes) -> None:
    """Rows are numbered without gaps, defects are what the report says, or the file is refused."""
    contract = load(source)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "delivered"
        path.write_bytes(data)
        try:
            report = read_file(contract, contract.files[0], path, Path(folder) / "out")
        except DeliveryError as error:
            assert error.verdict == "unexpected_layout"
            return
        for table, rows in report.rows.items():
            written = pq.read_table(Path(folder) / "out" / f"{table}.parquet", columns=["_row_no", "_defect", "_raw"])
            assert sorted(written["_row_no"].to_pylist()) == list(range(1, rows + 1))
            defects = pc.count(written["_defect"]).as_py()
            assert defects == sum(report.defects[table].values()) == pc.count(written["_raw"]).as_py()
