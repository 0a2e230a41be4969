"""The evidence of a link in one Chinese sentence that a judge can repeat in court."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: Field and level -> clause. Fields and levels are those of the linkage models.
CLAUSES: dict[str, dict[str, str]] = {
    "id_number": {
        "strong_equal": "证件号码一致且校验有效",
        "upgraded_equal": "十五位旧身份证号升位后与其号码一致（旧号无校验位）",
        "org_code_equal": "组织机构代码与统一社会信用代码的主体标识一致",
        "weak_equal": "证件号码一致（该类证件不能独立证明身份）",
        "unformed_equal": "所填号码相同，但形式无法核验",
        "near": "证件号码仅一位之差或相邻两位颠倒",
        "rounded_agrees": "号码末三位被表格软件抹为零，前十五位一致",
        "masked_agrees": "号码部分遮蔽，可见部分（含出生日期）一致",
        "masked_agrees_little": "号码大部遮蔽，可见部分一致",
        "masked_differs": "号码可见部分不一致",
        "different": "证件号码不同，其中有号码未经核验",
        "conflict": "双方各有一个校验有效的同类号码，号码不同",
        "conflict_foreign": "所填号码有效但属他人：记录所载出生日期与该号码不符，与被执行人相符",
        "co_owner_number": "一栏填有多名权利人，所填号码可能属另一人",
        "branch_number": "分支机构另有自己的代码",
    },
    "name": {
        "exact": "姓名（名称）一致",
        "former": "与曾用名一致",
        "variant": "姓名仅异体、繁简之别",
        "look_alike": "姓名仅形近字之别",
        "homophone": "姓名读音相同、用字不同",
        "swapped": "姓名用字相同、次序颠倒",
        "org_form": "企业名称仅地域、组织形式写法不同",
        "part": "所填多个名称之一与其一致",
        "lost": "姓名有缺字，其余各字一致",
        "masked": "姓名部分遮蔽，可见部分一致",
        "truncated": "名称被截断，所余部分一致",
        "branch": "名称为该企业的分支机构",
        "branch_form": "名称为该企业的分支机构，地域或组织形式写法不同",
        "head_office": "名称为其所属企业，而非其本身",
        "one_edit": "姓名（名称）仅一字之差",
        "close": "姓名相近但不相同",
        "other_surname": "姓氏不同，其余相近",
        "unlike": "姓名（名称）不同",
        "missing": "记录未载姓名或无法比对",
    },
    "birth_date": {
        "equal": "出生日期一致",
        "equal_respelt": "出生日期一致",
        "equal_beside_id": "登记的出生日期一致",
        "different_beside_id": "登记的出生日期与号码不符",
        "near": "出生日期相近，疑为笔误",
        "different": "出生日期不同",
    },
    "sex": {"equal": "性别一致", "different": "性别不同"},
    "address": {
        "equal": "地址一致",
        "contained": "地址相互包含",
        "similar": "地址门牌一致、写法略异",
        "near": "同一街道或小区，门牌不同",
        "different": "地址不同",
    },
    "phone": {"equal": "电话一致", "near": "电话仅一位之差", "different": "电话不同"},
    "rival": {
        "relative": "同住亲属也可能如此",
        "affiliate": "关联企业也可能如此",
        "other_holder": "也可能是他人填用其号码",
        "shared_number": "也可能是另一人与其同号",
    },
}


def evidence_sentence_zh(evidence: Sequence[Mapping[str, Any]]) -> str:
    """One sentence from the evidence of one link: what agrees, then what does not, then the odds they add up to.

    Holds levels only, no name or number. Empty evidence says that there is none.
    """
    facts = [entry for entry in evidence if entry["field"] != "prior"]
    if not facts:
        return "没有可供比对的信息。"
    agreeing = [clause_zh(entry) for entry in facts if entry["weight"] >= 0]
    against = [clause_zh(entry) for entry in facts if entry["weight"] < 0]
    parts = ["，".join(agreeing)] if agreeing else []
    if against:
        parts.append(("但" if agreeing else "") + "，".join(against))
    score = sum(entry["weight"] for entry in evidence)
    return f"{'；'.join(parts)}。综合判断属于同一主体的可能性{likelihood_zh(score)}。"


def clause_zh(entry: Mapping[str, Any]) -> str:
    """What one entry of the evidence says: its level in words, never what was delivered."""
    return CLAUSES.get(entry["field"], {}).get(entry["level"], f"{entry['field']}：{entry['level']}")


def likelihood_zh(score: float) -> str:
    """The probability that a score in bits stands for, as the end of a sentence."""
    probability = 1 / (1 + 2.0**-score)
    if probability >= 0.9999:
        return "在 99.99% 以上"
    if probability < 0.01:
        return "不足 1%"
    return f"约为 {probability:.2%}" if probability >= 0.99 else f"约为 {probability:.0%}"
