"""Deliveries made to hurt: each function writes one file and says which source it pretends to come from."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import delivered_forms as forms

MB = 1 << 20
Maker = Callable[[Path], str]
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def written(path: Path, *pieces: bytes) -> None:
    """Pieces one after the other."""
    with path.open("wb") as file:
        file.writelines(pieces)


def xml(path: Path, before: str, inside: str, *, times: int = 1, after: str = "") -> str:
    """The housing register with something before its root and something repeated inside its first record."""
    text = forms.sample("housing.xml")
    root, _, rest = text.partition("<FWDY")
    head, _, tail = rest.partition(">")
    declaration, _, start = root.partition("?>")
    written(
        path,
        f"{declaration}?>{before}{start}<FWDY{head}>".encode(),
        *[inside.encode()] * times,
        after.encode(),
        tail.encode(),
    )
    return "housing"


def billion_laughs(path: Path) -> str:
    entities = "".join(f'<!ENTITY e{place} "{f"&e{place - 1};" * 10}">' for place in range(1, 10))
    return xml(path, f'<!DOCTYPE FWDJ [<!ENTITY e0 "ha">{entities}]>', "&e9;")


def external_entity(path: Path) -> str:
    return xml(path, '<!DOCTYPE FWDJ [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;")


def external_document_type(path: Path) -> str:
    return xml(path, '<!-- --><!DOCTYPE FWDJ SYSTEM "http://127.0.0.1:9/x.dtd">', "")


def document_type_inside_a_record(path: Path) -> str:
    return xml(path, "", '<!DOCTYPE a [<!ENTITY b "c">]>')


def nested_deep(path: Path) -> str:
    return xml(path, "", "<a>", times=1_000_000)


def elements_without_end(path: Path) -> str:
    return xml(path, "", "<QLR>", times=300_000)


def many_attributes(path: Path) -> str:
    return xml(path, "", "<a " + " ".join(f'b{place}="1"' for place in range(200_000)) + "/>")


def comment_without_end(path: Path) -> str:
    return xml(path, "<!--", "-" * 1000, times=30_000)


def character_references(path: Path) -> str:
    return xml(path, "", "&#0;&#x110000;&#xD800;&#99999999;", times=30_000)


def utf16_document(path: Path) -> str:
    path.write_bytes(('<!DOCTYPE a [<!ENTITY b "c">]>' + forms.sample("housing.xml")).encode("utf-16"))
    return "housing"


def nested_json(path: Path) -> str:
    written(path, b'{"ah":', b"[" * 3_000_000, b"\n", b"[" * (10 * MB))
    return "court_cases"


def nested_json_page(path: Path) -> str:
    written(path, b'{"code":', b"[" * (4 * MB))
    return "development"


def page_of_empty_things(path: Path) -> str:
    written(path, b'{"code":"0","items":[', b"{}," * (6 * MB), b"{}]}")
    return "development"


def numbers_without_end(path: Path) -> str:
    written(path, b'{"ah":', b"9" * (3 * MB), b"}\n", b'{"ah":-1e', b"9" * MB, b"}\n")
    return "court_cases"


def a_new_key_in_every_line(path: Path) -> str:
    written(path, *(b'{"key%d":"1"}\n' % number for number in range(40_000)))
    return "court_cases"


def long_header(path: Path) -> str:
    written(path, b'"a",' * (3 * MB))
    return "household"


def wide_header(path: Path) -> str:
    written(path, b",".join(b'"%d"' % place for place in range(12_000)), b"\r\n")
    return "household"


def open_quotes(path: Path) -> str:
    header, _, _ = forms.all_quoted(forms.rows("household.csv")).partition(b"\r\n")
    written(path, header + b"\r\n", b'"\r\n' * 100_000)
    return "household"


def only_separators(path: Path) -> str:
    header, _, _ = forms.all_quoted(forms.rows("household.csv")).partition(b"\r\n")
    written(path, header + b"\r\n", b"," * (9 * MB))
    return "household"


def only_line_ends(path: Path) -> str:
    written(path, b"\n" * (9 * MB))
    return "vehicles"


def only_carriage_returns(path: Path) -> str:
    written(path, b"\r" * (9 * MB))
    return "vehicles"


def only_zeros(path: Path) -> str:
    written(path, b"\x00" * (9 * MB))
    return "vehicles"


def utf8_that_ends_badly(path: Path) -> str:
    """In a GB18030 file: one line that is UTF-8 up to its last byte."""
    written(path, "测".encode() * (2 * MB), b"\x80\n")
    return "vehicles"


def commas_and_a_bad_byte(path: Path) -> str:
    written(path, forms.sample("planning_permits.tsv").partition("\n")[0].encode(), b"\n\xff", b"," * (7 * MB), b"\n")
    return "planning"


def overlong_and_truncated(path: Path) -> str:
    header, _, _ = forms.sample("planning_permits.tsv").partition("\n")
    bad = [
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xed\xa0\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xe6\xb5",
        b"\xff",
    ]
    row = header.encode().replace(b"\t", b"x\t")
    written(path, header.encode() + b"\n", *(row + sign + b"\n" for sign in bad), row + b"\xe6\xb5")
    return "planning"


def bomb_by_ratio(path: Path) -> str:
    return land(path, rights=b"," * (80 * MB))


def bomb_of_zips(path: Path) -> str:
    inner = forms.zipped({"rights.csv": b"," * (50 * MB)})
    return land(path, rights=inner * 20)


def overlapping_entries(path: Path) -> str:
    """Every entry of the directory points to the same packed bytes and states its full size."""
    content = bytearray(forms.land(rights=b"," * (60 * MB)))
    start = content.find(b"PK\x01\x02")
    first = struct.unpack_from("<IIIII", content, start + 16)[:3]
    place = start
    while content[place : place + 4] == b"PK\x01\x02":
        struct.pack_into("<III", content, place + 16, *first)
        struct.pack_into("<I", content, place + 42, 0)
        place += 46 + sum(struct.unpack_from("<HHH", content, place + 28))
    path.write_bytes(content)
    return "land"


def paths_that_leave_the_archive(path: Path) -> str:
    entries = {f"{name}.csv": b"x\r\n" for name in forms.LAND}
    names = ("../../rights.csv", "/etc/rights.csv", "C:\\rights.csv", "rights.csv\x00.txt", "rights.csv/")
    path.write_bytes(forms.zipped(entries | dict.fromkeys(names, b"x")))
    return "land"


def a_link_instead_of_an_entry(path: Path) -> str:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in forms.LAND:
            link = zipfile.ZipInfo(f"{name}.csv")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, "/etc/passwd")
    path.write_bytes(content.getvalue())
    return "land"


def land(path: Path, **changed: bytes) -> str:
    path.write_bytes(forms.land(**changed))
    return "land"


def workbook(path: Path, part: str, *pieces: bytes, source: str = "bank_psbc") -> str:
    """A workbook with one part replaced."""
    original = forms.psbc() if source == "bank_psbc" else forms.mining()
    with zipfile.ZipFile(io.BytesIO(original)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != part:
                new.writestr(info, old.read(info))
        with new.open(part, "w", force_zip64=True) as stream:
            for piece in pieces:
                stream.write(piece)
    return source


def sheet(path: Path, *rows: bytes, after: bytes = b"", source: str = "bank_psbc") -> str:
    return workbook(
        path, SHEET, b"<worksheet><sheetData>", *rows, b"</sheetData>", after, b"</worksheet>", source=source
    )


def cells(number: int, *texts: str) -> bytes:
    inside = "".join(f"<c t='inlineStr'><is><t>{text}</t></is></c>" for text in texts)
    return f"<row r='{number}'>{inside}</row>".encode()


def huge_dimension(path: Path) -> str:
    return sheet(path, b"<dimension ref='A1:XFD1048576'/>", b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")


def row_beyond_all_rows(path: Path) -> str:
    return sheet(path, b"<row r='" + b"9" * 6000 + b"'><c><v>1</v></c></row>")


def many_strings(path: Path) -> str:
    return workbook(path, STRINGS, b"<sst>", b"<si/>" * 3_100_000, b"</sst>")


def many_merges(path: Path) -> str:
    pieces = (
        "".join(f"<mergeCell ref='A{place}:B{place}'/>" for place in range(start, start + 20_000)).encode()
        for start in range(1, 100_000, 20_000)
    )
    labels = forms.rows("psbc_accounts.txt", "|")[0]
    return sheet(path, cells(1, *labels), after=b"<mergeCells>" + b"".join(pieces) + b"</mergeCells>")


def merges_over_everything(path: Path) -> str:
    """The covered cells of a column a million rows long, a hundred times."""
    old = forms.part(forms.mining(), SHEET)
    rows, end, _ = old.partition(b"</sheetData>")
    far = b"<row r='9999999'><c r='A9999999'><v>1</v></c></row>"
    merges = b"".join(b"<mergeCell ref='%c5:%c9999999'/>" % (letter, letter) for letter in range(65, 91)) * 4
    return workbook(path, SHEET, rows, far, end, b"<mergeCells>", merges, b"</mergeCells></worksheet>", source="mining")


def an_attribute_without_end(path: Path) -> str:
    """Digits that hardly repeat, so that no ratio gives the bomb away."""
    digits = "".join(f"{place * 7919 % 1_000_003:06d}" for place in range(200_000)).encode()
    return sheet(path, b"<row r='1'><c s='", *[digits] * 20, b"'/></row>")


def a_new_tag_in_every_row(path: Path) -> str:
    pieces = (
        "".join(f"<x{place}/>" for place in range(start, start + 20_000)).encode()
        for start in range(0, 100_000, 20_000)
    )
    return sheet(path, *pieces)


def styles_of_nothing(path: Path) -> str:
    return workbook(path, "xl/styles.xml", b"<styleSheet>", b"<a/>" * (3 * MB), b"</styleSheet>")


def workbook_entities(path: Path) -> str:
    declared = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return workbook(path, SHEET, declared, b"<worksheet><sheetData>&b;</sheetData></worksheet>")


def formulas_and_links(path: Path) -> str:
    """Formulas that call for programs and other files: their stored value is text, nothing is followed."""
    labels, *rows = forms.rows("psbc_accounts.txt", "|")
    evil = [
        "=cmd|' /C calc'!A0|x",
        "=[1]Sheet1!A1|x",
        '=WEBSERVICE("http://127.0.0.1:9/")|x',
        '=HYPERLINK("file:///etc/passwd")|x',
    ]
    hostile = [[*evil, *row[len(evil) :]] for row in rows]
    path.write_bytes(forms.psbc(账户=[labels, *hostile]))
    return "bank_psbc"


def macros(path: Path) -> str:
    return workbook(path, "xl/vbaProject.bin", b"Attribute VB_Name", b"\x00" * MB)
