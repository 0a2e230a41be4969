"""``chakong targets``: what to enforce next in one case, also under weights that somebody is trying out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from cli.main import FINE
from cli.profile import as_of_zh, located


def targets(options: argparse.Namespace) -> int:
    """Print the ranked list of a case; each line says which rank it has as published."""
    from core.settings import load_settings
    from profiles import reranking, targeting, targets_zh

    file, shown = located(options)
    settings = load_settings()
    own = Path(settings.targeting_weights) if settings.targeting_weights else None
    weights = targeting.load(options.weights or own)
    rows = reranking.rerank(file, options.case, weights, settings.living_reserve, night=shown)
    if options.format == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1, default=str))
    else:
        print("\n\n".join([*as_of_zh(options.as_of, shown), targets_zh.text(rows, weights.version)]))
    return FINE
