"""The matching hazards of the domain, one row each: the debtor, the record, the tier expected (None = no link)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pytest

import matching
from core.identifiers import org_code, resident_id, uscc

BORN = date(1985, 3, 12)
ID = resident_id("370499", BORN, 1)  # 370499198503120017
OLD_ID = "370499850312001"  # the same number before 1999
OTHER_ID = resident_id("370499", date(1972, 7, 15), 3)
TWIN_ID = resident_id("370499", BORN, 3)
USCC = "91370499MA3C4J5K2J"
OTHER_USCC = uscc("91370499MA3D00012")
ORG_CODE = USCC[8:17]
ADDRESS = "测试区示例镇示例村12号"
PHONE = "13900000001"
Fields = dict[str, str | None]


class Hazard(NamedTuple):
    what: str
    debtor: Fields
    record: Fields
    tier: str | None


def person(name: str | None, number: str | None = None, **more: str | None) -> Fields:
    return {"party_type": "person", "name": name, "id_type": "resident_id", "id_number": number, **more}


def firm(name: str | None, number: str | None = None, id_type: str = "uscc", **more: str | None) -> Fields:
    return {"party_type": "organization", "name": name, "id_type": id_type, "id_number": number, **more}


ZHANG = person("张伟", ID, birth_date="1985-03-12", address=ADDRESS, phone=PHONE)
LONG = person("买买提·吐尔逊", ID)
RARE = person("测䶮", ID)
THREE = person("欧阳震", ID)
FIRM = firm("测试区恒源建材有限公司", USCC)
PASSPORT: Fields = {"party_type": "person", "name": "张伟", "id_type": "passport", "id_number": "E12345678"}

HAZARDS = [
    # numbers, with the name in order
    Hazard("valid number and name", ZHANG, person("张伟", ID), "confirmed"),
    Hazard("lower case, blanks, apostrophe", ZHANG, person("张伟", "'370499 19850312 0017"), "confirmed"),
    Hazard("full-width digits", ZHANG, person("张伟", "３７０４９９１９８５０３１２００１７"), "confirmed"),
    Hazard("letters O and I for digits", ZHANG, person("张伟", "37O499I98503120O17"), "confirmed"),
    Hazard("15 digits", ZHANG, person("张伟", OLD_ID), "probable"),
    Hazard("15 digits and birth date", ZHANG, person("张伟", OLD_ID, birth_date="19850312"), "probable"),
    Hazard(
        "15 digits, birth date and address",
        ZHANG,
        person("张伟", OLD_ID, birth_date="19850312", address=ADDRESS),
        "confirmed",
    ),
    Hazard("15 digits of somebody else", ZHANG, person("张伟", "370499720715003"), None),
    Hazard("one digit wrong", ZHANG, person("张伟", "370499198503120018"), "possible"),
    Hazard("one digit wrong and telephone", ZHANG, person("张伟", "370499198503120018", phone=PHONE), "confirmed"),
    Hazard("two digits swapped and telephone", ZHANG, person("张伟", "370499198503120071", phone=PHONE), "confirmed"),
    Hazard(
        "one digit wrong, telephone and address",
        ZHANG,
        person("张伟", "370499198503120018", phone=PHONE, address=ADDRESS),
        "confirmed",
    ),
    Hazard("spreadsheet left 000", ZHANG, person("张伟", "370499198503120000"), "probable"),
    Hazard("spreadsheet left E+17", ZHANG, person("张伟", "3.70499E+17"), "possible"),
    Hazard("masked behind the birth date", ZHANG, person("张伟", "37049919850312****"), "probable"),
    Hazard("masked and contradicting", ZHANG, person("张伟", "37049919720715****"), None),
    Hazard("zeros for a number", ZHANG, person("张伟", "000000000000000000"), "possible"),
    Hazard("another valid number", ZHANG, person("张伟", OTHER_ID), None),
    Hazard("twin with another valid number", ZHANG, person("张伟", TWIN_ID, birth_date="1985-03-12"), None),
    Hazard("number in order, birth date another", ZHANG, person("张伟", ID, birth_date="1972-07-15"), "probable"),
    Hazard("passport and name", PASSPORT, {**PASSPORT, "id_number": "e 12345678"}, "probable"),
    Hazard(
        "officer's card",
        person("张伟", "测字第00021200号") | {"id_type": "military"},
        person("张伟", "测字第00021200号") | {"id_type": "military"},
        "probable",
    ),
    Hazard(
        "cut inside 有限责任公司", firm("示例恒源建材有限责任公司", USCC), firm("示例恒源建材有限责", USCC), "confirmed"
    ),
    Hazard("credit code with O for 0", FIRM, firm("测试区恒源建材有限公司", "9137O499MA3C4J5K2J"), "confirmed"),
    Hazard(
        "free-text document", PASSPORT | {"id_number": "甲字77号"}, PASSPORT | {"id_number": "甲字77号"}, "possible"
    ),
    # names, with a valid number in order
    Hazard("spouse's number in the owner's field", ZHANG, person("李娜", ID), "possible"),
    Hazard("no name", ZHANG, person(None, ID), "probable"),
    Hazard("blank inside", ZHANG, person("张　伟", ID), "confirmed"),
    Hazard("title and remark", ZHANG, person("张伟等3人（已故）", ID), "confirmed"),
    Hazard("traditional", person("蕭瑋", ID), person("萧玮", ID), "confirmed"),
    Hazard("surname pair", person("萧玮", ID), person("肖玮", ID), "confirmed"),
    Hazard("same sound is another surname", person("颜军", ID), person("闫军", ID), "possible"),
    Hazard("same sound without number", person("颜军", ID), person("闫军"), None),
    Hazard("same sound, another character", ZHANG, person("张炜", ID), "confirmed"),
    Hazard("one character of a short name", ZHANG, person("张强", ID), "probable"),
    Hazard("one character and telephone", ZHANG, person("张强", ID, phone=PHONE), "confirmed"),
    Hazard("another surname and telephone", ZHANG, person("李伟", ID, phone=PHONE), "possible"),
    Hazard("rare character lost", RARE, person("测□", ID), "confirmed"),
    Hazard("rare character as pinyin", RARE, person("测YAN", ID), "confirmed"),
    Hazard("rare character as note", RARE, person("测（左王右莹）", ID), "confirmed"),
    Hazard("private-use character", RARE, person("测\ue863", ID), "confirmed"),
    Hazard("lost on both sides", person("测□", ID), person("测□", ID), "confirmed"),
    Hazard("rare character lost, no number", THREE, person("欧阳?"), "possible"),
    Hazard("masked name", THREE, person("欧*震", ID), "confirmed"),
    Hazard("middle dot of another kind", LONG, person("买买提\uff65吐尔逊", ID), "confirmed"),
    Hazard("middle dot as a hyphen", LONG, person("买买提-吐尔逊", ID), "confirmed"),
    Hazard("middle dot lost", LONG, person("买买提吐尔逊", ID), "confirmed"),
    Hazard("cut at the field limit", LONG, person("买买提·吐尔", ID), "confirmed"),
    Hazard("one character of a long name", LONG, person("买买堤·吐尔逊", ID), "confirmed"),
    Hazard("former name", person("张伟", ID), person("张大伟", ID, former_name="张伟"), "confirmed"),
    Hazard("two in one cell", ZHANG, person("李娜、张伟", ID), "confirmed"),
    Hazard("shop with its owner", ZHANG, firm("示例饭店（张伟）", ID, "resident_id"), "confirmed"),
    Hazard("name in Latin letters", ZHANG, person("ZHANG WEI", ID), "probable"),
    # name alone
    Hazard("name only", ZHANG, person("张伟"), "possible"),
    Hazard("name and birth date", ZHANG, person("张伟", birth_date="1985-03-12"), "possible"),
    Hazard("name, birth date, telephone", ZHANG, person("张伟", birth_date="1985-03-12", phone=PHONE), "confirmed"),
    Hazard("name with another birth date", ZHANG, person("张伟", birth_date="1972-07-15"), None),
    Hazard("placeholder birth date says nothing", ZHANG, person("张伟", birth_date="1900-01-01"), "possible"),
    Hazard("a firm of that name", ZHANG, firm("张伟"), None),
    # organisations
    Hazard("credit code and name", FIRM, firm("测试区恒源建材有限公司", USCC), "confirmed"),
    Hazard("company code typed as 身份证", FIRM, firm("测试区恒源建材有限公司", USCC, "resident_id"), "confirmed"),
    Hazard("legal form and region", FIRM, firm("恒源建材有限责任公司", USCC), "confirmed"),
    Hazard("brackets", firm("恒源（枣庄）建材有限公司", USCC), firm("恒源(枣庄)建材有限公司", USCC), "confirmed"),
    Hazard("account-use words", FIRM, firm("测试区恒源建材有限公司基本账户", USCC), "confirmed"),
    Hazard("cut after twelve characters", FIRM, firm("测试区恒源建材有", USCC), "confirmed"),
    Hazard("cut, no code", FIRM, firm("测试区恒源建材有"), "possible"),
    Hazard("branch under the firm's code", FIRM, firm("测试区恒源建材有限公司示例分公司", USCC), "confirmed"),
    Hazard("subsidiary with its own code", FIRM, firm("测试区恒源建材有限公司", OTHER_USCC), None),
    Hazard("renamed without trace", FIRM, firm("测试区鸿泰商贸有限公司", USCC), "possible"),
    Hazard("renamed, former name kept", FIRM, firm("鸿泰商贸有限公司", USCC, former_name=FIRM["name"]), "confirmed"),
    Hazard("organisation code of old rows", FIRM, firm("测试区恒源建材有限公司", ORG_CODE, "org_code"), "confirmed"),
    Hazard("organisation code, unlike name", FIRM, firm("鸿泰商贸有限公司", ORG_CODE, "org_code"), "possible"),
    Hazard("another organisation code", FIRM, firm(FIRM["name"], org_code("D2143570"), "org_code"), None),
    Hazard("firm by name only", FIRM, firm("测试区恒源建材有限公司"), "possible"),
]


def tiers(hazards: list[Hazard]) -> dict[tuple[str, str], str]:
    left = pa.Table.from_pylist([{"record_id": f"d{place}", **COLUMNS, **h.debtor} for place, h in enumerate(hazards)])
    right = pa.Table.from_pylist([{"record_id": f"r{place}", **COLUMNS, **h.record} for place, h in enumerate(hazards)])
    rows = matching.link(left, right).to_pylist()
    return {(row["left_id"], row["right_id"]): row["tier"] for row in rows}


COLUMNS: Fields = dict.fromkeys(
    ("party_type", "name", "former_name", "id_type", "id_number", "birth_date", "sex", "address", "phone")
)


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], str]:
    return tiers(HAZARDS)


@pytest.mark.parametrize("place", range(len(HAZARDS)), ids=[hazard.what for hazard in HAZARDS])
def test_hazard(found: dict[tuple[str, str], str], place: int) -> None:
    assert found.get((f"d{place}", f"r{place}")) == HAZARDS[place].tier
