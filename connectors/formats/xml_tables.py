"""From XML records to rows: which element is a column of which table, as the contract's paths say."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from connectors.formats.reading import Reading
from connectors.formats.text_table import UNREADABLE, TextTable
from connectors.formats.xml_records import Broken, Document

_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,30}")


class UnknownElement(Exception):  # noqa: N818 - caught where the element stands
    """An element the agreement does not know, by its local name."""


class _Children(dict[str, "int | Container | RowElement"]):
    """What a child element is: a column's position, a container or a row. Namespaces are learnt as they are met."""

    def __missing__(self, tag: str) -> int | Container | RowElement:
        name = _local(tag)
        if name == tag or name not in self:
            raise UnknownElement(name)
        self[tag] = self[name]
        return self[name]


@dataclass
class Container:
    """An element that only groups row elements."""

    children: _Children = field(default_factory=_Children)


@dataclass
class RowElement:
    """An element that is a row of `out`."""

    tag: str
    out: TextTable
    children: _Children = field(default_factory=_Children)
    attributes: dict[str, int] = field(default_factory=dict)
    #: (position here, position in the parent's row) of columns that the enclosing element gives.
    inherited: list[tuple[int, int]] = field(default_factory=list)
    #: Position of the column that numbers siblings 1, 2, 3, where the agency gives no number.
    numbered: int | None = None
    #: Positions of columns that the agency said it would not deliver.
    undelivered: list[int] = field(default_factory=list)
    rows_below: list[RowElement] = field(default_factory=list)

    def walk(self) -> Iterator[RowElement]:
        """This element and every row element below it."""
        yield self
        for row in self.rows_below:
            yield from row.walk()


def plan(reading: Reading) -> RowElement:
    """The tree of row elements below the record, from the paths of the contract's tables."""
    tables = [reading.contract.table(name) for name in reading.tables]
    elements: dict[str, RowElement] = {}
    for table in sorted(tables, key=lambda table: table.locator[0].count("/")):
        path = table.locator[0]
        element = _row_element(path.rpartition("/")[2], reading.tables[table.name])
        around = [known for known in elements if path.startswith(f"{known}/")]
        if around:
            nearest = max(around, key=len)
            _attach(elements[nearest], element, path[len(nearest) + 1 :].split("/"))
        elements[path] = element
    return next(iter(elements.values()))


def _row_element(tag: str, out: TextTable) -> RowElement:
    element = RowElement(tag, out)
    for position, column in enumerate(out.table.columns):
        if column.numbered:
            element.numbered = position
        if column.from_parent or column.numbered:
            continue
        if column.label.startswith("@"):
            element.attributes[column.label[1:]] = position
        else:
            element.children[column.label] = position
        if not column.delivered:
            element.undelivered.append(position)
    return element


def _attach(parent: RowElement, row: RowElement, steps: list[str]) -> None:
    names = parent.out.columns
    row.inherited = [
        (position, names.index(column.name))
        for position, column in enumerate(row.out.table.columns)
        if column.from_parent and column.name in names
    ]
    children = parent.children
    for step in steps[:-1]:
        container = children.setdefault(step, Container())
        assert isinstance(container, Container)
        children = container.children
    children[steps[-1]] = row
    parent.rows_below.append(row)


class RowTaker:
    """Takes records apart into the tables of `reading`."""

    def __init__(self, reading: Reading, record: RowElement) -> None:
        self._reading = reading
        self._record = record

    def take_all(self, document: Document) -> None:
        """Take every record. An unknown element is the contract's to decide, a broken record costs only itself."""
        for record in document.records():
            if isinstance(record, Broken):
                self._refuse(record, document.prefix)
            elif _local(record.tag) == self._record.tag:
                self._take(record, self._record, ())
            else:
                self._unknown(_local(record.tag))
        if document.stray:
            self._reading.warn(f"text between the records in {document.stray} places")

    def _take(self, element: ET.Element, row: RowElement, parent: Sequence[str | None], number: int = 1) -> None:
        values: list[str | None] = [None] * len(row.out.columns)
        flags: list[str] = []
        nested: list[tuple[ET.Element, Container | RowElement]] = []
        for position, source in row.inherited:
            values[position] = parent[source]
        if row.numbered is not None:
            values[row.numbered] = str(number)
        for name, value in element.items():
            self._attribute(row, values, name, value)
        for child, place in self._known(element, row.children):
            if not isinstance(place, int):
                nested.append((child, place))
            elif values[place] is None:
                values[place] = child.text
                if len(child):
                    self._unknown(_local(child[0].tag))
            else:
                flags.append(f"{row.out.columns[place]}:repaired_value")
                self._reading.warn(f"repeated elements in {row.out.table.name}: the first value is kept")
        if row.undelivered and any(values[place] is not None for place in row.undelivered):
            self._reading.warn(f"elements in {row.out.table.name} that were agreed to be left out")
        row.out.append(values, flags)
        if nested:
            self._take_nested(nested, values)

    def _take_nested(
        self, nested: list[tuple[ET.Element, Container | RowElement]], parent: Sequence[str | None]
    ) -> None:
        numbers: dict[str, int] = {}
        for element, row in nested:
            if isinstance(row, Container):
                inner = self._known(element, row.children)
                self._take_nested([(child, place) for child, place in inner if not isinstance(place, int)], parent)
                continue
            number = numbers[row.tag] = numbers.get(row.tag, 0) + 1
            if not row.out.table.delivered:
                self._reading.warn(f"rows of {row.out.table.name}, which was agreed to be left out")
            self._take(element, row, parent, number)

    def _known(
        self, element: ET.Element, children: _Children
    ) -> Iterator[tuple[ET.Element, int | Container | RowElement]]:
        for child in element:
            try:
                yield child, children[child.tag]
            except UnknownElement as unknown:
                self._unknown(str(unknown))

    def _unknown(self, name: str) -> None:
        shown = name if _PLAIN_NAME.fullmatch(name) else "(not a plain name)"
        self._reading.drifted("added_column", f"unknown element {shown}")

    def _attribute(self, row: RowElement, values: list[str | None], name: str, value: str) -> None:
        position = row.attributes.get(name)
        if position is None:
            self._reading.drifted("added_column", f"unknown attributes at {row.tag}")
        else:
            values[position] = value

    def _refuse(self, record: Broken, prefix: str) -> None:
        """One defect row per element of each table that the broken record seems to hold."""
        self._record.out.refuse(UNREADABLE, record.text)
        for row in self._record.walk():
            if row is self._record:
                continue
            self._reading.uncounted.add(row.out.table.name)
            name = re.escape(prefix + row.tag)
            places = [found.start() for found in re.finditer(rf"<{name}(?=[\s/>])", record.text)]
            for start, after in pairwise([*places, len(record.text)]):
                # Up to its end tag, or to the next of its kind: no text stands in more than one row.
                inside, closing, _ = record.text[start:after].partition(f"</{prefix}{row.tag}>")
                row.out.refuse(UNREADABLE, inside + closing)


def facts(elements: Iterable[ET.Element], wanted: Mapping[str, str]) -> dict[str, str]:
    """Texts of the head's elements under the names that `wanted` gives them (element -> name), empty ones left out."""
    found: dict[str, str] = {}
    for element in elements:
        name = wanted.get(_local(element.tag))
        if name and element.text and element.text.strip():
            found[name] = element.text.strip()
    return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
