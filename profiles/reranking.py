"""The targets of one case under other weights, out of the published database and without a new night."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from core.duck import define_macros, sql
from core.errors import NotFoundError
from core.settings import Settings
from profiles import measures, protection, targeting
from profiles.targeting import Weights

Row = dict[str, Any]


def rerank(
    file: Path, case_no: str, weights: Weights, living_reserve: Decimal | None = None, night: date | None = None
) -> list[Row]:
    """Rows of the view `target` of a case, with `kind` and `identifier` of the asset and `rank_before`, the rank as
    published (null: was no target). Ordered by debtor and rank. NotFoundError if there is no such case. `night`: of a
    volume of the history."""
    with duckdb.connect() as con:
        define_macros(con, Settings())
        con.execute("ATTACH '{}' AS published (READ_ONLY)".format(str(file).replace("'", "''")))
        con.execute("SET VARIABLE night = $night", {"night": night})
        con.execute("SET VARIABLE case_no = $case", {"case": case_no})
        con.execute("SET VARIABLE living_reserve = $reserve", {"reserve": living_reserve})
        con.execute("SET VARIABLE business_date = (SELECT max(run_date) FROM published.main.run)")
        con.execute(sql("profiles", "reranking"))
        if not con.execute("FROM debtor_case LIMIT 1").fetchall():
            raise NotFoundError("没有这个案号的已发布案件", do="核对案号")
        measures.load_rules(con)
        protection.load_rules(con)
        targeting.put(con, weights)
        con.execute(sql("profiles", "targets"))
        found = con.execute(
            "SELECT t.*, a.kind, a.identifier, p.rank AS rank_before FROM target t"
            " JOIN asset a USING (debtor_id, asset_id)"
            " LEFT JOIN published.main.target p ON p.debtor_id = t.debtor_id AND p.case_no = t.case_no"
            " AND p.asset_id = t.asset_id ORDER BY t.debtor_id, t.rank"
        )
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
