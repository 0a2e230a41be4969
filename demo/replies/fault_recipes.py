"""How each fault of the agreements' catalogue is made, and what a reader who keeps the agreements does with it.

A recipe may `prepare` the thing that will carry the fault (an account), and `write` over its cells once they are
encoded. `codes` are the warnings that the accepted row carries at least, or, with `rejected`, the reasons of its
quarantine. `tier` is what becomes of the link: confirmed, probable, possible, or None where a person decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from core.identifiers import resident_id
from data_contracts import Column, Format
from demo.replies.accounts import Account
from demo.replies.cells import Row, Rows, code_of, moment_encoder
from demo.replies.freezes import OUR_COURT, Freeze
from demo.replies.parties import Holder

_SIMPLIFIED = "张刘陈杨赵孙马冯许吕苏卢蒋万顾贺龙龚严钱汤阎伟国军华强丽东"
_TRADITIONAL = "張劉陳楊趙孫馬馮許呂蘇盧蔣萬顧賀龍龔嚴錢湯閻偉國軍華強麗東"
_VARIANTS = dict(zip(_SIMPLIFIED, _TRADITIONAL, strict=True))
_ETHNICITIES = {"01": "汉族", "03": "回族", "05": "维吾尔族", "11": "满族"}
_RELATIONS = {"01": "户主", "10": "配偶", "20": "子", "30": "女", "51": "父亲", "52": "母亲"}
_RARE = "𬍛"


@dataclass(frozen=True, slots=True)
class Ink:
    """What a recipe writes with: the encoded cells of its row, the rows around it, and whom they are about."""

    cells: Row
    rows: Rows
    column: Column
    form: Format
    holder: Holder

    @property
    def cell(self) -> str:
        """The cell as text; empty when null."""
        value = self.cells.get(self.column.name, "")
        return value if isinstance(value, str) else str(value)

    def put(self, value: object) -> None:
        """Write the cell; None empties it."""
        if value is None:
            self.cells.pop(self.column.name, None)
        else:
            self.cells[self.column.name] = value

    @property
    def is_workbook(self) -> bool:
        return self.form.kind == "xlsx"


Write = Callable[[Ink], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way of going wrong."""

    write: Write | None = None
    prepare: Callable[[Account], None] | None = None
    codes: tuple[str, ...] = ()
    rejected: bool = False
    tier: str | None = "confirmed"
    #: needs a person, a firm, or anybody
    whom: str = "anybody"

    def suits(self, holder: Holder | None) -> bool:
        """Whether the fault can be met with that holder."""
        if holder is None:
            return False
        return self.whom == "anybody" or holder.is_person == (self.whom == "person")


def stranger_like(holder: Holder) -> Holder:
    """Somebody else of the same name: another number, another address, nobody's debtor."""
    number = holder.id_number[:-1] + "0"
    if holder.is_person:
        number = resident_id("370499", date(1961, 3, 4), holder.ordinal % 400 + 500)
    return replace(
        holder,
        key=f"N{holder.key}",
        ordinal=holder.ordinal + 1_000_000_000,
        id_type="resident_id" if holder.is_person else "uscc",
        id_number=number,
        former_names=(),
        former_numbers=(),
        old_number=None,
        address="测试区例桥镇上测村999号",
        spouse_name=None,
        debtor_no=None,
        case_no=None,
    )


def _label(ink: Ink) -> None:
    """Code where a label is agreed, label where a code is, or both as 1-查封."""
    column, cell = ink.column, ink.cell
    if column.name in ("ethnicity", "relation_to_head"):
        ink.put((_ETHNICITIES if column.name == "ethnicity" else _RELATIONS).get(cell, "其他"))
    elif column.name == "currency":
        ink.put("人民币" if cell != "人民币" else "156")
    elif cell in column.codes:
        label = column.codes[cell][1]
        ink.put(f"{cell}-{label}" if column.name == "result" else label)
    else:
        ink.put(next(code for code, (_, label) in column.codes.items() if label == cell))


def _case_form(ink: Ink) -> None:
    ink.put(ink.cell.replace("（", "(").replace("）", ") "))


def _sentinel(ink: Ink) -> None:
    if "excel_serial" in ink.form.date:
        ink.put(1)  # 1900-01-01 as a bare number
    elif ink.is_workbook:
        ink.put(date(1900, 1, 1))
    elif ink.form.date[0] == "%Y%m%d" and ink.form.kind == "bank_xml":
        ink.put("00000000")
    else:
        far = ink.column.name in ("closed_on", "to_date")
        ink.put(moment_encoder(ink.form.date[0])(date(9999, 12, 31) if far else date(1900, 1, 1)))


def _impossible_date(ink: Ink) -> None:
    ink.put(moment_encoder(ink.form.date[0])(date(1999, 2, 20)).replace("20", "30"))


def _without_zone(ink: Ink) -> None:
    ink.put(ink.cell.removesuffix("+08:00"))


def _rounded(ink: Ink) -> None:
    """An identifier that a spreadsheet took for a number: fifteen digits stay."""
    digits = "".join(sign for sign in ink.cell if sign.isdigit()).lstrip("0")
    kept = digits[:15] + "0" * max(3, len(digits) - 15)
    old = ink.cells.get(ink.column.name)
    new: object = float(kept) if ink.is_workbook else f"{float(kept):.2E}"
    if ink.column.name == "account_no":
        # Account and freeze went through the same spreadsheet.
        for row in (row for found in ink.rows.values() for row in found):
            if row.get("account_no") == old:
                row["account_no"] = new
    ink.put(new)


def _masked(ink: Ink) -> None:
    ink.put(ink.cell[:6] + "*" * max(4, len(ink.cell) - 10) + ink.cell[-4:])


def _former_number(ink: Ink) -> None:
    """A number that was replaced later."""
    holder = ink.holder
    known = [number for number in holder.former_numbers if len(number) == 18]
    sequence = (int(holder.id_number[14:17]) + 2) % 1000 if holder.is_person else 0
    ink.put(known[0] if known else resident_id(holder.id_number[:6], holder.birth_or_founding, sequence))


def _first_generation(ink: Ink) -> None:
    ink.put(ink.holder.id_number[:6] + ink.holder.id_number[8:17])


def _former_list(ink: Ink) -> None:
    holder = ink.holder
    numbers = (*holder.former_numbers, holder.id_number[:6] + holder.id_number[8:17])
    ink.put((ink.form.list_separator or ";").join(dict.fromkeys(numbers)))


def _former_list_18(ink: Ink) -> None:
    _former_number(ink)
    ink.put((ink.form.list_separator or ";").join(dict.fromkeys((*ink.holder.former_numbers, ink.cell))))


def _typo(ink: Ink) -> None:
    ink.put(ink.cell.replace("0", "O", 1).lower() if "X" in ink.cell else ink.cell.replace("0", "O", 1))


def _other_person(ink: Ink) -> None:
    ink.put(("\t" if ink.cell.startswith("\t") else "") + stranger_like(ink.holder).id_number)


def _lost_zeros(ink: Ink) -> None:
    ink.put(ink.cell.lstrip("0"))


def _variant(ink: Ink) -> None:
    name = ink.cell
    twin = "".join(_VARIANTS.get(sign, sign) for sign in name)
    ink.put(twin if twin != name else name[:-1] + "昇")


def _dotted(ink: Ink) -> None:
    name = ink.cell
    ink.put(name.replace("·", "•") if "·" in name else name[:1] + "•" + name[1:])


def _truncated(ink: Ink) -> None:
    """Cut at the field limit; where names are shorter than any limit, cut by one character."""
    limit = ink.column.max_len or 20
    name = ink.cell
    ink.put(name[: min(limit, len(name) - 1)])


def _long_dotted(ink: Ink) -> None:
    limit = ink.column.max_len or 30
    ink.put((ink.cell + "·阿卜杜热西提买买提艾合买提吐尔逊库尔班玉素甫司马义木拉提托合提")[:limit])


def _odd_type(ink: Ink) -> None:
    ink.put("代发低保" if ink.column.name == "remark" else "其他零星款项")


def _wan_yuan(ink: Ink) -> None:
    """Yuan with a point where fen are agreed; ten thousands of yuan elsewhere."""
    fen = ink.form.decimal == "fen"
    digits = "".join(sign for sign in ink.cell if sign.isdigit()).zfill(7)
    ink.put(f"{int(digits[:-2])}.{digits[-2:]}" if fen else f"{int(digits[:-6])}.{digits[-6:-4]}")


def _grouped(ink: Ink) -> None:
    ink.put(f"{float(ink.cell):,.2f}")


def _company_form(ink: Ink) -> None:
    name = ink.cell.removeprefix("测试区").removeprefix("测试市").replace("有限公司", "有限责任公司")
    ink.put(name.replace("（", "(").replace("）", ")"))


def _utf8_record(ink: Ink) -> None:
    ink.cells["_encoding"] = "utf-8"


def _utf8_cell(ink: Ink) -> None:
    """Bytes that the file's own encoding cannot be blamed for: they pass the encoder as lone surrogates."""
    ink.put(ink.cell.encode("utf-8").decode("ascii", "surrogateescape"))


def _orphan(ink: Ink) -> None:
    """The child names a parent that nobody delivered."""
    cell = ink.cell
    last = str((int(cell[-1]) + 5) % 10) if cell[-1:].isdigit() else "9"
    ink.put(cell[:-4] + "990" + last)


def _below_zero(account: Account) -> None:
    account.available = -599_000_000


def _over_balance(account: Account) -> None:
    account.freezes[0].amount = 600_000_000


def _waiting(account: Account) -> None:
    account.freezes = [Freeze("waiting_freeze", OUR_COURT, "（2026）测0499执123号之一", 105_000_000, None, None, 1)]


def _sub_below_zero(account: Account) -> None:
    account.sub_accounts[0].available = -10_000


def _no_account_variant(ink: Ink) -> None:
    """Blanks and a full stop around the text, and the text in the card number as well."""
    ink.cells.update(account_no=f" {ink.cell}。", card_no=ink.cell)


def _suffix(text: str) -> Write:
    return lambda ink: ink.put(ink.cell[:-1] + text)


def _suffix_kept(text: str) -> Write:
    return lambda ink: ink.put(ink.cell + text)


def _apostrophe(ink: Ink) -> None:
    ink.put("'" + ink.cell.lstrip("\t"))


def _spaced(ink: Ink) -> None:
    ink.put(f"{ink.cell[:1]}　{ink.cell[1:]} ")


#: fault, or table.column:fault, source:fault or format kind:fault where it is made otherwise there
RECIPES: dict[str, Recipe] = {
    "case_no_form": Recipe(_case_form),
    "code_label_mixed": Recipe(_label),
    "same_name_stranger": Recipe(tier="possible", whom="person"),
    "no_account_text": Recipe(tier=None),
    "inquiries.result:no_account_text": Recipe(lambda ink: ink.put(code_of(ink.column, "found")), tier=None),
    "bank_xml:no_account_text": Recipe(_no_account_variant, tier=None),
    "rare_character": Recipe(_suffix(_RARE), tier=None, whom="person"),
    "persons.former_names:rare_character": Recipe(lambda ink: ink.put((ink.cell or "测") + _RARE), whom="person"),
    "lossy_character": Recipe(_suffix("□"), codes=("lossy_text",), whom="person"),
    "variant_character": Recipe(_variant, tier=None, whom="person"),
    "middle_dot": Recipe(_dotted, tier=None, whom="person"),
    "name_spacing": Recipe(_spaced),
    "name_truncated": Recipe(_truncated, whom="firm"),
    "persons.name:name_truncated": Recipe(_long_dotted, tier=None, whom="person"),
    "id_typo": Recipe(_typo, codes=("repaired_value",), whom="person"),
    "id_15": Recipe(_first_generation, tier=None, whom="person"),
    "persons.former_id_numbers:id_15": Recipe(_former_list, whom="person"),
    "id_old": Recipe(_former_number, tier=None, whom="person"),
    "persons.former_id_numbers:id_old": Recipe(_former_list_18, whom="person"),
    "id_masked": Recipe(_masked, tier=None),
    "id_other_person": Recipe(_other_person, tier=None, whom="person"),
    "invalid_date": Recipe(_impossible_date, codes=("repaired_value",)),
    "sentinel_date": Recipe(_sentinel, codes=("sentinel_date",)),
    "no_timezone": Recipe(_without_zone),
    "cell_prefix": Recipe(_apostrophe, codes=("repaired_value",)),
    "excel_rounding": Recipe(_rounded, codes=("suspicious_rounding",), tier=None, whom="person"),
    "lost_zeros": Recipe(_lost_zeros, tier=None),
    "free_text_type": Recipe(_odd_type),
    "sub_accounts.type_raw:free_text_type": Recipe(_odd_type, whom="person"),
    "money_unit_mixed": Recipe(_wan_yuan, tier=None),
    "bank_abc:money_unit_mixed": Recipe(_wan_yuan, codes=("repaired_value",), tier=None),
    "negative_available": Recipe(prepare=_below_zero),
    "sub_accounts.available:negative_available": Recipe(prepare=_sub_below_zero, whom="person"),
    "freeze_over_balance": Recipe(prepare=_over_balance),
    "waiting_no_dates": Recipe(prepare=_waiting),
    "thousands_separator": Recipe(_grouped, codes=("repaired_value",)),
    "two_in_cell": Recipe(lambda ink: ink.put(f"{ink.cell}、测试丙"), tier=None, whom="person"),
    "bank_abc:rare_character": Recipe(_suffix("\ue863"), codes=("repaired_value",), tier=None, whom="person"),
    "household:encoding_switch": Recipe(_utf8_record, tier=None),
    "bank_ccb:encoding_switch": Recipe(_utf8_cell, tier=None),
    "bom_or_zero_width": Recipe(_suffix_kept("\u200b"), codes=("repaired_value",)),
    "orphan_child": Recipe(_orphan, codes=("orphan_child",), rejected=True),
    "company_name_form": Recipe(_company_form, whom="firm"),
}
