"""The people of a neighbourhood, drawn as whole columns.

A household is a head with, perhaps, a spouse, a child, a parent and a twin; a double is a stranger who shares name and
birth date with the head. All numbers follow from the household's own number, so none is ever drawn twice.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from demo import names, numbers
from demo.arrow import Column, Table, pa, pc

HOUSEHOLDS_PER_DEBTOR = 10
ROLES = ("head", "spouse", "child", "parent", "twin", "double")
HEAD, SPOUSE, CHILD, PARENT, TWIN, DOUBLE = range(6)

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

_FIRST_BIRTH = int(np.datetime64("1945-01-01", "D").astype(np.int64))
_LAST_BIRTH = int(np.datetime64("1995-12-31", "D").astype(np.int64))
_EARLIEST = int(np.datetime64("1935-01-01", "D").astype(np.int64))
_LATEST = int(np.datetime64("2008-06-30", "D").astype(np.int64))
_LAST_15 = int(np.datetime64("1983-12-31", "D").astype(np.int64))
_BORN_YOUNG = int(np.datetime64("1985-01-01", "D").astype(np.int64))
_DAYS = _LAST_BIRTH - _FIRST_BIRTH + 1
_BAND = 200  # sequences 001-200 of a birth date belong to heads; spouses, children, parents and the rest have their own
_STEP = 2_654_435_761  # prime, no factor of _DAYS * _BAND: walks every (date, sequence) once

#: How many heads of households there can be before numbers repeat.
HEADS = _DAYS * _BAND

TOWNS = ("示例镇", "例山镇", "测河镇", "试水镇", "示岭镇", "例泉镇", "测庄镇", "试湖街道", "示新街道", "例桥镇")
ESTATES = (
    "示例小区",
    "例湖花园",
    "测山雅居",
    "试泉新村",
    "示水湾",
    "例园小区",
    "测城国际",
    "试锦苑",
    "示和家园",
    "例安小区",
)
VILLAGES = tuple(a + b for a in "东西南北上下前后大小" for b in ("示", "例", "测", "试", "河", "泉", "岭", "庄"))

#: Debtor number modulo 97 -> identity document other than the resident card, so that 97 debtors show every kind.
_FOREIGN_DEBTORS = {11: "passport", 22: "hmt_residence", 43: "foreign_residence", 53: "hm_travel", 62: "tw_travel",
                    71: "military", 83: "household_book"}  # fmt: skip

PEOPLE = pa.schema(
    [
        ("person_id", pa.int64()),
        ("household", pa.int64()),  # number of the household in the district, decides its neighbourhood
        (
            "role",
            pa.string(),
        ),  # ROLES; twin = sibling of the head born the same day, double = stranger of same name and birth date
        ("name", pa.string()),
        ("former_names", pa.list_(pa.string())),
        ("id_type", pa.string()),  # canonical id_type
        ("id_number", pa.string()),  # the number in force, valid where the kind has a check
        ("id_number_15", pa.string()),  # first-generation form of it; null when born after 1983 or no resident card
        ("former_id_numbers", pa.list_(pa.string())),  # 15-digit form and numbers replaced later, both forms
        ("birth_date", pa.date32()),
        ("sex", pa.string()),  # male | female
        ("ethnicity", pa.string()),  # GB/T 3304 number: 01 Han, 03 Hui, 05 Uyghur, 11 Manchu
        ("address", pa.string()),
        ("phone", pa.string()),  # begins 000
        ("household_no", pa.string()),  # 15 digits
        ("relation_to_head", pa.string()),  # GB/T 4761: 01 head, 10 spouse, 20 son, 30 daughter, 51 father, 52 mother
        ("marital_status", pa.string()),  # single | married | remarried | widowed | divorced
        ("status", pa.string()),  # canonical person_status
        ("status_on", pa.date32()),
        ("moved_to", pa.string()),
        ("spouse_id", pa.int64()),
        ("debtor_no", pa.int64()),  # null for everybody else
    ]
)


def make_people(rng: np.random.Generator, first: int, households: int, seed: int, debtor_roles: Ints) -> Table:
    """Draw the neighbourhood whose households are numbered from `first`."""
    number = first + np.arange(households, dtype=np.int64)
    slot = (number * _STEP + seed * 7919) % (_DAYS * _BAND)
    head_day, s = slot // _BAND + _FIRST_BIRTH, slot % _BAND
    chance = rng.random((households, 12))

    # Each relative's (day, sequence) is a one-to-one function of the head's, in a band of its own: none ever collide.
    days = np.stack(
        [
            head_day,
            head_day + (s * 997) % 3601 - 1800,
            head_day + 8030 + (s * 883) % 4400,
            head_day - 8030 - (s * 769) % 3600,
            head_day,
            head_day,
        ],
        axis=1,
    )
    sequence = np.stack(
        [s + 1, 201 + (s ^ 1), 401 + (s ^ (s >> 1 & 1)), 601 + (s ^ (s >> 2 & 1)), 801 + s, 801 + s], axis=1
    )
    debtor_heads = np.arange(households) % HOUSEHOLDS_PER_DEBTOR == 0
    often = np.where(debtor_heads, 0.25, 0.012)
    exists = np.stack(
        [
            np.ones(households, dtype=bool),
            chance[:, 1] < 0.74,
            (chance[:, 2] < 0.42) & (days[:, CHILD] <= _LATEST),
            (chance[:, 3] < 0.25) & (days[:, PARENT] >= _EARLIEST),
            (s < 66) & (chance[:, 4] < often),
            (s >= 66) & (s < 132) & (chance[:, 4] < often),
        ],
        axis=1,
    )
    # A neighbour debtor of the story "spouse" or "child" lives in the household of the debtor before.
    household_at, role = np.nonzero(exists)
    household = number[household_at]
    day, seq = days[household_at, role], sequence[household_at, role]
    female = seq % 2 == 0
    count = len(role)

    debtor_no = _place_debtors(exists, debtor_roles, first, household_at, role)
    is_debtor = debtor_no >= 0

    surname, given = (
        _surnames(rng, exists, female, household_at, role),
        names.given_names(rng, female, day >= _BORN_YOUNG),
    )
    # Of sixty debtors one has a minority name and one a rare character, so that every district shows both.
    dotted = ((rng.random(count) < names.MINORITY_SHARE) & (role != DOUBLE)) | (is_debtor & (debtor_no % 60 == 25))
    name = names.join(surname, pc.if_else(pa.array(debtor_no % 60 == 44), names.RARE_GIVEN[0], given))
    name = pc.if_else(pa.array(dotted), names.minority_names(rng, count), name)
    head_row = np.searchsorted(household_at, np.arange(households))
    name = name.take(pa.array(np.where(role == DOUBLE, head_row[household_at], np.arange(count))))

    id_type, id_number = _documents(rng, household * 8 + role, role, (day, seq), debtor_no)
    resident = np.asarray(pc.equal(id_type, "resident_id").to_numpy(zero_copy_only=False))
    short = pc.if_else(
        pa.array(resident & (day <= _LAST_15)), numbers.resident_ids_15(day, seq), pa.scalar(None, pa.string())
    )
    changed = (
        resident
        & (role == HEAD)
        & (s[household_at] >= 132)
        & (s[household_at] < 199)
        & (chance[household_at, 5] < often[household_at])
    )
    renamed = rng.random(count) < np.where(is_debtor, 0.06, 0.01)
    old_name = names.join(surname, names.given_names(rng, female, day >= _BORN_YOUNG))
    status, status_on, moved_to = _status(rng, count, debtor_no)
    married = exists[household_at, SPOUSE] & (role <= SPOUSE)
    partner = np.where(role == HEAD, 1, -1) + (household * 8 + role)
    return pa.table(
        [
            pa.array(household * 8 + role),
            pa.array(household),
            pa.array(ROLES).take(pa.array(role)),
            name,
            _lists([pc.if_else(pa.array(renamed & (role != DOUBLE)), old_name, pa.scalar(None, pa.string()))]),
            id_type,
            id_number,
            short,
            _lists(
                [
                    short,
                    pc.if_else(
                        pa.array(changed),
                        numbers.resident_ids(day, 800 + s[household_at] + 1),
                        pa.scalar(None, pa.string()),
                    ),
                ]
            ),
            pa.array(day.astype(np.int32), pa.int32()).cast(pa.date32()),
            pc.if_else(pa.array(female), "female", "male"),
            _ethnicity(rng, dotted),
            _addresses(rng, households).take(
                pa.array(np.where(role == DOUBLE, (household_at * 7 + 3) % households, household_at))
            ),
            numbers.numbered("000", household * 8 + role, 8),
            numbers.numbered("370499", household + np.where(role == DOUBLE, 900_000_000, 0), 9),
            _relation(role, female),
            _marital(rng, married, role, day),
            status,
            status_on,
            moved_to,
            pa.array(partner, mask=~married),
            pa.array(debtor_no, mask=~is_debtor),
        ],
        schema=PEOPLE,
    )


def _place_debtors(exists: Flags, roles: Ints, first: int, household_at: Ints, role: Places) -> Ints:
    """Debtor number per person, -1 for none. A spouse or child debtor lives with the debtor numbered one lower."""
    found = np.full((len(exists), len(ROLES)), -1, dtype=np.int64)
    for place, wanted in enumerate(roles):
        if wanted < 0:
            continue
        home = place * HOUSEHOLDS_PER_DEBTOR
        with_the_one_before = wanted != HEAD and exists[home - HOUSEHOLDS_PER_DEBTOR, wanted]
        home, as_role = (home - HOUSEHOLDS_PER_DEBTOR, wanted) if with_the_one_before else (home, HEAD)
        found[home, as_role] = first // HOUSEHOLDS_PER_DEBTOR + place
    return found[household_at, role]


def _surnames(rng: np.random.Generator, exists: Flags, female: Flags, household_at: Places, role: Places) -> Column:
    """Children carry the name of the husband, fathers and twins that of the head; wives and mothers keep their own."""
    households = len(exists)
    head_female = female[np.searchsorted(household_at, np.arange(households))]
    own = names.surnames(rng, households * 3)  # head, partner, mother
    is_mother = (role == PARENT) & female
    is_partner = (role == SPOUSE) | ((role == CHILD) & head_female[household_at] & exists[household_at, SPOUSE])
    pick = np.where(is_mother, 2, np.where(is_partner, 1, 0))
    return own.take(pa.array(household_at * 3 + pick))


def _documents(
    rng: np.random.Generator, serial: Ints, role: Places, birth: tuple[Ints, Ints], debtor_no: Ints
) -> tuple[Column, Column]:
    """Kind and number of the identity document: 99 % resident cards, every other kind among debtors by quota."""
    count = len(serial)
    kinds = (
        "resident_id",
        "passport",
        "hmt_residence",
        "foreign_residence",
        "hm_travel",
        "tw_travel",
        "military",
        "household_book",
    )
    chosen = np.where(rng.random(count) < 0.008, rng.integers(1, len(kinds), count), 0)
    by_quota = np.zeros(97, dtype=np.int64)
    for place, kind in _FOREIGN_DEBTORS.items():
        by_quota[place] = kinds.index(kind)
    chosen = np.where(debtor_no >= 0, by_quota[debtor_no % 97], chosen)
    # Twins and doubles exist to be told apart by their numbers, so they have resident cards.
    chosen = np.where(role >= TWIN, 0, chosen)
    day, seq = birth
    island = np.array([810_000, 820_000, 830_000])[rng.integers(0, 3, count)]
    foreign = np.array([937_840, 937_392, 937_410, 937_276])[rng.integers(0, 4, count)]
    by_kind = (
        numbers.resident_ids(day, seq),
        numbers.numbered("E", serial % 100_000_000, 8),
        numbers.resident_ids(day, seq, island),
        numbers.resident_ids(day, seq, foreign),
        numbers.numbered("H", serial % 100_000_000, 8),
        numbers.numbered("", serial % 100_000_000, 8),
        pc.binary_join_element_wise("测字第", numbers.numbered("", serial % 100_000_000, 8), "号", ""),
        numbers.resident_ids(day, seq),
    )
    number = pc.choose(pa.array(chosen), *by_kind)
    return pa.array(kinds).take(pa.array(chosen)), number


def _status(rng: np.random.Generator, count: int, debtor_no: Ints) -> tuple[Column, Column, pa.StringArray]:
    """Household status with its date and, for those who left, where to."""
    kinds = ("normal", "deceased", "moved", "cancelled")
    chosen = np.searchsorted(np.array([0.97, 0.984, 0.999]), rng.random(count), side="right")
    quota = debtor_no % 50
    chosen = np.where(
        debtor_no >= 0, np.where(quota == 33, 1, np.where(quota == 12, 2, np.where(chosen == 3, 0, chosen))), chosen
    )
    since = np.int64(17_500) + rng.integers(0, 3200, count)
    return (
        pa.array(kinds).take(pa.array(chosen)),
        pa.array(since.astype(np.int32), pa.int32(), mask=chosen == 0).cast(pa.date32()),
        pc.if_else(pa.array(chosen == 2), "测试省示例市", pa.scalar(None, pa.string())),
    )


def _ethnicity(rng: np.random.Generator, dotted: Flags) -> Column:
    chosen = np.searchsorted(np.array([0.985, 0.996]), rng.random(len(dotted)), side="right")
    return pa.array(("01", "03", "11", "05")).take(pa.array(np.where(dotted, 3, chosen)))


def _relation(role: Places, female: Flags) -> Column:
    code = np.array([0, 1, 2, 4, 0, 0])[role] + (((role == CHILD) | (role == PARENT)) & female)
    return pa.array(("01", "10", "20", "30", "51", "52")).take(pa.array(code))


def _marital(rng: np.random.Generator, married: Flags, role: Places, day: Ints) -> Column:
    u = rng.random(len(married))
    alone = np.where((day > _BORN_YOUNG + 1500) | (u < 0.25), 0, np.where(u < 0.7, 4, 3))
    return pa.array(("single", "married", "remarried", "widowed", "divorced")).take(
        pa.array(np.where(married, np.where(u < 0.06, 2, 1), alone))
    )


def _addresses(rng: np.random.Generator, count: int) -> Column:
    """Villages for 55 %, flats for the rest."""
    text = pa.string()
    rural = pc.binary_join_element_wise(
        "测试区",
        pa.array(TOWNS).take(pa.array(rng.integers(0, len(TOWNS), count))),
        pa.array(VILLAGES).take(pa.array(rng.integers(0, len(VILLAGES), count))),
        "村",
        pa.array(rng.integers(1, 600, count)).cast(text),
        "号",
        "",
    )
    urban = pc.binary_join_element_wise(
        "测试区",
        pa.array(ESTATES).take(pa.array(rng.integers(0, len(ESTATES), count))),
        pa.array(rng.integers(1, 40, count)).cast(text),
        "号楼",
        pa.array(rng.integers(1, 5, count)).cast(text),
        "单元",
        pa.array(rng.integers(1, 19, count) * 100 + rng.integers(1, 4, count)).cast(text),
        "室",
        "",
    )
    return pc.if_else(pa.array(rng.random(count) < 0.55), rural, urban)


def _lists(columns: list[Column]) -> Column:
    """One list per row with the values that are not null, in the order of the columns."""
    filled = np.stack([np.asarray(pc.is_valid(column).to_numpy(zero_copy_only=False)) for column in columns], axis=1)
    values = pa.concat_arrays(columns).take(
        pa.array(
            np.arange(filled.size).reshape(len(columns), -1).T[filled] if filled.size else np.empty(0, dtype=np.int64)
        )
    )
    offsets = np.concatenate([[0], np.cumsum(filled.sum(axis=1))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)
