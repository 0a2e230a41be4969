"""The night: take every source, match, publish, report. One parent flow, one task per source, one publishing task.

A source that fails does not stop the others: its task ends with an outcome, never with an exception, unless the fault
is transient; then the task is retried, and after the last retry the source counts as missing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from threading import Thread
from typing import Any

from flows.prefect_settings import configure

configure()

from prefect import flow, get_run_logger, task  # noqa: E402
from prefect.artifacts import create_table_artifact  # noqa: E402
from prefect.client.schemas.objects import State, TaskRun  # noqa: E402
from prefect.tasks import Task  # noqa: E402

from core.clock import last_business_date, now  # noqa: E402
from core.errors import TransientError  # noqa: E402
from core.settings import load_settings  # noqa: E402
from data_contracts import suite  # noqa: E402
from flows import steps  # noqa: E402
from flows.places import Places, places  # noqa: E402
from flows.runners import task_runner  # noqa: E402
from flows.summary import NightSummary  # noqa: E402

#: Waits in seconds before a source is taken again whose file changed while it came, or which another run was taking. A
#: line that breaks is the transport's to mend.
RETRY_DELAYS: list[float] = [5, 30, 120]

Advance = Callable[[int, int, str], None]

#: Who is told of progress; the command line sets it around its run, a worker's run tells nobody.
WATCHER: ContextVar[Advance] = ContextVar("watcher", default=lambda _done, _total, _what: None)


def worth_a_retry(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Only a TransientError is tried again."""
    try:
        state.result()
    except TransientError:
        return True
    except BaseException:
        return False
    return False


@task(name="ask", task_run_name="ask-{business_date}", retries=3, retry_delay_seconds=RETRY_DELAYS,
      retry_condition_fn=worth_a_retry)  # fmt: skip
def ask(place: Places, business_date: date) -> dict[str, Any]:
    """Send the inquiry lists if nobody has asked for this date; counts only."""
    return steps.ask(place, business_date).as_dict()


@task(name="take", task_run_name="take-{source}-{business_date}", retries=3, retry_delay_seconds=RETRY_DELAYS,
      retry_condition_fn=worth_a_retry)  # fmt: skip
def take(place: Places, source: str, business_date: date) -> dict[str, object]:
    """Pull, validate and file one source's delivery; returns its outcome record (counts and verdicts only)."""
    return steps.take(place, source, business_date)


@task(name="publish", task_run_name="publish-{business_date}")
def publish(place: Places, business_date: date, rebuild: bool) -> dict[str, object]:
    """Match and publish unless nothing that the profiles rest on has changed."""
    return steps.publish(place, business_date, rebuild=rebuild)


@task(name="keep", task_run_name="keep-history")
def keep(place: Places) -> list[str]:
    """Keep what was published in the history; returns the dates that were written."""
    return steps.keep(place)


@task(name="document", task_run_name="document-data-docs")
def document(place: Places) -> int:
    """Add what was judged to the Data Docs; returns how many files were written."""
    return steps.document(place)


@flow(name="nightly", description="夜间对账：接收、校验、比对、发布", task_runner=task_runner(), log_prints=False)
def nightly(
    business_date: date | None = None, drops: str | None = None, store: str | None = None, rebuild: bool = False
) -> NightSummary:
    """One night. Without `business_date`: the last one whose evening has passed."""
    place = places(load_settings(), drops, store)
    night = business_date or last_business_date()
    advance = WATCHER.get()
    sources = steps.connected(place)
    total = len(sources) + 4
    started = now()
    Thread(target=suite.warm_up, daemon=True).start()  # seconds of imports, beside the court's delivery
    asked = ask(place, night)
    advance(1, total, "查询名单")
    pending = {source: take.submit(place, source, night) for source in sources}
    outcomes = []
    for done, (source, future) in enumerate(pending.items(), start=2):
        outcomes.append(steps.settled(place, source, night, future.result(raise_on_failure=False)))
        advance(done, total, source)
    published = publish(place, night, rebuild)
    advance(total - 2, total, "发布")
    kept = keep(place, return_state=True)  # what went wrong with the history must not cost the night; nor with pages
    advance(total - 1, total, "历史")
    documented = document(place, return_state=True)
    advance(total, total, "数据校验报告")
    summary = NightSummary.of(
        night,
        outcomes,
        published,
        started,
        unsent=asked["unsent"],
        unconnected=[source for source in steps.sources() if source not in sources],
        notes=steps.documented(documented.result(raise_on_failure=False)),
        unkept=steps.kept(kept.result(raise_on_failure=False)),
    )
    _leave_artifacts(summary)
    get_run_logger().info("night %s: %s", night, "look" if summary.must_look else "fine")
    return summary


def _leave_artifacts(summary: NightSummary) -> None:
    create_table_artifact(
        key="night-sources", table=summary.source_rows(), description=f"业务日期 {summary.business_date}"
    )
    create_table_artifact(key="night-counts", table=summary.count_rows(), description="发布后的计数")
