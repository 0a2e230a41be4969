"""What the console gets of the packages that it does not know (`web.beyond`)."""

from __future__ import annotations

from functools import partial

from matching.sentence import evidence_sentence_zh
from matching.waterfall import waterfall_svg
from web.beyond import Beyond


def beyond() -> Beyond:
    """All of it."""
    return Beyond(sentence=evidence_sentence_zh, picture=partial(waterfall_svg, styled=False))
