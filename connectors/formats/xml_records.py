"""XML that is one root with many records: cut into whole records as text, parsed batch by batch.

A parser that is fed the whole document stops at the first broken record. Here every batch of whole records is parsed
inside a root of our own making; a batch that does not parse is parsed record by record, and one that still does not
is handed on as `Broken`. Memory holds one batch. Document types and entities are refused before any parser sees them.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.formats import marks
from connectors.formats.decoding import BOM, LONGEST

#: Where the root's start tag must have come by.
_LONGEST_PROLOG = 1 << 20
#: A record takes some thousand characters, of which a parser makes ten times as much memory and a hundred if they are
#: all tags: a longer one is not parsed.
LONGEST_RECORD = 1 << 20
#: Records that arrived in one block.
LONGEST_BATCH = 2 << 20
_DECLARATION = re.compile(r"<!(?!--|\[CDATA\[)")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REFERENCES = re.compile(r"&#(x[0-9a-fA-F]{1,8}|[0-9]{1,8});")
_SPACE = " \t\r\n\x00" + BOM


class BadDocument(Exception):  # noqa: N818 - the reader turns it into its own error
    """The document as a whole cannot be read; the text says why."""


@dataclass(frozen=True)
class Broken:
    """A record that is no well-formed XML, as text."""

    text: str


@dataclass
class Document:
    """An opened document: the root's attributes and head (the root's children before the first record) are known.

    `stray` counts pieces of text that stand between records, where nothing may stand.
    """

    root: str
    record: str
    blocks: Iterator[str]
    attributes: dict[str, str] = field(default_factory=dict)
    head: list[ET.Element] = field(default_factory=list)
    #: Namespace prefix of root and record, with its colon.
    prefix: str = ""
    stray: int = 0
    _start_tag: str = ""
    _buffer: str = ""
    _childless: bool = False

    def open(self) -> None:
        """Read up to the first record. BadDocument when the root is another one or the head does not parse."""
        self._skip_prolog()
        self._read_start_tag()
        while (
            not self._childless
            and self._opening not in self._buffer
            and f"</{self.prefix}{self.root}" not in self._buffer
        ):
            if not self._more() or len(self._buffer) > LONGEST:
                raise BadDocument("no record and no end of the root element")
        first = self._buffer.find(self._opening)
        end = first if first >= 0 else max(self._buffer.find(f"</{self.prefix}{self.root}"), 0)
        preamble, self._buffer = self._buffer[:end], self._buffer[end:]
        try:
            self.head = list(self._parse(_without_controls(preamble)))
        except ET.ParseError as error:
            raise BadDocument("the head before the first record is not well-formed") from error

    def records(self) -> Iterator[ET.Element | Broken]:
        """Every child of the root after the head, in order. BadDocument when the root is not closed."""
        closing = f"</{self.prefix}{self.record}>"
        while True:
            end = self._buffer.rfind(closing)
            if end >= 0:
                batch, self._buffer = self._buffer[: end + len(closing)], self._buffer[end + len(closing) :]
                yield from self._batch(batch)
            elif len(self._buffer) > LONGEST:
                raise BadDocument(f"a record does not end within {LONGEST >> 20} MB")
            if not self._more():
                break
        yield from self._ending()

    @property
    def _opening(self) -> str:
        return f"<{self.prefix}{self.record}"

    def _ending(self) -> Iterator[ET.Element | Broken]:
        if self._childless:
            rest = self._buffer
        else:
            last, closing, rest = self._buffer.partition(f"</{self.prefix}{self.root}")
            if not closing:
                raise BadDocument("the root element is not closed: the file is cut off")
            rest = rest.partition(">")[2]
            if last.strip(_SPACE):
                yield from self._batch(last)
        if rest.strip(_SPACE):
            self.stray += 1

    def _batch(self, text: str) -> Iterator[ET.Element | Broken]:
        root = self._whole(text)
        if root is None:
            yield from self._one_by_one(_without_controls(text))
            return
        yield from root
        self.stray += sum(bool(child.tail and child.tail.strip(_SPACE)) for child in root)
        self.stray += bool(root.text and root.text.strip(_SPACE))

    def _one_by_one(self, text: str) -> Iterator[ET.Element | Broken]:
        starts = [found.start() for found in re.finditer(re.escape(self._opening) + r"(?=[\s/>])", text)]
        if not starts:
            yield Broken(text)
            return
        self.stray += bool(text[: starts[0]].strip(_SPACE))
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            record = self._whole(text[start:end]) if end - start <= LONGEST_RECORD else None
            if record is None:
                yield Broken(text[start:end].rstrip(_SPACE))
            else:
                yield from record

    def _whole(self, children: str) -> ET.Element | None:
        """Children of the root in a root; None when they are not well-formed, or too long to tell."""
        if len(children) > LONGEST_BATCH:
            return None
        try:
            return self._parse(children)
        except ET.ParseError:
            return None

    def _parse(self, children: str) -> ET.Element:
        if _DECLARATION.search(children):
            raise BadDocument("document types and entity declarations are refused")
        # The text has no document type, so the parser has no entity to expand and nothing to fetch.
        return ET.fromstring(f"{self._start_tag}{children}</{self.prefix}{self.root}>")

    def _more(self) -> bool:
        block = next(self.blocks, None)
        if block is None:
            return False
        self._buffer += block
        return True

    def _skip_prolog(self) -> None:
        while True:
            self._buffer = self._buffer.lstrip(_SPACE)
            for opening, closing in (("<?", "?>"), ("<!--", "-->")):
                if self._buffer.startswith(opening) and closing in self._buffer:
                    self._buffer = self._buffer.partition(closing)[2]
                    break
            else:
                if _DECLARATION.match(self._buffer):
                    raise BadDocument("document types and entity declarations are refused")
                if re.match(r"<[^?!]", self._buffer) and ">" in self._buffer:
                    return
                if len(self._buffer) > _LONGEST_PROLOG or not self._more():
                    raise BadDocument("no root element")

    def _read_start_tag(self) -> None:
        tag, _, rest = self._buffer.partition(">")
        found = re.match(r"<((?:[\w.\-]+:)?)([\w.\-]+)", tag)
        if not found or found[2] != self.root:
            raise BadDocument(f"the root element is not {self.root}")
        self.prefix = found[1]
        self._childless = tag.endswith("/")
        self._start_tag = tag.removesuffix("/") + ">"
        self._buffer = rest
        try:
            self.attributes = dict(self._parse("").attrib)
        except ET.ParseError as error:
            raise BadDocument("the root element's start tag is not well-formed") from error


def _without_controls(text: str) -> str:
    """`text` with the characters that XML forbids turned into marks; references to them too."""
    text = _CONTROLS.sub(lambda found: marks.control(ord(found[0])), text)
    return _REFERENCES.sub(_held_reference, text) if "&#" in text else text


def _held_reference(found: re.Match[str]) -> str:
    digits = found[1]
    code = int(digits[1:], 16) if digits[0] == "x" else int(digits)
    return marks.control(code) if code < 32 and chr(code) not in "\t\n\r" else found[0]
