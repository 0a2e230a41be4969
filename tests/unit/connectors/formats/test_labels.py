from __future__ import annotations

import pytest

from connectors.formats.labels import LabelMismatch, match
from data_contracts import load

PERMITS = load("planning").table("permits").columns
LABELS = [column.label for column in PERMITS]


def test_labels_are_matched_wherever_they_stand() -> None:
    assert match(LABELS[::-1], PERMITS, {}) == {label: place for place, label in enumerate(LABELS[::-1])}


def test_an_alias_and_noise_inside_a_label_are_accepted() -> None:
    delivered = ["建设单位" if label == "建设单位或个人" else f"\ufeff {label}\u200b" for label in LABELS]
    assert match(delivered, PERMITS, {"建设单位": "建设单位或个人"})["建设单位或个人"] == LABELS.index("建设单位或个人")


@pytest.mark.parametrize(
    ("delivered", "said"),
    [
        (LABELS[1:], "labels missing: 变更标志"),
        ([*LABELS, "测试甲"], "unknown labels in columns 18"),
        ([*LABELS, "面积"], "labels there twice: 面积"),
    ],
)
def test_anything_else_is_another_layout(delivered: list[str], said: str) -> None:
    with pytest.raises(LabelMismatch, match=said):
        match(delivered, PERMITS, {})


def test_what_stands_in_place_of_a_label_is_not_repeated() -> None:
    with pytest.raises(LabelMismatch) as caught:
        match(["测试甲", *LABELS[1:]], PERMITS, {})
    assert "测试甲" not in str(caught.value)
