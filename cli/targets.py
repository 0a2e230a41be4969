"""``chakong targets``: what to enforce next in one case, also under weights that somebody is trying out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from cli.main import FINE
from core.errors import UsageError


def targets(options: argparse.Namespace) -> int:
    """Print the ranked list of a case; each line says which rank it has as published."""
    from core.settings import load_settings
    from core.store import Store
    from profiles import reranking, targeting, targets_zh

    file = Store(options.store).profiles
    if not file.exists():
        raise UsageError(
            "no profile database in this store", where=str(options.store), do="run `chakong nightly` first"
        )
    settings = load_settings()
    own = Path(settings.targeting_weights) if settings.targeting_weights else None
    weights = targeting.load(options.weights or own)
    rows = reranking.rerank(file, options.case, weights, settings.living_reserve)
    if options.format == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1, default=str))
    else:
        print(targets_zh.text(rows, weights.version))
    return FINE
