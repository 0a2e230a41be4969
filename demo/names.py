"""Names as they are met in a Shandong county: concentrated surnames, sexed and dated given names, a few rare forms.

Weights are set so that the commonest full names come out as the Ministry of Public Security counts them: 张伟 about
22-32 per 100,000 people, two-character names about one in eight. Persons and firms are synthetic throughout.
"""

# ruff: noqa: E501  (tables of Chinese words: two columns a character, wrapped by sense)
from __future__ import annotations

import numpy as np
import numpy.typing as npt

from demo.arrow import Column, pa, pc

#: Per mille. The hundred commonest surnames cover about 86 % of people, the rest is spread thinly.
_SURNAMES: dict[str, float] = {
    "王": 74, "张": 72, "李": 71, "刘": 58, "赵": 29, "杨": 27, "陈": 26, "孙": 25, "徐": 19, "马": 17, "高": 15,
    "朱": 15, "胡": 12, "郭": 12, "宋": 11, "于": 11, "韩": 10, "吴": 10, "周": 10, "林": 9, "黄": 9, "何": 8, "田": 8,
    "董": 8, "丁": 7, "袁": 7, "许": 7, "冯": 7, "曹": 7, "孟": 7, "姜": 7, "孔": 7, "梁": 6, "郑": 6, "唐": 6, "魏": 6,
    "任": 6, "邵": 6, "秦": 6, "史": 6, "侯": 5, "贾": 5, "崔": 5, "程": 5, "谢": 5, "吕": 5, "邢": 5, "颜": 5, "满": 5,
    "段": 5, "殷": 4, "沈": 4, "彭": 4, "邓": 4, "潘": 4, "杜": 4, "苏": 4, "蒋": 4, "卢": 4, "蔡": 4, "薛": 4, "闫": 4,
    "石": 4, "褚": 4, "甘": 4, "龙": 3, "陶": 3, "姚": 3, "谭": 3, "廖": 3, "邹": 3, "熊": 3, "金": 3, "陆": 3, "郝": 3,
    "白": 3, "毛": 3, "邱": 3, "尹": 3, "常": 3, "武": 3, "钱": 3, "龚": 3, "严": 3, "康": 3, "季": 3, "聂": 3, "樊": 3,
    "付": 3, "傅": 2, "肖": 2, "萧": 1, "阎": 1, "戴": 2, "代": 2, "范": 3, "叶": 2, "钟": 2, "汪": 2, "夏": 2, "方": 2,
    "巩": 2, "仝": 2, "鲍": 2, "种": 2, "渠": 2, "狄": 1, "公": 1, "党": 1, "裴": 1, "苗": 2, "时": 2, "卞": 1, "晁": 1,
    "欧阳": 1, "司马": 0.3, "诸葛": 0.5, "上官": 0.3, "尉迟": 0.1, "仉": 0.5, "逄": 0.3, "麻": 0.5, "䶮": 0.02,
}  # fmt: skip

#: Per mille of the people of that sex. Single characters make the two-character names.
_SINGLE_MALE = {
    "伟": 6.6, "强": 6.0, "磊": 5.8, "军": 5.4, "勇": 4.8, "杰": 4.4, "涛": 5.2, "超": 4.6, "明": 4.2, "刚": 3.8, "鹏": 4.4,
    "辉": 3.4, "斌": 3.2, "波": 3.6, "飞": 3.6, "峰": 3.4, "亮": 3.2, "健": 2.6, "凯": 3.2, "浩": 3.0, "龙": 3.0, "帅": 3.2,
    "宇": 2.2, "平": 2.2, "东": 2.4, "彬": 2.0, "宁": 1.8, "洋": 2.6, "旭": 2.2, "震": 1.4, "岩": 1.4, "琦": 0.8, "瑋": 0.1,
    "珅": 0.2, "民": 1.2, "建": 1.4, "阳": 1.8, "敏": 0.6, "静": 0.2, "群": 0.6, "雷": 2.0, "冰": 0.6, "坤": 1.6, "昊": 1.8,
}  # fmt: skip
_SINGLE_FEMALE = {
    "芳": 7.0, "娜": 7.0, "敏": 6.6, "静": 7.0, "丽": 6.2, "艳": 4.8, "娟": 4.6, "霞": 4.4, "燕": 4.2, "玲": 4.0, "萍": 3.6,
    "红": 3.8, "梅": 3.0, "洁": 2.8, "婷": 4.4, "雪": 3.8, "倩": 3.6, "慧": 2.8, "颖": 2.8, "莉": 3.0, "琳": 2.6, "蕾": 2.4,
    "英": 2.6, "云": 2.4, "洋": 1.4, "欣": 1.6, "悦": 1.6, "莹": 2.2, "晶": 1.8, "华": 1.6, "兰": 1.8, "珍": 1.6, "平": 1.2,
    "琦": 0.8, "伟": 0.4, "楠": 1.8, "璐": 1.6, "佳": 1.4, "晴": 0.8, "岚": 0.8, "青": 0.8, "瑋": 0.1, "冰": 0.6, "宁": 1.4,
}  # fmt: skip
_PAIR_MALE_OLD = {
    "建国": 2.4, "建华": 2.6, "志强": 2.6, "建军": 2.4, "国强": 1.8, "文明": 1.4, "玉明": 1.2, "永强": 1.4, "德明": 1.0,
    "金山": 0.8, "传友": 1.0, "开成": 0.9, "祥林": 0.8, "茂林": 0.8, "庆华": 1.2, "宝玉": 0.6, "世民": 0.6, "兆友": 0.6,
    "延军": 0.8, "士成": 0.7, "玉峰": 1.2, "长春": 0.8, "运河": 0.4, "胜利": 1.4, "卫东": 1.6, "红军": 1.4, "解放": 0.5,
    "立新": 1.0, "振华": 1.4, "德福": 0.6, "广才": 0.5, "学文": 0.8, "守义": 0.5, "明亮": 0.6, "兴旺": 0.5,
}  # fmt: skip
_PAIR_MALE_NEW = {
    "浩宇": 2.2, "子轩": 1.8, "浩然": 2.0, "宇航": 1.6, "俊杰": 2.0, "文博": 1.2, "志远": 1.0, "嘉豪": 1.2, "明轩": 0.8,
    "鑫鑫": 0.8, "宇轩": 1.2, "晓东": 1.6, "海涛": 1.6, "海龙": 1.2, "文浩": 1.0, "天宇": 1.0, "家乐": 0.6, "成龙": 1.4,
    "晓明": 1.0, "洪涛": 0.8, "俊峰": 1.2, "志鹏": 1.2, "梓涵": 0.8, "一鸣": 0.8, "传奇": 0.6,
}  # fmt: skip
_PAIR_FEMALE_OLD = {
    "秀英": 3.6, "秀兰": 3.2, "桂英": 3.0, "玉兰": 2.8, "桂兰": 2.6, "玉梅": 1.8, "秀云": 1.8, "凤英": 1.8, "玉英": 2.4,
    "淑珍": 1.2, "秀梅": 1.6, "翠兰": 0.8, "爱华": 1.0, "桂花": 1.0, "秀芝": 0.8, "庆兰": 0.6, "传英": 0.8, "红梅": 1.4,
    "海燕": 1.4, "秀芹": 1.0, "桂芹": 0.8, "玉芝": 0.8, "瑞英": 0.6, "建英": 0.6, "爱玲": 1.0, "春梅": 1.2, "月英": 0.8,
}  # fmt: skip
_PAIR_FEMALE_NEW = {
    "欣怡": 2.2, "子涵": 1.8, "梦瑶": 1.2, "雨涵": 1.4, "思雨": 1.4, "佳慧": 1.2, "晓燕": 1.6, "婷婷": 2.4, "静怡": 1.2,
    "雅琪": 0.8, "诗涵": 1.2, "一诺": 0.8, "丽娜": 1.4, "丹丹": 1.6, "倩倩": 1.4, "晓丽": 1.4, "梦琪": 0.8, "可欣": 1.0,
    "文静": 1.4, "慧敏": 1.2, "萌萌": 1.0, "莎莎": 0.8, "若曦": 0.6, "梓涵": 1.2,
}  # fmt: skip
_FIRST_MALE = "建志文国玉海永德金明广传开祥庆长振学守兴成世宝延士立卫红立晓俊宇家天浩子嘉鑫宗继兆运茂洪新春云大光东中正凡瑞恒书敬彦绪维保全孝福景"
_SECOND_MALE = "华强军国明林成友山海涛峰伟杰龙飞鹏辉斌波亮平民义才文武东春生祥福贵田木水江河清松柏柱良善德忠诚信仁厚安康宁泰昌盛旺兴宇轩豪然博远航洋"
_FIRST_FEMALE = "秀桂玉淑凤翠爱庆传瑞建月春红海丽晓梦雨思佳静雅诗文慧萌若可欣怡美艳金银素彩香荣志广永兰雪冬夏秋如巧芝景孝云开长敬宝彦"
_SECOND_FEMALE = (
    "英兰梅珍芝芹花云华玲燕霞红萍荣芬琴琳娟娥莲香菊美丽敏静娜婷倩怡涵瑶琪欣悦雪霜月莹颖慧洁妮媛娇艳凤平青叶枝环仙秋苹彩"
)
#: Outside GBK: the household system knows them, ordinary stations do not.
RARE_GIVEN = ("䶮", "㼆", "㛃", "𬍛", "𫖳", "䲟", "一䶮", "子㼆", "文㛃", "玉䴔")
_MINORITY_OWN = (
    "阿卜杜拉",
    "买买提",
    "艾合买提",
    "古丽娜尔",
    "阿依古丽",
    "吐尔逊",
    "热依拉",
    "木拉提",
    "帕提古丽",
    "迪力夏提",
)
_MINORITY_FATHER = (
    "买买提",
    "吐尔逊",
    "艾力",
    "热合曼",
    "库尔班",
    "亚森",
    "玉素甫",
    "阿布都热西提",
    "托合提",
    "司马义",
)

RARE_SHARE = 0.0012
MINORITY_SHARE = 0.002
MIDDLE_DOT = "\u00b7"

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class _Urn:
    """Weighted drawing of strings; `total` is the probability mass of the whole urn among all people."""

    def __init__(self, weights: dict[str, float]) -> None:
        values = np.array(list(weights.values()), dtype=np.float64)
        self.items = pa.array(list(weights), pa.string())
        self.total = float(values.sum()) / 1000.0
        self.edges = np.cumsum(values) / values.sum()

    def draw(self, rng: np.random.Generator, count: int) -> Ints:
        return np.minimum(np.searchsorted(self.edges, rng.random(count), side="right"), len(self.items) - 1)


def _thinning(letters: str) -> dict[str, float]:
    """Characters in order of frequency, weights falling slowly."""
    return {letter: 1.0 / (place + 6.0) for place, letter in enumerate(dict.fromkeys(letters))}


_SURNAME = _Urn(_SURNAMES)
_WHOLE = {  # (female, born 1985 or later) -> whole given names
    (False, False): _Urn(_SINGLE_MALE | _PAIR_MALE_OLD),
    (False, True): _Urn(_SINGLE_MALE | _PAIR_MALE_NEW),
    (True, False): _Urn(_SINGLE_FEMALE | _PAIR_FEMALE_OLD),
    (True, True): _Urn(_SINGLE_FEMALE | _PAIR_FEMALE_NEW),
}
_FIRST = {False: _Urn(_thinning(_FIRST_MALE)), True: _Urn(_thinning(_FIRST_FEMALE))}
_SECOND = {False: _Urn(_thinning(_SECOND_MALE)), True: _Urn(_thinning(_SECOND_FEMALE))}
_RARE = pa.array(RARE_GIVEN, pa.string())


def surnames(rng: np.random.Generator, count: int) -> Column:
    """`count` independent surnames."""
    return _SURNAME.items.take(pa.array(_SURNAME.draw(rng, count)))


def given_names(rng: np.random.Generator, female: Flags, young: Flags) -> Column:
    """One given name per person; `young` = born 1985 or later. A share of RARE_SHARE holds a rare character."""
    count = len(female)
    pieces: list[Column] = []
    order: list[Ints] = []
    for (is_female, is_young), urn in _WHOLE.items():
        places = np.flatnonzero((female == is_female) & (young == is_young))
        size = len(places)
        first, second = _FIRST[is_female], _SECOND[is_female]
        composed = pc.binary_join_element_wise(
            first.items.take(pa.array(first.draw(rng, size))), second.items.take(pa.array(second.draw(rng, size))), ""
        )
        whole = urn.items.take(pa.array(urn.draw(rng, size)))
        pieces.append(pc.if_else(pa.array(rng.random(size) < urn.total), whole, composed))
        order.append(places)
    back = np.argsort(np.concatenate(order), kind="stable")
    given = pa.concat_arrays(pieces).take(pa.array(back))
    rare = _RARE.take(pa.array(rng.integers(0, len(_RARE), count)))
    return pc.if_else(pa.array(rng.random(count) < RARE_SHARE), rare, given)


def join(surname: Column, given: Column) -> Column:
    """Surname before given name, nothing between."""
    return pc.binary_join_element_wise(surname, given, "")


def minority_names(rng: np.random.Generator, count: int) -> Column:
    """Own name, middle dot U+00B7, father's name."""
    own = pa.array(_MINORITY_OWN).take(pa.array(rng.integers(0, len(_MINORITY_OWN), count)))
    father = pa.array(_MINORITY_FATHER).take(pa.array(rng.integers(0, len(_MINORITY_FATHER), count)))
    return pc.binary_join_element_wise(own, father, MIDDLE_DOT)


# Firms: trade names begin with 示, 例, 测 or 试, so that nobody takes them for real ones.
_TRADE_HEAD = "示例测试"
_TRADE_MIDDLE = "恒源鸿泰信达盛兴隆华安康顺丰润泽金鑫宏远诚德瑞祥宇腾飞龙海东方嘉福永昌荣和美新天佳锦弘博翔凯利明亮正茂"
_TRADE_TAIL = "源达泰丰顺通盛隆昌和祥瑞安康信诚德业成利润泽华远宏翔腾飞辉煌邦国邑园林森木川江洋博创联合众志同心力量"
INDUSTRIES = (
    ("建材", "5165"), ("商贸", "5190"), ("置业", "7010"), ("矿业", "1011"), ("机械制造", "3420"), ("食品", "1439"),
    ("物流", "5431"), ("农业科技", "0119"), ("纺织", "1711"), ("化工", "2614"), ("建筑工程", "4790"), ("餐饮管理", "6210"),
    ("医药", "5151"), ("新能源", "4416"), ("电子科技", "3989"), ("汽车服务", "8111"), ("水泥制品", "3021"), ("石料", "3032"),
    ("印刷", "2311"), ("包装", "2231"), ("装饰工程", "5011"), ("园林绿化", "7840"), ("文化传媒", "8810"), ("教育咨询", "8399"),
    ("劳务", "7263"), ("再生资源", "4210"), ("养殖", "0313"), ("酒业", "1512"), ("家具", "2110"), ("服装", "1819"),
)  # fmt: skip
SHOPS = (
    "百货店",
    "建材经营部",
    "饭店",
    "服装店",
    "修理部",
    "超市",
    "加工厂",
    "粮油店",
    "烟酒店",
    "货运部",
    "门窗经营部",
    "养殖场",
)
_TRADES = len(_TRADE_HEAD) * len(set(_TRADE_MIDDLE)) * len(set(_TRADE_TAIL))


def trade_names(ordinals: Ints) -> tuple[Column, Ints]:
    """Trade name per ordinal, and how often the list has been gone through: two ordinals never share both."""
    middle, tail = tuple(dict.fromkeys(_TRADE_MIDDLE)), tuple(dict.fromkeys(_TRADE_TAIL))
    turn, place = np.divmod(ordinals, _TRADES)
    place = (place * 4099 + 17) % _TRADES  # 4099 is prime and no factor of the list: neighbours look unlike
    head, rest = np.divmod(place, len(middle) * len(tail))
    second, third = np.divmod(rest, len(tail))
    name = pc.binary_join_element_wise(
        pa.array(tuple(_TRADE_HEAD)).take(pa.array(head)),
        pa.array(middle).take(pa.array(second)),
        pa.array(tail).take(pa.array(third)),
        "",
    )
    return name, turn
