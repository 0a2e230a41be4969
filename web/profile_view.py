"""A profile as its page shows it: urgent things first, what counts apart from what waits for a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from profiles import report_asset_zh, words_zh
from profiles.report_context_zh import grouped
from profiles.standing import is_counted, is_waiting, leads, represented
from web import charts

Row = Mapping[str, Any]


#: Alert -> the part of the page that shows what it rests on, where it is about no asset that is shown.
RESTS_ON = {
    "debtor_deceased": "sources",
    "no_reply": "sources",
    "source_missing": "sources",
    "requery_due": "cases",
    "insolvency_signal": "cases",
    "possible_disposal": "timeline",
    "declared_not_found": "declared",
    "found_not_declared": "declared",
    "review_waiting": "waiting",
}


def facts(profile: Row) -> dict[str, Any]:
    """The variables of ``debtor.html``."""
    night = date.fromisoformat(profile["run"]["run_date"]) if profile["run"] else None
    links = {link["link_id"]: link for link in profile["links"]}
    assets = [_asset(row, night, links) for row in profile["assets"]]
    counted = [row for row in assets if is_counted(row)]
    owned = [row for row in counted if row["handling"] != "not_an_asset"]
    happened = charts.events(profile)
    shown = {row["asset_id"] for row in assets if is_counted(row) or is_waiting(row)}
    alerts = [{**row, "place": _place(row, shown)} for row in profile["alerts"]]
    return {
        "debtor": profile["debtor"],
        "run": profile["run"],
        "cases": profile["cases"],
        "why": _why(profile),
        "stoppable": _stoppable(profile, assets),
        "urgent": [row for row in alerts if row["severity"] == "urgent" and not row["kind"].endswith("_in_progress")],
        "alerts": _alerts(alerts),
        "targets": _targets(profile, assets),
        "groups": grouped(counted, "kind"),
        "counted": counted,
        # the columns of the debtor count what waits for a person among the confirmed
        "existing": len(owned),
        "unvalued": sum(is_unvalued(row) for row in owned),
        "waiting": [row for row in assets if is_waiting(row)],
        "leads": _leads(profile),
        "represented": represented(profile),
        "doubtful": [link for link in profile["links"] if link["tier"] == "probable"],
        "past": [row for row in assets if not row["is_current"]],
        "declared": _declared(profile, assets),
        "liabilities": profile["liabilities"],
        "changes": _changes(profile),
        "sources": _sources(profile, night),
        "composition": charts.composition(profile["debtor"], counted),
        "covered": charts.coverage(profile["debtor"]),
        "events": happened,
        "timeline": charts.timeline(profile, happened),
        "charts": charts,
    }


def is_unvalued(asset: Row) -> bool:
    """Nobody knows its net value, nor is that counted on another asset."""
    return asset["net_value"] is None and "value_counted_on" not in (asset["detail"] or {})


def _asset(row: Row, night: date | None, links: Mapping[str, Row]) -> dict[str, Any]:
    own = [links[link] for link in row["links"] if link in links]
    return {
        **row,
        "cautions": report_asset_zh.cautions(row),
        "facts": report_asset_zh.facts(row["detail"] or {}),
        "seizures": [{**entry, "left": report_asset_zh.remaining(entry["days_to_expiry"])} for entry in _ordered(row)],
        "why": _believed(own),
        "age": _age(row["data_as_of"], night),
    }


def _ordered(asset: Row) -> Sequence[Row]:
    return report_asset_zh.in_order(asset["seizures"])


def _believed(links: Sequence[Row]) -> str:
    best = max(links, key=lambda link: (link.get("verdict") == "same", link["probability"] or 0), default=None)
    if best is None:
        return ""
    if best.get("verdict") is not None:
        return report_asset_zh.decided(best)
    return report_asset_zh.agreeing(best["evidence"]) if best["evidence"] else ""


def _age(data_as_of: str | None, night: date | None) -> int | None:
    """Days between the data and the business date; null where one is unknown."""
    if data_as_of is None or night is None:
        return None
    return max(0, (night - datetime.fromisoformat(data_as_of).date()).days)


def _why(profile: Row) -> list[str]:
    household = next((row for row in profile["replies"] if row["source"] == "household"), None)
    grounds = [f"执行案件载明的身份（{len(profile['cases'])} 件）"]
    if household and household["result"] == "found":
        grounds.append(f"户籍反馈（{str(household['replied_at'])[:10]}）")
    confirmed = [link for link in profile["links"] if link["tier"] == "confirmed"]
    strong = sum(_agrees(link, "id_number") for link in confirmed)
    grounds.append(f"{len(confirmed)} 条登记、开户记录与之确认一致，其中 {strong} 条证件号码相符")
    return grounds


def _agrees(link: Row, field: str) -> bool:
    return any(entry["field"] == field and entry["weight"] > 0 for entry in link["evidence"] or [])


def _stoppable(profile: Row, assets: Sequence[Row]) -> list[dict[str, Any]]:
    known = {asset["asset_id"]: asset for asset in assets}
    return [{**row, "asset": known.get(row["asset_id"])} for row in profile["applications"] if row["can_be_stopped"]]


def _alerts(alerts: Sequence[Row]) -> list[tuple[list[Row], int]]:
    """Those that are not urgent, equal messages together: one for each place, and how many there are."""
    rest = [row for row in alerts if row["severity"] != "urgent"]
    return [(list({row["place"]: row for row in rows}.values()), len(rows)) for _, rows in grouped(rest, "message_zh")]


def _place(alert: Row, shown: Collection[str]) -> str:
    """Where the page shows what an alert rests on: an asset, or a part of the page."""
    if alert["asset_id"] in shown:
        return str(alert["asset_id"])
    return RESTS_ON.get(alert["kind"], "assets")


def _targets(profile: Row, assets: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    known = {asset["asset_id"]: asset for asset in assets}
    return grouped([{**row, "asset": known[row["asset_id"]]} for row in profile["targets"]], "case_no")


def _leads(profile: Row) -> list[tuple[str, int]]:
    """Links of a name only or in conflict, by source; they are no assets."""
    return [(source, len(rows)) for source, rows in grouped(leads(profile), "source")]


def _declared(profile: Row, assets: Sequence[Row]) -> dict[str, Any]:
    only = [row for row in assets if row["value_basis"] == "declared" or row["source"] == "court_cases"]
    undeclared = {row["asset_id"] for row in profile["alerts"] if row["kind"] == "found_not_declared"}
    return {
        "only_declared": only,
        "both": [row for row in assets if row["declared_by_debtor"] and row not in only],
        "only_found": [row for row in assets if row["asset_id"] in undeclared],
    }


def _changes(profile: Row) -> list[tuple[str, str, int]]:
    """Night, kind and how many."""
    by_night = grouped([{**row, "both": (row["run_date"], row["kind"])} for row in profile["changes"]], "both")
    return [(night, words_zh.say("change", kind), len(rows)) for (night, kind), rows in by_night]


def _sources(profile: Row, night: date | None) -> list[dict[str, Any]]:
    """Every source: what it answered about this debtor, or how the register stands, and how old that is."""
    replies = {row["source"]: row for row in profile["replies"]}
    states = {row["source"]: row for row in profile["sources"]}
    rows = []
    for source in (name for name in words_zh.words("source") if name in states):
        reply, state = replies.get(source), states[source]
        moment = reply["replied_at"] if reply else state["data_as_of"]
        told = words_zh.say("reply", reply["result"]) if reply else words_zh.say("outcome", state["outcome"])
        good = reply["result"] in ("found", "none") if reply else state["outcome"] in ("loaded", "unchanged")
        rows.append(
            {
                "source": source,
                "told": told,
                "moment": moment,
                "age": _age(moment, night),
                "good": good,
                "reply": reply if reply and reply.get("file_sha256") else None,
            }
        )
    return rows
