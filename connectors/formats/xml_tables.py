"""From XML records to rows: which element is a column of which table, as the contract's paths say."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connectors.formats.reading import Reading
from connectors.formats.text_table import UNREADABLE, TextTable
from connectors.formats.xml_records import Broken, Document

_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,30}")


@dataclass
class RowElement:
    """An element that is a row. `actions` says what each child element is: a column's position, or a `Container`."""

    tag: str
    out: TextTable
    actions: _Actions
    attributes: dict[str, int] = field(default_factory=dict)
    #: (position here, position in the parent's row) of columns that the enclosing element gives.
    inherited: list[tuple[int, int]] = field(default_factory=list)
    #: Position of the column that numbers siblings 1, 2, 3, where the agency gives no number.
    numbered: int | None = None
    #: Positions of columns that the agency said it would not deliver.
    undelivered: set[int] = field(default_factory=set)
    children: list[RowElement] = field(default_factory=list)

    def walk(self) -> Iterable[RowElement]:
        """This element and every row element below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class Container:
    """An element that only groups row elements."""

    items: _Actions


class _Actions(dict[str, "int | Container | RowElement"]):
    """Tag, with or without namespace, to what it means; unknown tags raise UnknownElement."""

    def __missing__(self, tag: str) -> int | Container | RowElement:
        local = tag.rpartition("}")[2]
        if local == tag or local not in self:
            raise UnknownElement(local)
        self[tag] = self[local]
        return self[local]


class UnknownElement(Exception):  # noqa: N818 - becomes the reader's own error
    """An element the agreement does not know, by its local name."""


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
    element = RowElement(tag, out, _Actions())
    for position, column in enumerate(out.table.columns):
        if column.numbered:
            element.numbered = position
        if column.from_parent or column.numbered:
            continue
        if column.label.startswith("@"):
            element.attributes[column.label[1:]] = position
        else:
            element.actions[column.label] = position
        if not column.delivered:
            element.undelivered.add(position)
    return element


def _attach(parent: RowElement, child: RowElement, steps: list[str]) -> None:
    names = parent.out.columns
    child.inherited = [
        (position, names.index(column.name))
        for position, column in enumerate(child.out.table.columns)
        if column.from_parent and column.name in names
    ]
    actions = parent.actions
    for step in steps[:-1]:
        container = actions.setdefault(step, Container(_Actions()))
        assert isinstance(container, Container)
        actions = container.items
    actions[steps[-1]] = child
    parent.children.append(child)


class RowTaker:
    """Takes records apart into the tables of `reading`."""

    def __init__(self, reading: Reading, record: RowElement) -> None:
        self._reading = reading
        self._record = record

    def take_all(self, document: Document) -> None:
        """Take every record; an unknown element refuses the file, a broken record costs only itself."""
        try:
            for record in document.records():
                if isinstance(record, Broken):
                    self._refuse(record, document.prefix)
                elif record.tag.rpartition("}")[2] == self._record.tag:
                    self._take(record, self._record, ())
                else:
                    raise UnknownElement(record.tag.rpartition("}")[2])
        except UnknownElement as unknown:
            name = str(unknown) if _PLAIN_NAME.fullmatch(str(unknown)) else "(not a plain name)"
            raise self._reading.refuse(f"unknown element {name}") from None
        if document.stray:
            self._reading.warn(f"text between the records in {document.stray} places")

    def _take(self, element: ET.Element, plan: RowElement, parent: tuple[str | None, ...], number: int = 1) -> None:
        values: list[str | None] = [None] * len(plan.out.columns)
        flags: list[str] = []
        nested: list[tuple[ET.Element, Container | RowElement]] = []
        for position, source in plan.inherited:
            values[position] = parent[source]
        if plan.numbered is not None:
            values[plan.numbered] = str(number)
        for name, value in element.attrib.items():
            self._attribute(plan, values, name, value)
        seen: set[int] = set()
        for child in element:
            action = plan.actions[child.tag]
            if not isinstance(action, int):
                nested.append((child, action))
            elif action in seen:
                flags.append(f"{plan.out.columns[action]}:repaired_value")
                self._reading.warn(
                    f"repeated element in {plan.out.table.name}.{plan.out.columns[action]}: first value kept"
                )
            else:
                seen.add(action)
                values[action] = child.text
                if len(child):
                    raise UnknownElement(child[0].tag.rpartition("}")[2])
        if plan.undelivered and not plan.undelivered.isdisjoint(seen):
            self._reading.warn(f"elements in {plan.out.table.name} that were agreed to be left out")
        plan.out.append(values, flags)
        self._take_nested(nested, tuple(values))

    def _take_nested(
        self, nested: list[tuple[ET.Element, Container | RowElement]], parent: tuple[str | None, ...]
    ) -> None:
        numbers: dict[str, int] = {}
        for element, action in nested:
            if isinstance(action, Container):
                self._take_nested([(child, _expect_rows(action, child)) for child in element], parent)
                continue
            number = numbers[action.tag] = numbers.get(action.tag, 0) + 1
            if not action.out.table.delivered:
                self._reading.warn(f"rows of {action.out.table.name}, which was agreed to be left out")
            self._take(element, action, parent, number)

    def _attribute(self, plan: RowElement, values: list[str | None], name: str, value: str) -> None:
        position = plan.attributes.get(name)
        if position is None:
            self._reading.warn(f"unknown attribute at {plan.tag}")
        else:
            values[position] = value

    def _refuse(self, record: Broken, prefix: str) -> None:
        """One defect row per element of each table that the broken record seems to hold."""
        for element in self._record.walk():
            opening = re.compile(rf"<{re.escape(prefix + element.tag)}(?=[\s/>])")
            closing = f"</{prefix}{element.tag}>"
            starts = [0] if element is self._record else [found.start() for found in opening.finditer(record.text)]
            for start in starts:
                end = record.text.find(closing, start)
                whole = element is self._record or end < 0
                element.out.refuse(
                    UNREADABLE, record.text[start:] if whole else record.text[start : end + len(closing)]
                )
            if element is not self._record:
                self._reading.uncounted.add(element.out.table.name)


def _expect_rows(container: Container, child: ET.Element) -> RowElement | Container:
    action = container.items[child.tag]
    assert not isinstance(action, int)
    return action


def facts(elements: Iterable[ET.Element], wanted: Mapping[str, str]) -> dict[str, str]:
    """Texts of the head's elements under the names that `wanted` gives them (element -> name), empty ones left out."""
    found: dict[str, str] = {}
    for element in elements:
        name = wanted.get(element.tag.rpartition("}")[2])
        if name and element.text and element.text.strip():
            found[name] = element.text.strip()
    return found
