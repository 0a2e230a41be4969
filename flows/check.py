"""On demand: look again at one debtor before a measure is issued.

Takes whatever has arrived since the night, republishes if anything changed, and leaves the debtor's counts as an
artifact. The parameter is the debtor_id: names and numbers would stay in Prefect's run history.
"""

from __future__ import annotations

from datetime import date

from flows.prefect_settings import configure

configure()

from prefect import flow  # noqa: E402
from prefect.artifacts import create_table_artifact  # noqa: E402

from core.clock import last_business_date  # noqa: E402
from core.settings import load_settings  # noqa: E402
from flows import steps  # noqa: E402
from flows.nightly import keep, publish, take  # noqa: E402
from flows.places import places  # noqa: E402
from flows.runners import task_runner  # noqa: E402


@flow(name="check", description="按需复核一名被执行人", task_runner=task_runner(), log_prints=False)
def check(
    debtor_id: str, business_date: date | None = None, drops: str | None = None, store: str | None = None
) -> list[dict[str, object]]:
    """Return counts by asset kind and tier of `debtor_id`; raise NotFoundError if nobody of that id is published."""
    place = places(load_settings(), drops, store)
    night = business_date or last_business_date()
    pending = [(source, take.submit(place, source, night)) for source in steps.connected(place)]
    for source, future in pending:
        steps.settled(place, source, night, future.result(raise_on_failure=False))
    publish(place, night, rebuild=False)
    keep(place, return_state=True)  # a failure stands in the run's history; the night makes up for it
    counts = steps.debtor_counts(place, debtor_id)
    create_table_artifact(key="debtor-check", table=counts, description=f"档案编号 {debtor_id}")
    return counts
