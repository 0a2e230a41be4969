"""``chakong link``: the matching engine over two Parquet files."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.main import FINE


def link(options: argparse.Namespace) -> int:
    """Link two files, write the links as Parquet, and print counts (never a name or number)."""
    import pyarrow.parquet as pq

    import matching
    from core.errors import UsageError
    from core.files import written_whole

    for side in (options.left, options.right):
        if not side.is_file():
            raise UsageError("no such file", where=str(side), do="name a Parquet file")
    limits = {"threads": options.threads, "memory": options.memory}
    if options.save_model is None:
        links, report = matching.link_reported(options.left, options.right, options.model, **limits)
    else:
        version = options.save_model.name
        learned = matching.learn(options.left, options.right, options.model, version=version, **limits)
        matching.save_model(learned.model, options.save_model)
        links, report = learned.links, learned.report
    with written_whole(Path(options.out)) as part:
        pq.write_table(links, part)
    print(
        f"模型 {report.model}　比对 {report.candidates:,} 对　确认 {report.confirmed:,}　待核实 {report.probable:,}"
        f"　线索 {report.possible:,}"
    )
    if report.leads_beyond_limit:
        print(f"线索过多未列 {report.leads_beyond_limit:,} 条，涉及 {len(report.leads_limited):,} 方")
    if report.pairs_not_compared:
        print(f"姓名过于常见且无其他相符事项，未予比对 {report.pairs_not_compared:,} 对")
    return FINE
