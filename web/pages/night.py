"""The night: how every source stands, what was quarantined, which runs led here. Counts and dates, nobody's name."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from profiles import query, status_zh
from web.context import context_of
from web.render import page

router = APIRouter()

_RUNS = "SELECT * FROM run ORDER BY started_at DESC, run_id DESC LIMIT 15"
_QUARANTINED = """
SELECT business_date, source, table_name, array_to_string(reasons, '、') AS reasons, severity, count(*) AS rows
FROM quarantine GROUP BY ALL ORDER BY business_date DESC, rows DESC, source, table_name, reasons LIMIT 40"""


@router.get("/night")
def night(request: Request) -> Response:
    """Sources, totals, alerts, quarantine and runs of the newest publication."""
    with context_of(request).publications.reading() as reader:
        facts = status_zh.read(reader.con)
        return page(
            request,
            "night.html",
            run=facts["run"],
            sources=facts["sources"],
            totals=facts["totals"],
            alerts=facts["alerts"],
            quarantined=query.rows(reader.con, _QUARANTINED),
            runs=query.rows(reader.con, _RUNS),
        )
