"""What the console needs of packages that it does not know. The command that starts it hands it over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Evidence = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Beyond:
    """`sentence` and `picture` tell a link's evidence: in Chinese, and as SVG whose looks console.css knows."""

    sentence: Callable[[Evidence], str]
    picture: Callable[[Evidence], str]
