"""``chakong demo``: the synthetic district."""

from __future__ import annotations

import argparse

from cli.main import FINE
from core.errors import UsageError


def generate(options: argparse.Namespace) -> int:
    """Write the district's deliveries and the truth beside them."""
    from cli.progress import progress
    from demo import generate as generate_district

    if options.out is None:
        raise UsageError("--out is missing", do="name the folder to write the district to")
    with progress("生成示范辖区") as advance:
        report = generate_district(
            options.out,
            debtors=options.debtors,
            nights=options.nights,
            seed=options.seed,
            faults=options.faults,
            progress=advance,
        )
    print(report.text_zh())
    return FINE


def answer(options: argparse.Namespace) -> int:
    """Play the agencies: reply to what stands in the outbox."""
    from core.clock import last_business_date
    from demo.replies import answer as answer_inquiries

    if not options.drops.is_dir():
        raise UsageError("drops folder does not exist", where=str(options.drops), do="correct --drops")
    print(answer_inquiries(options.drops, options.store, options.date or last_business_date()).text_zh())
    return FINE


def nights(options: argparse.Namespace) -> int:
    """Print the district's business dates, one a line."""
    from demo import district_nights

    for night in district_nights(options.drops):
        print(night.isoformat())
    return FINE
