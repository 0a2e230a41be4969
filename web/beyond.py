"""What the console needs of packages that it does not know. The command that starts it hands it over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Evidence = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Beyond:
    """`sentence` and `picture` tell a link's evidence: in Chinese, and as SVG whose looks console.css knows.

    `attention` lists deliveries that did not go through whole (`flows.attention`). `release` and `read_again` let one
    in with the next night, and read one again at once: delivery, reason, officer; the latter says what changed.
    """

    sentence: Callable[[Evidence], str]
    picture: Callable[[Evidence], str]
    attention: Callable[[], list[dict[str, Any]]]
    release: Callable[[str, str, str], None]
    read_again: Callable[[str, str, str], list[str]]
