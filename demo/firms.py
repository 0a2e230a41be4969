"""The organisations of a neighbourhood: companies, shops, branches, cooperatives, village collectives.

Places 0-49 are the debtors (as many as there are firm debtors), 50-69 their branches, 70-99 shops that debtor persons
operate; the rest are strangers'. Legal representatives and operators are people of the same neighbourhood.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from demo import names, numbers
from demo.arrow import Column, Table, pa, pc

FIRMS_PER_CHUNK = 640
_DEBTOR_FIRMS, _BRANCHES_FROM, _SHOPS_FROM, _STRANGERS_FROM = 50, 50, 70, 100

FIRMS = pa.schema(
    [
        ("firm_id", pa.int64()),
        ("name", pa.string()),
        ("former_names", pa.list_(pa.string())),
        ("kind", pa.string()),  # canonical party_kind
        ("uscc", pa.string()),
        ("org_code", pa.string()),  # positions 9-17 of uscc, with hyphen
        (
            "reg_no",
            pa.string(),
        ),  # 15 digits; null for those founded after the credit code came (2015) and for collectives
        ("company_type", pa.string()),
        (
            "legal_rep_id",
            pa.int64(),
        ),  # person_id; of shops the operator; null for branches of firms outside and institutions
        ("legal_rep_name", pa.string()),
        ("legal_rep_id_type", pa.string()),
        ("legal_rep_id_number", pa.string()),
        ("capital_registered", pa.int64()),  # 万元
        ("capital_paid", pa.int64()),  # 万元
        ("founded_on", pa.date32()),
        ("status", pa.string()),  # canonical company_status
        ("status_on", pa.date32()),
        ("industry", pa.string()),
        ("address", pa.string()),
        ("phone", pa.string()),  # begins 000
        ("parent_id", pa.int64()),  # firm_id, of branches only
        ("in_register", pa.bool_()),  # false: known to the land register and the court, not to market supervision
        ("debtor_no", pa.int64()),
    ]
)

KINDS = (
    "company",
    "sole_proprietor",
    "sole_investor",
    "partnership",
    "cooperative",
    "branch",
    "collective",
    "institution",
)
#: kind -> class of the credit code, beginning of the organisation code
_CLASS = {
    "company": ("91", "MA"),
    "sole_proprietor": ("92", "MA"),
    "sole_investor": ("91", "MA"),
    "partnership": ("91", "MA"),
    "cooperative": ("93", "MA"),
    "branch": ("91", "MA"),
    "collective": ("N2", "MF"),
    "institution": ("12", "MB"),
}
_STRANGER_MIX = np.cumsum([0.52, 0.30, 0.03, 0.03, 0.03, 0.07, 0.015, 0.005])
_DEBTOR_MIX = (0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 0, 6, 0, 1, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0)

Ints = npt.NDArray[np.int64]


def make_firms(rng: np.random.Generator, chunk: int, count: int, debtors: int, people: Table) -> Table:
    """FIRMS of neighbourhood `chunk`, which has `debtors` debtors, a quarter of them firms."""
    place = np.arange(count, dtype=np.int64)
    firm_id = chunk * FIRMS_PER_CHUNK + place
    debtor_no = _debtor_numbers(place, chunk, debtors)
    kind = np.searchsorted(_STRANGER_MIX, rng.random(count), side="right").clip(0, len(KINDS) - 1)
    kind = np.where(place < _DEBTOR_FIRMS, np.array(_DEBTOR_MIX)[place % len(_DEBTOR_MIX)], kind)
    kind = np.where((place >= _BRANCHES_FROM) & (place < _SHOPS_FROM), KINDS.index("branch"), kind)
    kind = np.where((place >= _SHOPS_FROM) & (place < _STRANGERS_FROM), KINDS.index("sole_proprietor"), kind)
    parent = _parents(rng, place, kind)
    kind = np.where((kind == KINDS.index("branch")) & (parent < 0), 0, kind)
    name = _firm_names(rng, firm_id, kind, parent)
    uscc, org_code = _codes(firm_id, kind)
    founded = np.int64(10_957) + rng.integers(0, 9000, count)
    status, status_on = _status(rng, founded, debtor_no, kind)
    rep_row = _representatives(rng, place, kind, people)
    has_rep = kind < KINDS.index("institution")
    capital = np.array([3, 10, 50, 100, 200, 500, 1000, 2000, 5000])[rng.integers(0, 9, count)]
    capital = np.where(np.isin(kind, (1, 5, 6, 7)), 0, capital)
    paid = (capital * np.array([0, 0.1, 0.2, 0.5, 1.0, 1.0])[rng.integers(0, 6, count)]).astype(np.int64)
    rep = (
        people.select(["person_id", "name", "id_type", "id_number"])
        .take(pa.array(rep_row, mask=~has_rep))
        .combine_chunks()
    )
    address = people["address"].take(pa.array(rng.integers(0, len(people), count)))
    renamed = rng.random(count) < np.where(debtor_no >= 0, 0.15, 0.03)
    absent = pa.scalar(None, pa.string())
    has_number = pa.array((founded < 16_700) & (kind < 6))
    industry = pa.array([code for _, code in names.INDUSTRIES])
    return pa.table(
        [
            pa.array(firm_id),
            name,
            _former(firm_id, kind, renamed),
            pa.array(KINDS).take(pa.array(kind)),
            uscc,
            org_code,
            pc.if_else(has_number, numbers.registration_numbers(firm_id + 1), absent),
            _company_type(rng, kind),
            rep["person_id"],
            rep["name"],
            rep["id_type"],
            rep["id_number"],
            pa.array(capital),
            pa.array(paid),
            pa.array(founded.astype(np.int32), pa.int32()).cast(pa.date32()),
            status,
            status_on,
            industry.take(pa.array(rng.integers(0, len(industry), count))),
            address,
            numbers.numbered("0009", firm_id, 7),
            pa.array(np.where(parent < 0, 0, chunk * FIRMS_PER_CHUNK + parent), mask=parent < 0),
            pa.array(kind < 6),
            pa.array(debtor_no, mask=debtor_no < 0),
        ],
        schema=FIRMS,
    )


def _debtor_numbers(place: Ints, chunk: int, debtors: int) -> Ints:
    """Of twenty debtors the last five are firms: place k is debtor 20 * (k // 5) + 15 + k % 5 of the neighbourhood."""
    local = place // 5 * 20 + 15 + place % 5
    return np.where((place < _DEBTOR_FIRMS) & (local < debtors), chunk * 200 + local, -1)


def _parents(rng: np.random.Generator, place: Ints, kind: npt.NDArray[np.intp]) -> Ints:
    """Place of the parent company of each branch, -1 for all others (and where no company stands before)."""
    companies = np.flatnonzero(kind == 0)
    if not len(companies):
        return np.full(len(place), -1, dtype=np.int64)
    drawn = companies[(rng.random(len(place)) * len(companies)).astype(np.int64)]
    of_debtors = companies[companies < _DEBTOR_FIRMS]
    if len(of_debtors):
        drawn = np.where((place >= _BRANCHES_FROM) & (place < _SHOPS_FROM), of_debtors[place % len(of_debtors)], drawn)
    return np.where(kind == KINDS.index("branch"), drawn, -1)


def _firm_names(rng: np.random.Generator, firm_id: Ints, kind: npt.NDArray[np.intp], parent: Ints) -> Column:
    count = len(firm_id)
    trade, turn = names.trade_names(firm_id)
    industry = pa.array([word for word, _ in names.INDUSTRIES]).take(
        pa.array((firm_id // 7 + turn) % len(names.INDUSTRIES))
    )
    town = pa.array(_TOWN_WORDS).take(pa.array(rng.integers(0, len(_TOWN_WORDS), count)))
    prefix = pa.array(("测试区", "测试市", "", "测试省")).take(
        pa.array(np.searchsorted([0.45, 0.7, 0.9], rng.random(count), side="right"))
    )
    form = pa.array(("有限公司", "有限责任公司", "股份有限公司")).take(
        pa.array(np.searchsorted([0.8, 0.97], rng.random(count), side="right"))
    )
    shop = pa.array(names.SHOPS).take(pa.array(firm_id % len(names.SHOPS)))
    company = pc.binary_join_element_wise(prefix, trade, industry, form, "")
    village = pa.array(_VILLAGE_WORDS).take(pa.array(firm_id % len(_VILLAGE_WORDS)))
    above = company.take(pa.array(np.where(parent < 0, 0, parent)))
    return pc.choose(
        pa.array(kind),
        company,
        pc.binary_join_element_wise("测试区", town, trade, shop, ""),
        pc.binary_join_element_wise("测试区", trade, industry, "厂", ""),
        pc.binary_join_element_wise("测试区", trade, "企业管理合伙企业（有限合伙）", ""),
        pc.binary_join_element_wise("测试区", trade, "种植专业合作社", ""),
        pc.binary_join_element_wise(above, town, "分公司", ""),
        pc.binary_join_element_wise("测试区", town, village, trade, "村股份经济合作社", ""),
        pc.binary_join_element_wise("测试区", town, trade, "学校", ""),
    )


_TOWN_WORDS = ("示例", "例山", "测河", "试水", "示岭", "例泉", "测庄", "试湖", "示新", "例桥")
_VILLAGE_WORDS = ("东", "西", "南", "北", "上", "下", "前", "后")


def _former(firm_id: Ints, kind: npt.NDArray[np.intp], renamed: npt.NDArray[np.bool_]) -> Column:
    """A firm that changed its name once traded as a shop or company of another trade name."""
    trade, _ = names.trade_names(firm_id + 5_003)
    old = pc.choose(
        pa.array((kind == 1).astype(np.int64)),
        pc.binary_join_element_wise("测试区", trade, "商贸有限公司", ""),
        pc.binary_join_element_wise("测试区", trade, "经营部", ""),
    )
    places = np.flatnonzero(renamed & (kind < 5))
    flags = np.zeros(len(firm_id), dtype=np.int32)
    flags[places] = 1
    offsets = np.concatenate([[0], np.cumsum(flags)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), old.take(pa.array(places)))


def _codes(firm_id: Ints, kind: npt.NDArray[np.intp]) -> tuple[Column, Column]:
    uscc: list[Column] = []
    code: list[Column] = []
    bodies = {prefix: numbers.organisation_bodies(prefix, firm_id + 1) for prefix in ("MA", "MF", "MB")}
    for name in KINDS:
        prefix, body = _CLASS[name]
        uscc.append(numbers.usccs(prefix, bodies[body]))
        code.append(numbers.org_codes(bodies[body]))
    chosen = pa.array(kind)
    return pc.choose(chosen, *uscc), pc.choose(chosen, *code)


def _status(
    rng: np.random.Generator, founded: Ints, debtor_no: Ints, kind: npt.NDArray[np.intp]
) -> tuple[Column, Column]:
    values = ("active", "revoked", "cancelled", "moved_out", "preparing")
    u = rng.random(len(founded))
    chosen = np.searchsorted([0.82, 0.88, 0.97, 0.99], u, side="right")
    chosen = np.where(debtor_no >= 0, np.searchsorted([0.86, 0.98], u, side="right"), chosen)
    chosen = np.where(kind >= 5, 0, chosen)
    since = np.minimum(founded + rng.integers(400, 6000, len(founded)), 20_700)
    return pa.array(values).take(pa.array(chosen)), pa.array(since.astype(np.int32), pa.int32(), mask=chosen == 0).cast(
        pa.date32()
    )


def _representatives(rng: np.random.Generator, place: Ints, kind: npt.NDArray[np.intp], people: Table) -> Ints:
    """Row in `people` of each firm's representative.

    Shops at places 70-99 belong to debtor persons; the firm debtor at place 5n is led by the debtor numbered one lower,
    who then is liable beside it.
    """
    adults = np.flatnonzero(
        np.asarray(pc.is_in(people["role"], pa.array(["head", "spouse"])).to_numpy(zero_copy_only=False))
    )
    chosen = adults[(rng.random(len(place)) * len(adults)).astype(np.int64)]
    debtor_rows = np.flatnonzero(np.asarray(pc.is_valid(people["debtor_no"]).to_numpy(zero_copy_only=False)))
    if len(debtor_rows):
        is_shop = (place >= _SHOPS_FROM) & (place < _STRANGERS_FROM)
        chosen = np.where(is_shop, debtor_rows[(place - _SHOPS_FROM) * 5 % len(debtor_rows)], chosen)
        numbers_of = np.asarray(people["debtor_no"].take(pa.array(debtor_rows)).to_numpy()) % 200
        leader = np.searchsorted(numbers_of, place // 5 * 20 + 14).clip(0, len(debtor_rows) - 1)
        leads = (place < _DEBTOR_FIRMS) & (place % 5 == 0) & (numbers_of[leader] == place // 5 * 20 + 14)
        chosen = np.where(leads, debtor_rows[leader], chosen)
    return chosen.astype(np.int64)


def _company_type(rng: np.random.Generator, kind: npt.NDArray[np.intp]) -> Column:
    texts = ("有限责任公司（自然人投资或控股）", "个体工商户", "个人独资企业", "有限合伙企业", "农民专业合作社",
             "有限责任公司分公司", "农村集体经济组织", "事业单位")  # fmt: skip
    single = pa.array((kind == 0) & (rng.random(len(kind)) < 0.2))
    return pc.if_else(single, "有限责任公司（自然人独资）", pa.array(texts).take(pa.array(kind)))
