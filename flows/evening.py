"""The evening flow: read the court's cases of the day, ask household registry, tax and the six banks."""

from __future__ import annotations

from datetime import date

from flows.prefect_settings import configure

configure()

from prefect import flow  # noqa: E402
from prefect.artifacts import create_markdown_artifact  # noqa: E402

from core.clock import asking_date  # noqa: E402
from core.settings import load_settings  # noqa: E402
from flows.places import places  # noqa: E402
from flows.steps import ask  # noqa: E402


@flow(name="evening", description="读取法院当日案件，发出查询名单", log_prints=False)
def evening(business_date: date | None = None, drops: str | None = None, store: str | None = None) -> dict[str, object]:
    """Ask once for `business_date` (default: this evening, or the last). Returns batch id and counts, never a name."""
    report = ask(places(load_settings(), drops, store), business_date or asking_date())
    facts = report.as_dict()
    lines = "\n".join(f"| {name} | {value} |" for name, value in facts.items())
    create_markdown_artifact(key="evening-inquiry", markdown=f"| 项目 | 值 |\n|---|---|\n{lines}")
    return facts
