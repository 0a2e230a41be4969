"""``python plain.py READER ENCODING DELIMITER FILE...``: a plain reader over the same bytes, and its seconds.

Runs in the peers' environment, which holds nothing of ours: no import from here. A plain reader gives the values of
all fields and judges nothing; those that stop at a broken row are told to skip it.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import IO, Any


def pyarrow_csv(encoding: str, delimiter: str, files: list[str]) -> int:
    """Types as it guesses them, threads as it likes."""
    from pyarrow import csv

    return sum(
        csv.read_csv(
            stream,
            read_options=csv.ReadOptions(encoding=encoding, autogenerate_column_names=delimiter == "|"),
            parse_options=csv.ParseOptions(
                delimiter=delimiter,
                quote_char=False if delimiter in "|\t" else '"',
                invalid_row_handler=lambda _: "skip",
            ),
        ).num_rows
        for stream in _streams(files)
    )


def duckdb_csv(encoding: str, delimiter: str, files: list[str]) -> int:
    """UTF-8 only, and no archives: its decoder of GB18030 loses bytes."""
    import duckdb

    session = duckdb.connect()
    return sum(
        session.execute(
            "CREATE OR REPLACE TABLE rows AS FROM read_csv($path, delim = $delimiter, all_varchar = true,"
            " header = true, quote = $quote, ignore_errors = true)",
            {"path": path, "delimiter": delimiter, "quote": "" if delimiter == "\t" else '"'},
        ).fetchall()[0][0]
        for path in files
    )


def lxml_iterparse(encoding: str, _delimiter: str, files: list[str]) -> int:
    """Every element and its text, forgotten at once."""
    from lxml import etree

    return _elements(etree.iterparse(files[0], huge_tree=False, recover=False))


def expat_iterparse(encoding: str, _delimiter: str, files: list[str]) -> int:
    """The standard library's. GB18030 it cannot read from bytes."""
    from xml.etree.ElementTree import XMLPullParser

    parser: Any = XMLPullParser()
    elements = 0
    with Path(files[0]).open(encoding=encoding) as stream:
        while text := stream.read(1 << 20):
            parser.feed(text.replace('encoding="GBK"', 'encoding="utf-8"', 1) if not elements else text)
            elements += _elements(parser.read_events())
    return elements


def _elements(events: Iterator[Any]) -> int:
    elements = 0
    for _, element in events:
        elements += element.text is not None
        element.clear()
    return elements


def calamine(_encoding: str, _delimiter: str, files: list[str]) -> int:
    """Cells of all sheets as Python values."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(files[0])
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def orjson_lines(_encoding: str, _delimiter: str, files: list[str]) -> int:
    """Line by line."""
    import orjson

    with Path(files[0]).open("rb") as stream:
        return sum(bool(orjson.loads(line)) for line in stream)


def pyarrow_json(_encoding: str, _delimiter: str, files: list[str]) -> int:
    """Types as it guesses them, threads as it likes."""
    from pyarrow import json as arrow_json

    rows: int = arrow_json.read_json(files[0], read_options=arrow_json.ReadOptions(block_size=64 << 20)).num_rows
    return rows


def orjson_pages(_encoding: str, _delimiter: str, files: list[str]) -> int:
    """Page by page."""
    import orjson

    return sum(len(orjson.loads(Path(path).read_bytes())) for path in files)


def _streams(files: list[str]) -> Iterator[IO[bytes] | str]:
    for path in files:
        if not path.endswith(".zip"):
            yield path
            continue
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                with archive.open(name) as stream:
                    yield stream


READERS: dict[str, Callable[[str, str, list[str]], int]] = {
    "pyarrow.csv": pyarrow_csv,
    "duckdb read_csv": duckdb_csv,
    "lxml iterparse": lxml_iterparse,
    "expat (ElementTree)": expat_iterparse,
    "calamine": calamine,
    "orjson": orjson_lines,
    "pyarrow.json": pyarrow_json,
    "orjson, page by page": orjson_pages,
}


def main(reader: str, encoding: str, delimiter: str, *files: str) -> None:
    """Read once; print what it took. The import of the reader's library is not counted."""
    for library in ("duckdb", "lxml.etree", "orjson", "pyarrow.csv", "pyarrow.json", "python_calamine"):
        import_module(library)
    wall, processor = perf_counter(), process_time()
    rows = READERS[reader](encoding, delimiter, list(files))
    told = {"rows": rows, "seconds": perf_counter() - wall, "processor": process_time() - processor}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
