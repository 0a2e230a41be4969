"""What the change events of a night say, done to yesterday's state: it must give today's.

A state is what the events can carry, no more: which assets are there, with value and stake; what lies on them; open
cases, procedures, the party, and who decided on links. Three silences are meant (change_events.sql), and kept out of
the comparison by the published rows alone: a debtor who is no longer shown takes everything along, an asset that comes
or goes takes what lies on it along, and a thing that goes on under another number is the same thing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from scenario import Published

Asset = tuple[str, str]
SHOWN = "SELECT * FROM asset WHERE is_current AND tier IN ('confirmed', 'probable')"


@dataclass
class State:
    """`assets`: debtor and asset -> identifier. `measures` and `burdens` name what lies on them as events do."""

    night: date
    debtors: set[str]
    assets: dict[Asset, str]
    values: dict[Asset, tuple[str | None, str | None]]
    stakes: dict[Asset, str]
    measures: dict[Asset, set[str]]
    burdens: dict[Asset, set[str]]
    cases: set[tuple[str, str]]
    parties: dict[tuple[str, str], str]
    procedures: dict[tuple[str, str], bool]  # registered?
    confirmed: dict[str, tuple[str, str, bool]]  # link -> debtor, source, confirmed?
    records: dict[Asset, set[tuple[str, str, str]]]


def state_of(published: Published) -> State:
    def told(query: str) -> list[tuple[Any, ...]]:
        return published.con.execute(query).fetchall()

    def on_assets(query: str) -> dict[Asset, set[Any]]:
        found: dict[Asset, set[Any]] = defaultdict(set)
        for debtor, asset, what in told(query):
            found[debtor, asset].add(what)
        return found

    (night,) = told("SELECT max(run_date) FROM run")[0]
    in_force = f"released_at IS NULL AND coalesce(end_date >= DATE '{night}', true)"
    measure = _joined("seizure_type", "authority", "doc_no", "s.start_date")
    burden = _joined("e.kind", "holder", "amount", "e.start_date")
    return State(
        night,
        {debtor for (debtor,) in told("SELECT debtor_id FROM debtor")},
        {(d, a): what for d, a, what in told(f"SELECT debtor_id, asset_id, identifier FROM ({SHOWN})")},
        {
            (d, a): (gross, net)
            for d, a, gross, net in told(
                f"SELECT debtor_id, asset_id, gross_value::VARCHAR, net_value::VARCHAR FROM ({SHOWN})"
            )
        },
        {
            (d, a): stake
            for d, a, stake in told(
                f"SELECT debtor_id, asset_id, concat_ws(' ', ownership, share::VARCHAR) FROM ({SHOWN})"
            )
        },
        on_assets(
            f"SELECT debtor_id, s.asset_id, {measure} FROM seizure s JOIN ({SHOWN}) USING (asset_id) WHERE {in_force}"
        ),
        on_assets(
            f"SELECT debtor_id, e.asset_id, {burden} FROM encumbrance e JOIN ({SHOWN}) a USING (asset_id)"
            " WHERE e.status <> 'cancelled'"
        ),
        set(told("SELECT debtor_id, case_no FROM debtor_case WHERE closed_at IS NULL AND close_mode IS NULL")),
        {
            (d, field): value
            for d, *values in told(
                "SELECT debtor_id, name, id_number, nullif(nullif(household_status, 'unknown'), 'normal') FROM debtor"
            )
            for field, value in zip(("name", "id_number", "household_status"), values, strict=True)
        },
        {
            (d, what): registered
            for d, what, registered in told(
                "SELECT debtor_id, concat_ws(' ', app_type, app_no), registered_at IS NOT NULL FROM application"
            )
        },
        {
            link: (d, source, confirmed)
            for link, d, source, confirmed in told("SELECT link_id, debtor_id, source, tier = 'confirmed' FROM link")
        },
        on_assets(
            f"SELECT debtor_id, p.asset_id, (p.source, p.table_name, record_id, kind, coalesce(currency, ''))"
            f" FROM provenance p JOIN ({SHOWN}) a USING (asset_id)"
        ),
    )  # fmt: skip


def _joined(*columns: str) -> str:
    """Columns as one text, as events name a measure or a burden."""
    return " || '|' || ".join(f"coalesce({column}::VARCHAR, '')" for column in columns)


def assert_events_tell(before: Published, after: Published) -> None:
    """The events of `after`'s night, applied to the state of `before`, give the state of `after`."""
    yesterday, today = state_of(before), state_of(after)
    events: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in after.rows("change_event", run_date=today.night):
        events[event["kind"]].append(event)
    renamed = _renamed(yesterday, today)
    _assets(events, yesterday, today, renamed)
    kept = set(today.assets) & set(yesterday.assets)
    _worth(events, yesterday, today, kept)
    _lies_on(events, yesterday, today, kept)
    opened = {(e["debtor_id"], e["after"]) for e in events["case_opened"]}
    closed = {(e["debtor_id"], e["before"]) for e in events["case_closed"]}
    assert (yesterday.cases | opened) - closed == today.cases
    _party(events, yesterday, today, today.debtors & yesterday.debtors)
    _procedures(events, yesterday, today)
    _links(events, yesterday, today)


def _renamed(yesterday: State, today: State) -> dict[Asset, Asset]:
    """Today's asset -> yesterday's, where a record of the same kind goes on under another number."""
    former = {
        (debtor, record): (debtor, asset)
        for (debtor, asset), records in yesterday.records.items()
        if (debtor, asset) not in today.assets
        for record in records
    }
    return {
        (debtor, asset): former[debtor, record]
        for (debtor, asset), records in today.records.items()
        if (debtor, asset) not in yesterday.assets
        for record in records
        if (debtor, record) in former
    }


def _assets(events: Any, yesterday: State, today: State, renamed: dict[Asset, Asset]) -> None:
    state = {asset: name for asset, name in yesterday.assets.items() if asset[0] in today.debtors}
    for event in events["asset_gone"]:
        assert state.pop((event["debtor_id"], event["asset_id"])) == event["before"]
    for event in events["asset_found"]:
        asset = (event["debtor_id"], event["asset_id"])
        assert asset not in state
        assert today.assets[asset] == event["after"]
        state[asset] = event["after"]
    assert set(state) == {renamed.get(asset, asset) for asset in today.assets}, "assets found and gone"


def _worth(events: Any, yesterday: State, today: State, kept: set[Asset]) -> None:
    """The value that an event tells is the gross one where that changed, else the net one."""
    told = {(e["debtor_id"], e["asset_id"]): (e["before"], e["after"]) for e in events["value_changed"]}
    stakes = {(e["debtor_id"], e["asset_id"]): (e["before"], e["after"]) for e in events["owner_share_changed"]}
    for asset in kept:
        (gross_before, net_before), (gross, net) = yesterday.values[asset], today.values[asset]
        leading = (gross_before, gross) if gross != gross_before else (net_before, net)
        assert told.pop(asset, (leading[0],) * 2) == leading, "value"
        stake = yesterday.stakes[asset]
        assert stakes.pop(asset, (stake, stake)) == (stake, today.stakes[asset]), "stake"
    assert not told
    assert not stakes


def _lies_on(events: Any, yesterday: State, today: State, kept: set[Asset]) -> None:
    measures = {asset: set(yesterday.measures[asset]) for asset in kept}
    burdens = {asset: set(yesterday.burdens[asset]) for asset in kept}
    for kind, state, change in (
        ("seizure_added", measures, set.add),
        ("seizure_released", measures, set.remove),
        ("seizure_expired", measures, set.discard),
        ("encumbrance_added", burdens, set.add),
        ("encumbrance_removed", burdens, set.remove),
    ):
        for event in events[kind]:
            what = event["after"] if kind.endswith("_added") else event["before"]
            change(state[event["debtor_id"], event["asset_id"]], what)
    for asset in kept:
        assert burdens[asset] == today.burdens[asset]
        # A waiting measure that took effect and one that was renewed go on under their authority.
        assert today.measures[asset] <= measures[asset]
        holding = {what.split("|")[1] for what in today.measures[asset]}
        assert {what.split("|")[1] for what in measures[asset] - today.measures[asset]} <= holding


def _party(events: Any, yesterday: State, today: State, shown: set[str]) -> None:
    """A register that falls silent about a debtor is no event; normal and not known are one."""
    state = {key: value for key, value in yesterday.parties.items() if key[0] in shown}
    for event in events["party_changed"]:
        field, _, after = event["after"].partition("=")
        assert f"{field}={state[event['debtor_id'], field] or 'normal'}" in (event["before"], f"{field}=normal")
        state[event["debtor_id"], field] = None if field == "household_status" and after == "normal" else after or None
    assert {key: today.parties[key] or value for key, value in state.items()} == state


def _procedures(events: Any, yesterday: State, today: State) -> None:
    """Withdrawn, refused and stopped are no events: told is which are accepted, and which of them registered."""
    state = dict(yesterday.procedures)
    for event in events["application_accepted"]:
        assert state.setdefault((event["debtor_id"], event["after"]), False) is False
    for event in events["application_registered"]:
        state[event["debtor_id"], event["before"]] = True
    newcomers = today.debtors - yesterday.debtors
    seen = {key: registered for key, registered in today.procedures.items() if key[0] not in newcomers}
    assert {key: state[key] for key in seen} == seen


def _links(events: Any, yesterday: State, today: State) -> None:
    """Of links that stand in both nights, how many more are confirmed, by debtor and source."""
    change: Counter[tuple[str, str]] = Counter()
    for link, (debtor, source, confirmed) in today.confirmed.items():
        if link in yesterday.confirmed:
            change[debtor, source] += confirmed - yesterday.confirmed[link][2]
    told: Counter[tuple[str, str]] = Counter()
    for event in events["link_confirmed"]:
        told[event["debtor_id"], event["source"]] += 1
    for event in events["link_withdrawn"]:
        told[event["debtor_id"], event["source"]] -= event["after"] is not None
    gone = Counter((event["debtor_id"], event["source"]) for event in events["asset_gone"])
    for key in {*change, *told}:
        # A record delivered anew with another owner is no withdrawal: there the asset is gone.
        assert 0 <= told[key] - change[key] <= gone[key], "links"
