"""Firms: parents with subsidiaries and branches, similar firms in one town, shops of one owner."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from benchmarks.glyphs import Flags, Texts, Whole, homophones, read_yaml
from benchmarks.pools import brands, even

COMPANY, SHOP, COOPERATIVE = range(3)
MAIN, SUBSIDIARY, BRANCH, SIMILAR = range(4)
RELATIONS = ("firm", "subsidiary", "branch", "similar firm")


@dataclass
class Firms:
    """One row per registered body; `reach` is the row whose debt reaches it: itself, or the parent of a branch."""

    prefix: Texts
    brand: Texts
    trade: Whole
    form: Texts
    suffix: Texts
    former_brand: Texts
    kind: Whole
    relation: Whole
    group: Whole
    reach: Whole
    owner: Whole
    home: Whole
    landline: Whole

    def __len__(self) -> int:
        return len(self.kind)


def make_firms(rng: np.random.Generator, count: int, people: int, homes: int) -> Firms:
    """Independent bodies: companies 66 %, shops of one owner 28 %, co-operatives 6 %."""
    names = read_yaml("names.yaml")
    kind = np.searchsorted([0.66, 0.94], rng.random(count))
    form = np.where(rng.random(count) < 0.8, "有限公司", "有限责任公司").astype(object)
    joint = np.flatnonzero(rng.random(count) < 0.04)
    form[joint] = even("股份有限公司 合伙企业(有限合伙)").draw(rng, len(joint))
    form[kind == COOPERATIVE] = "专业合作社"
    form[kind == SHOP] = ""
    former = np.full(count, None, dtype=object)
    renamed = np.flatnonzero(rng.random(count) < 0.05)
    former[renamed] = brands(rng, len(renamed))
    firms = Firms(
        prefix=_prefixes(rng, count),
        brand=brands(rng, count),
        trade=rng.integers(0, len(names["trades"].split()), count),
        form=form,
        suffix=np.full(count, "", dtype=object),
        former_brand=former,
        kind=kind,
        relation=np.full(count, MAIN),
        group=np.arange(count),
        reach=np.arange(count),
        owner=rng.integers(0, people, count),
        home=rng.integers(0, homes, count),
        landline=rng.permutation(count),
    )
    _tell_apart(rng.spawn(1)[0], firms)
    return firms


def relatives(rng: np.random.Generator, firms: Firms, models: Whole, relation: int, first: int) -> Firms:
    """Bodies beside the firms `models`, to be appended from row `first` on."""
    size, names = len(models), read_yaml("names.yaml")
    made = Firms(*(getattr(firms, field.name)[models].copy() for field in fields(Firms)))
    made.relation[:] = relation
    made.former_brand[:] = None
    made.landline = firms.landline.max() + 1 + np.arange(size)
    made.reach = models.copy() if relation == BRANCH else first + np.arange(size)
    near = rng.random(size) < 0.5
    made.home = np.where(near, made.home, rng.permutation(firms.home)[:size])
    if relation == BRANCH:
        places = even(names["prefixes"].replace("山东省枣庄市", "") + " " + "测云 试水 样村 例城").draw(rng, size)
        made.suffix = places + "分公司"
        return made
    made.owner = np.where(rng.random(size) < 0.4, made.owner, rng.permutation(firms.owner)[:size])
    made.trade = (made.trade + rng.integers(1, 20, size)) % len(names["trades"].split())
    if relation == SIMILAR:
        same_trade = rng.random(size) < 0.6
        made.trade[same_trade] = firms.trade[models][same_trade]
        made.brand = np.where(same_trade, _near_brand(rng, made.brand), made.brand)
        made.group = first + np.arange(size)
    return made


def join_firms(parts: list[Firms]) -> Firms:
    """One below the other."""
    return Firms(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Firms)))


def firm_names(firms: Firms, at: Whole, former: Flags | None = None) -> Texts:
    """Registered names of the rows `at`; where `former`, under the earlier distinguishing word."""
    names = read_yaml("names.yaml")
    trades = np.array(names["trades"].split(), dtype=object)
    shops = np.array(names["shops"].split(), dtype=object)
    kind, trade = firms.kind[at], firms.trade[at]
    brand = firms.brand[at]
    if former is not None:
        brand = np.where(former, firms.former_brand[at], brand)
    body = np.where(kind == SHOP, shops[trade % len(shops)], trades[trade])
    whole: Texts = firms.prefix[at] + brand + body + firms.form[at] + firms.suffix[at]
    return whole


def _tell_apart(rng: np.random.Generator, firms: Firms) -> None:
    """No authority registers one name twice: of equals, all but one get another character."""
    more = even(read_yaml("names.yaml")["firm_second"])
    for _ in range(3):
        _, first = np.unique(firm_names(firms, np.arange(len(firms))).astype(np.str_), return_index=True)
        again = np.setdiff1d(np.arange(len(firms)), first)
        firms.brand[again] = firms.brand[again] + more.draw(rng, len(again))


def _prefixes(rng: np.random.Generator, count: int) -> Texts:
    common = np.array(["枣庄市山亭区", "山亭区", "枣庄", "枣庄市", "山东", "滕州市", "山亭"], dtype=object)
    return common[np.searchsorted([0.2, 0.42, 0.68, 0.78, 0.9, 0.96], rng.random(count))]


def _near_brand(rng: np.random.Generator, brand: Texts) -> Texts:
    changed, _ = homophones().replace_one(brand, rng)
    return changed
