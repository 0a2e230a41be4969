"""What holds of every published database, whatever was delivered: properties over drawn districts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from districts import TOLD, Debtor, districts, tell
from given import Person
from hypothesis import Phase, settings
from hypothesis import given as for_all
from invariants import INVARIANTS
from scenario import Published, Scenario

#: A build takes seconds: two districts of many debtors (the first drawn is the plainest), and no shrinking, for a
#: broken property names its rows.
few = settings(max_examples=2, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))

#: What the properties are about; TOLD sees to it that every build meets each.
MET = (
    "FROM asset WHERE (detail ->> 'shares_exceed_whole') = 'true'",
    "FROM asset WHERE (detail ->> 'share_presumed_equal') = 'true'",
    "FROM asset WHERE ownership = 'joint'",
    "FROM asset WHERE net_value = 0 AND gross_value > 0",
    "FROM asset WHERE net_value IS NULL AND gross_value IS NOT NULL",
    "FROM target WHERE recommended_measure = 'deduct'",
    "FROM asset JOIN target USING (debtor_id, asset_id) WHERE handling = 'freeze_only'",
    "FROM link WHERE tier = 'possible'",
    "SELECT asset_id FROM asset GROUP BY asset_id HAVING count(*) > 1",
)


@few
@for_all(drawn=districts)
def test_what_always_holds(drawn: list[Debtor]) -> None:
    _built([*TOLD, *drawn], _hold)


def _hold(published: Published, people: list[Person], drawn: list[Debtor]) -> None:
    for name, breaking in INVARIANTS.items():
        assert published.con.execute(breaking).fetchall() == [], name
    for met in MET:
        assert published.con.execute(f"SELECT 1 FROM ({met}) LIMIT 1").fetchall(), met
    # of a vehicle, the delivery itself says whether a link can be confirmed: only with the number
    cars = {row["debtor_id"]: row["tier"] for row in published.rows("asset", kind="vehicle")}
    assert cars == {
        who.debtor_id: "confirmed" for who, debtor in zip(people, drawn, strict=True) if debtor.car == "number"
    }


def _built(drawn: list[Debtor], look: Callable[[Published, list[Person], list[Debtor]], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scenario = Scenario(Path(folder))
        people = tell(scenario, drawn)
        look(scenario.build(), people, drawn)
        scenario.close()
