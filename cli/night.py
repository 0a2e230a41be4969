"""``chakong inquire`` and ``chakong nightly``."""

from __future__ import annotations

import argparse
import json
from threading import Thread

from cli.main import FINE, LOOK


def inquire(options: argparse.Namespace) -> int:
    """Write the evening's inquiry lists; nothing is written twice for one date unless ``--again``."""
    from core.clock import asking_date
    from core.settings import load_settings
    from flows.places import places
    from flows.steps import ask

    place = places(load_settings(), options.drops, options.store)
    report = ask(place, options.date or asking_date(), again=options.again)
    print(report.text_zh())
    return FINE if report.fine else LOOK


def nightly(options: argparse.Namespace) -> int:
    """Run the night as a Prefect flow in this process and print what it found."""
    from cli.progress import progress
    from core.clock import last_business_date
    from core.settings import load_settings
    from data_contracts.suite import warm_up
    from flows.places import places
    from flows.prefect_settings import configure

    place = places(load_settings(), options.drops, options.store)
    configure(place.store.root)
    Thread(target=warm_up, daemon=True).start()  # seconds of imports, while Prefect starts its server
    from flows.nightly import WATCHER
    from flows.nightly import nightly as night_flow

    with progress("夜间对账") as advance:
        WATCHER.set(advance)
        drops = None if place.drops is None else str(place.drops)
        summary = night_flow(
            options.date or last_business_date(), drops, str(place.store.root), rebuild=options.rebuild
        )
    if options.format == "json":
        print(json.dumps(summary.as_dict(), ensure_ascii=False, indent=1, default=str))
    else:
        print(summary.text_zh())
    return LOOK if summary.must_look else FINE
