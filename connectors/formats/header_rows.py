"""A header of two rows: groups above, fields below, merged by hand or not."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.formats import labels
from connectors.formats.sheet_rows import Cell, Merge


def header_labels(
    rows: Mapping[int, Mapping[int, Cell]], header: int, merges: list[Merge], aliases: Mapping[str, str]
) -> dict[int, str]:
    """Column number -> label: ``group/field``, or the single heading where a column has no group.

    Where a clerk has unmerged a group, only its first cell names it: a field without group belongs to the group on
    its left. Aliases hold for a whole label and for either part of it.
    """
    groups = {place: labels.clean(cell.text) for place, cell in rows.get(header, {}).items()}
    fields = {place: labels.clean(cell.text) for place, cell in rows.get(header + 1, {}).items()}
    for merge in merges:
        if merge.first_row == header and merge.last_column > merge.first_column:
            name = groups.get(merge.first_column, "")
            groups.update(dict.fromkeys(range(merge.first_column, min(merge.last_column, 1000) + 1), name))
    known = {labels.clean(alias): labels.clean(label) for alias, label in aliases.items()}
    found: dict[int, str] = {}
    left = ""
    for place in sorted({*groups, *fields}):
        group, field = (known.get(part, part) for part in (groups.get(place, ""), fields.get(place, "")))
        if field:
            left = group = group or left
        label = "/".join(filter(None, (group, field)))
        # A merged title cell without field below it covers nothing.
        if label:
            found[place] = label
    return found
