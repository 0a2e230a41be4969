from __future__ import annotations

from connectors.formats.labels import match
from data_contracts import load

PERMITS = load("planning").table("permits").columns
LABELS = [column.label for column in PERMITS]


def test_labels_are_matched_wherever_they_stand() -> None:
    header = match(LABELS[::-1], PERMITS, {})
    assert header.positions == {label: place for place, label in enumerate(LABELS[::-1])}
    assert header.reordered(PERMITS)
    assert not match(LABELS, PERMITS, {}).reordered(PERMITS)


def test_an_alias_and_noise_inside_a_label_are_understood() -> None:
    delivered = ["建设单位" if label == "建设单位或个人" else f"\ufeff {label}\u200b" for label in LABELS]
    header = match(delivered, PERMITS, {"建设单位": "建设单位或个人"})
    assert header.positions["建设单位或个人"] == LABELS.index("建设单位或个人")
    assert header.renamed == ("建设单位或个人",)
    assert not header.missing and not header.added


def test_what_is_missing_added_or_there_twice_is_told_apart() -> None:
    header = match(["测试甲", *LABELS[1:], LABELS[2]], PERMITS, {})
    assert [column.label for column in header.missing] == LABELS[:1]
    assert header.added == (1,)
    assert header.twice == (LABELS[2],)
    assert LABELS[0] not in header.positions
