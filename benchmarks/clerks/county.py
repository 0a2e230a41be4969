"""Another population: southern surnames, given names from the whole common character set, no families planned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks import numbers
from benchmarks.glyphs import Flags, Texts, Whole, common_letters
from benchmarks.pools import even, zipf

_SURNAMES = (
    "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄吕江何萧罗高潘简朱钟游"
    "彭詹胡施沈余卢梁赵颜柯翁魏孙戴方宋范邓杜傅侯曹薛"
)
_LEADS = "厦 闽 台儿庄 峄城区 市中区 枣庄市市中区 兰陵 微山县 枣庄高新区 鲁南"
_TRADES = (
    "贸易 实业 工贸 投资 装饰 渔业 茶业 电器 印务 陶瓷 "
    "家具 石业 鞋业 五金制品 包装 生物科技 网络科技 供应链管理 旅行社 园林绿化"
)
_FORMS = "有限公司 有限公司 有限公司 有限责任公司 集团有限公司 厂 商行 经营部 中心(普通合伙)"
_STREETS = "解放 光明 文化 建设 新华 青檀 君山 振兴 长白山 华山 衡山 汇泉 龙头 西昌 文昌 永安 东海 武夷山 复兴 匡山"


@dataclass(frozen=True)
class County:
    """Bodies and people in one list; every text column is what is true."""

    organization: Flags
    name: Texts
    number: Texts
    birth: Texts
    sex: Texts
    address: Texts
    phone: Texts

    def __len__(self) -> int:
        return len(self.name)


def make_county(rng: np.random.Generator, count: int) -> County:
    """A fifth are organisations; three people in ten share a dwelling, one in ten a telephone."""
    organization = rng.random(count) < 0.2
    order, place = rng.permutation(count), rng.permutation(count)
    day, seq = 13_000 + order % 26_000, order // 26_000 * 2 + rng.integers(0, 2, count)  # no two alike
    birth, sex = numbers.birth_text(day), np.array(["女", "男"], dtype=object)[seq % 2]
    birth[organization], sex[organization] = None, None
    number = np.where(
        organization,
        numbers.usccs(np.full(count, "91", dtype=object), numbers.org_codes(order + 500_000_000)),
        numbers.resident_ids(day, seq),
    )
    dwelling = np.where(rng.random(count) < 0.3, rng.integers(0, count // 4, count), place)
    line = np.where(rng.random(count) < 0.1, rng.integers(0, count, count), place)
    return County(
        organization=organization,
        name=np.where(organization, _firm_names(rng, count), _person_names(rng, count)),
        number=number,
        birth=birth,
        sex=sex,
        address=_addresses(dwelling),
        phone=numbers.serials("154", line, 8),
    )


def _person_names(rng: np.random.Generator, count: int) -> Texts:
    fixed = np.random.default_rng(0)  # the order of the given characters is part of the pool, not of the draw
    letters = [chr(point) for point in np.unique(common_letters(fixed, 700))]
    given = zipf([str(letter) for letter in fixed.permutation(letters)], flat=25)
    name: Texts = zipf(list(_SURNAMES), flat=3).draw(rng, count) + given.draw(rng, count)
    return np.where(rng.random(count) < 0.85, name + given.draw(rng, count), name)


def _firm_names(rng: np.random.Generator, count: int) -> Texts:
    brand = zipf(list("永和顺佳美嘉联合信达华泰新世纪金龙海天宝丰利宏大成东方"), flat=12)
    parts = [even(_LEADS), brand, brand, even(_TRADES), even(_FORMS)]
    name: Texts = sum((part.draw(rng, count) for part in parts[1:]), start=parts[0].draw(rng, count))
    return name


def _addresses(dwelling: Whole) -> Texts:
    streets = np.array(_STREETS.split(), dtype=object)
    ways = np.array(["路", "街", "大道", "巷"], dtype=object)
    house = (dwelling // 80 % 90 + 1).astype(np.str_).astype(object)
    flat = (dwelling // 7_200 % 30 + 1).astype(np.str_).astype(object)
    room = (dwelling // 216_000 * 100 + dwelling % 5 + 101).astype(np.str_).astype(object)
    whole: Texts = "枣庄市" + streets[dwelling % 20] + ways[dwelling // 20 % 4] + house + "号" + flat + "栋" + room
    return whole
