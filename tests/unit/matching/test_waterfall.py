from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sentence import CLAUSES
from matching.waterfall import FIGURES, LEFT, NOTHING, RIGHT, WIDTH, waterfall_svg

SVG = "{http://www.w3.org/2000/svg}"
BARS = {"prior", "for", "against", "total"}


def entry(field: str, level: str, weight: float) -> dict[str, Any]:
    left, right = (None, None) if field in ("prior", "rival") else ("张伟370499", "張偉<&>370499")
    return {"field": field, "left": left, "right": right, "level": level, "weight": weight}


levels = st.sampled_from([(field, level) for field, known in CLAUSES.items() for level in known])
evidences = st.lists(st.builds(lambda what, weight: entry(*what, weight), levels, st.floats(-40, 40)), max_size=8)


def drawn(picture: str) -> tuple[list[tuple[str, float, float]], list[str]]:
    """Class, begin and end of every bar; the figures beside them."""
    root = ElementTree.fromstring(picture)
    rects = [one for one in root.iter(f"{SVG}rect") if one.get("class") in BARS]
    bars = [(one.attrib["class"], float(one.attrib["x"]), float(one.attrib["width"])) for one in rects]
    texts = [one for one in root.iter(f"{SVG}text") if one.get("x") == f"{FIGURES:.1f}"]
    return bars, [str(one.text) for one in texts[1:]]


def test_it_adds_up() -> None:
    evidence = [
        entry("prior", "prior", -18.0),
        entry("rival", "relative", -6.68),
        entry("id_number", "near", 15.87),
        entry("name", "variant", 10.0),
        entry("phone", "different", -1.36),
    ]
    bars, figures = drawn(waterfall_svg(evidence))
    assert [kind for kind, _, _ in bars] == ["prior", "for", "for", "against", "against", "total"]
    assert figures == ["−18.00", "+15.87", "+10.00", "−1.36", "−6.68", "−0.17"]
    # every bar begins where the one before it ended
    at = bars[0][1]
    for kind, x, width in bars[1:-1]:
        begin, end = (x, x + width) if kind == "for" else (x + width, x)
        assert begin == pytest.approx(at, abs=0.2)
        at = end
    assert at == pytest.approx(bars[-1][1], abs=0.2)


@given(evidence=evidences)
def test_it_holds_no_delivered_value_and_stays_inside_its_frame(evidence: list[dict[str, Any]]) -> None:
    picture = waterfall_svg(evidence)
    assert picture == waterfall_svg(evidence)
    for value in ("张伟", "張偉", "370499", "http://www.w3.org/1999", "<script", "url(", "@import"):
        assert value not in picture
    bars, figures = drawn(picture)
    assert len(bars) == len(figures) == (len(evidence) + 1 if evidence else 0)
    for _, x, width in bars:
        assert LEFT - 0.2 <= x <= x + width <= RIGHT + 2
    labels = re.findall(r'<text(?: class="strong")? x="16.0"[^>]*>([^<]*)', picture)
    assert all(len(label) * 13 < LEFT - 16 for label in labels)
    assert f'width="{WIDTH}"' in picture


def test_without_evidence_it_says_so() -> None:
    assert NOTHING in waterfall_svg([])
    assert drawn(waterfall_svg([]))[0] == []


def test_an_unknown_level_is_shown_as_it_is() -> None:
    assert "postcode：a&lt;b" in waterfall_svg([entry("postcode", "a<b", 1.0)])
