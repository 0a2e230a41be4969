"""One contract column as SQL: its cleaned text, its typed value, and the conditions under which a row is refused or flagged.

Everything is an expression over three names of one row: ``"x"`` the delivered text, ``"t_x"`` the cleaned text, ``"v_x"``
the typed value; some columns have ``"p_x"`` and ``"s_x"`` in between. Only the contract writes SQL here, never a delivered value. Rule source: the agreement of the source and
the catalogue in reason_codes.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data_contracts import decimal_sql
from data_contracts.arrow_schema import duckdb_type
from data_contracts.model import Column, Contract, Format, Table
from data_contracts.reasons import validators

#: Fields whose value is the number of a person or an organisation: judged by form where no validator is named.
PARTY_NUMBERS = frozenset(
    {
        "party.id_number",
        "company.legal_rep_id",
        "encumbrance.holder_id",
        "application.counterparty_id",
        "contract.buyer_id",
        "inquiry.asked_id_number",
    }
)
#: Fields that hold names of people and firms, where a lost character matters.
NAMES = frozenset(
    {
        "party.name",
        "party.former_names",
        "company.legal_rep_name",
        "application.counterparty_name",
        "contract.buyer_name",
        "contract.seller_name",
        "encumbrance.debtor_name",
        "event.from_party",
        "event.to_party",
        "priority_right.holder",
    }
)
PERSON_KINDS = ("resident_id", "hmt_residence", "foreign_residence")
#: Between code and label when both are written, as in ``1-查封``.
JOINTS = r"\s*[-－—–_:：、.]\s*"
SPREADSHEETS = frozenset({"xlsx", "xlsx_by_hand"})


@dataclass
class ColumnSql:
    """SQL of one column. `rejects` and `warns` are (reason code, condition); a null condition does not hold."""

    column: Column
    text: str
    value: str
    #: what `value` is computed from, where that is looked at again: ``"p_x"``
    parsed: str | None = None
    #: a word on how the value was reached: ``"s_x"``
    state: str | None = None
    rejects: list[tuple[str, str]] = field(default_factory=list)
    warns: list[tuple[str, str]] = field(default_factory=list)

    @property
    def given(self) -> str:
        """The delivered text."""
        return ident(self.column.name)

    @property
    def t(self) -> str:
        """The cleaned text."""
        return ident(f"t_{self.column.name}")

    @property
    def v(self) -> str:
        """The typed value."""
        return ident(f"v_{self.column.name}")

    @property
    def p(self) -> str:
        """The parsed value, before placeholders are taken out."""
        return ident(f"p_{self.column.name}")

    @property
    def s(self) -> str:
        """How the value was reached."""
        return ident(f"s_{self.column.name}")


def ident(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """`text` of a contract as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def text_list(texts: Iterable[str]) -> str:
    """Texts of a contract as an SQL list or tuple body."""
    return ", ".join(quoted(text) for text in texts)


def column_sql(contract: Contract, table: Table, column: Column, mode: str) -> ColumnSql:
    """The SQL of `column` for a delivery in `mode` (full | delta | reply)."""
    sql = ColumnSql(column, text=_text(contract, table, column), value="")
    if column.type in ("date", "datetime"):
        _moment(sql, contract.format)
    elif column.type == "enum":
        _enum(sql, mode)
    elif column.type == "decimal":
        _decimal(sql, contract.format)
    elif column.type == "integer":
        _integer(sql)
    elif column.type == "boolean":
        _boolean(sql, contract.format)
    elif column.type == "list":
        _list(sql, contract.format)
    else:
        sql.value = sql.t
    if column.maps_to != "record.op":
        _presence(sql)
    if not column.from_parent:
        _text_warnings(sql, contract.format)
        _identifier(sql, table)
    if column.default is not None:
        sql.value = f"coalesce({sql.value}, {quoted(column.default)})"
    return sql


def _text(contract: Contract, table: Table, column: Column) -> str:
    text = f"delivered_text({ident(column.name)})"
    if column.type not in ("string", "list"):
        # Codes, numbers and dates mean the same with blanks around them; keys of type string keep theirs only inside.
        return f"trim({text}, ' 　')"
    if column.digits:
        text = f"digit_text({text})"
    elif column.key or column.name in (table.parent.columns if table.parent else ()):
        text = f"trim({text}, ' 　')"
    if column.grouped:
        text = f"replace({text}, ' ', '')"
    if column.maps_to == "inquiry.number" and contract.mode == "reply":
        # One bank drops the hyphen of the number it was asked under.
        text = rf"regexp_replace({text}, '^(Q\d{{10}})(\d{{6}})$', '\1-\2')"
    return text


def _presence(sql: ColumnSql) -> None:
    column = sql.column
    if column.required and column.key:
        sql.rejects.append(("missing_key", f"{sql.t} IS NULL"))
    elif column.required:
        # A placeholder date is no date: where one is demanded, the row lacks it.
        placeholder = f" OR {sql.s} = 'placeholder'" if column.type in ("date", "datetime") else ""
        sql.rejects.append(("missing_required", f"{sql.t} IS NULL{placeholder}"))
    if column.required_when:
        condition = f"{ident('v_' + column.required_when.column)} IN ({text_list(column.required_when.values)})"
        code = "missing_key" if column.key else "missing_required"
        sql.rejects.append((code, f"{sql.t} IS NULL AND {condition}"))


def _moment(sql: ColumnSql, form: Format) -> None:
    """Dates and clock times: agreed patterns, placeholders, epoch milliseconds, Excel serials, impossible days."""
    column, t, p, v, s = sql.column, sql.t, sql.p, sql.v, sql.s
    is_date = column.type == "date"
    agreed = form.date if is_date else form.datetime
    epoch_agreed, serial_agreed = "epoch_millis" in agreed, "excel_serial" in form.date
    patterns = [pattern for pattern in agreed if "%" in pattern]
    if form.kind in SPREADSHEETS:
        # A cell has no type of its own: midnight may show without its time, a day with one.
        patterns += [pattern for pattern in (form.datetime if is_date else form.date) if "%" in pattern]
    zone_agreed = any(pattern.endswith("+08:00") for pattern in patterns)
    bare_patterns = [pattern.removesuffix("+08:00") for pattern in patterns]
    bare = _bare_moment(t, is_date)
    forms = "|".join(_form(pattern) for pattern in bare_patterns)

    epoch = f"regexp_full_match({t}, '{'-?[0-9]{9,14}' if epoch_agreed else '[0-9]{13}'}')"
    attempts = []
    if patterns:
        width = f"length({t}) = {_compact_width(patterns[0])} AND " if _compact_width(patterns[0]) else ""
        attempts.append(f"CASE WHEN {width}{t} IS NOT NULL THEN try_strptime({t}, [{text_list(patterns)}]) END")
        zone = "" if is_date else f" + CASE WHEN right({t}, 1) = 'Z' THEN INTERVAL 8 HOUR ELSE INTERVAL 0 HOUR END"
        if not width:
            attempts.append(f"CASE WHEN {t} IS NOT NULL THEN try_strptime({bare}, [{text_list(bare_patterns)}]){zone} END")
    attempts.append(f"CASE WHEN {epoch} THEN shanghai_clock({t}) END")
    if serial_agreed:
        attempts.append(f"CASE WHEN regexp_full_match({t}, '[0-9]{{1,5}}(\\.[0-9]+)?') THEN serial_clock({t}) END")
    sql.parsed = f"coalesce({', '.join(attempts)})"
    cast = "DATE" if is_date else "TIMESTAMP"
    # %Y also reads years of one to three digits.
    sql.value = f"CASE WHEN NOT placeholder_day({p}) AND {p} >= TIMESTAMP '1000-01-01' THEN {p}::{cast} END"
    fits = f"regexp_full_match({bare}, {quoted(forms)})" if forms else "false"
    serial_zero = f" OR regexp_full_match({t}, '[01](\\.0+)?')" if serial_agreed else ""
    repaired = [] if epoch_agreed else [epoch]
    if not is_date and patterns:
        repaired.append(f"{'NOT ' if zone_agreed else ''}regexp_matches({t}, '(\\+08:?00|Z)$')")
    sql.state = (
        f"CASE WHEN {t} IS NULL THEN NULL"
        f" WHEN {v} IS NOT NULL THEN {_ok_or_repaired(repaired)}"
        f" WHEN placeholder_day({p}) OR placeholder_text({t}){serial_zero} THEN 'placeholder'"
        f" WHEN {fits} THEN 'impossible' ELSE 'unread' END"
    )
    if column.period_end:
        sql.text = _first_of_period(sql.text)
        sql.warns.append(("repaired_value", f"regexp_full_match(trim({sql.given}), {quoted(_PERIOD)})"))
    demanded = column.required or column.key
    sql.rejects.append(("bad_type", f"{s} IN ('unread', 'impossible')" if demanded else f"{s} = 'unread'"))
    sql.warns.append(("repaired_value", f"{s} = 'repaired'" if demanded else f"{s} IN ('repaired', 'impossible')"))
    sql.warns.append(("sentinel_date", f"{s} = 'placeholder'"))


def _ok_or_repaired(repaired: list[str]) -> str:
    return f"CASE WHEN {' OR '.join(repaired)} THEN 'repaired' ELSE 'ok' END" if repaired else "'ok'"


def _compact_width(pattern: str) -> int | None:
    """Length of a text without separators (YYYYMMDD…), for which strptime alone would accept fewer digits."""
    return {"%Y%m%d": 8, "%Y%m%d%H%M%S": 14}.get(pattern)


_DAY = r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?"
_PERIOD = rf"({_DAY})\s*[至到\-—–~～]+\s*({_DAY})"


def _first_of_period(text: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, {quoted(_PERIOD)}) THEN regexp_extract({text}, {quoted(_PERIOD)}, 1) ELSE {text} END"


def second_of_period(start: Column, text: str) -> str:
    """Cleaned text of a period's end: its own cell, else the second date of the cell that holds both."""
    both = f"trim(delivered_text({ident(start.name)}), ' 　')"
    return f"coalesce({text}, nullif(regexp_extract({both}, {quoted('^' + _PERIOD + '$')}, 2), ''))"


def _bare_moment(t: str, is_date: bool) -> str:
    if is_date:
        return rf"regexp_replace({t}, '[ T]00:00(:00(\.0+)?)?$', '')"
    # Fractions of a second and the zone are no part of the pattern.
    return rf"regexp_replace({t}, '(:[0-9]{{2}})(\.[0-9]+)?(\+08:?00|Z)?$', '\1')"


def _form(pattern: str) -> str:
    """The strptime pattern as a regular expression; parts without a separator have fixed widths."""
    width = "{2}" if _compact_width(pattern) else "{1,2}"
    out = re.escape(pattern).replace("\\-", "-").replace("%-", "%").replace("%Y", "[0-9]{4}")
    for part in "mdHMS":
        out = out.replace(f"%{part}", f"[0-9]{width}")
    return out


def _enum(sql: ColumnSql, mode: str) -> None:
    column, t, v = sql.column, sql.t, sql.v
    spoken, joined = spellings(column)
    codes = {code: pair[0] for code, pair in column.codes.items()}
    fallback = f"regexp_replace({t}, {quoted(JOINTS)}, '-')"
    value = f"CASE WHEN {t} IS NULL THEN NULL ELSE coalesce({_case(t, codes)}, {_case(t, spoken)}, {_case(fallback, joined)}) END"
    if column.maps_to == "record.op":
        sql.value = f"coalesce({value}, {_default_op(column, mode)})"
        sql.rejects.append(("bad_op", f"{t} IS NOT NULL AND ({value}) IS NULL"))
        if mode == "full":
            sql.rejects.append(("bad_op", f"{v} IN ('U', 'D')"))
        elif column.required:
            sql.rejects.append(("missing_required", f"{t} IS NULL"))
    else:
        sql.value = value
        sql.rejects.append(("unknown_code", f"{t} IS NOT NULL AND {v} IS NULL"))
    if not column.label_agreed:
        sql.warns.append(("label_for_code", f"{v} IS NOT NULL AND {t} NOT IN ({text_list(codes)})"))
    if column.enum == "register_status":
        sql.warns.append(("historic_row", f"{v} IN ('historic', 'ended')"))
    if column.enum == "match_basis":
        sql.warns.append(("name_only", f"{v} = 'name_only'"))


def _default_op(column: Column, mode: str) -> str:
    # A full may leave op empty; the one source without a required op sends whole rows in its deltas too.
    if mode == "full":
        return "'I'"
    return "NULL" if column.required else "'U'"


def spellings(column: Column) -> tuple[dict[str, str], dict[str, str]]:
    """Labels and aliases -> canonical value, and ``code-label`` -> canonical value. Ambiguous labels are left out."""
    table = column.codes or column.item_codes
    spoken: dict[str, str] = {}
    ambiguous: set[str] = set()
    joined: dict[str, str] = {}
    for code, (value, label) in table.items():
        for word in _wordings(label):
            joined[f"{code}-{word}"] = value
            if word in table:
                continue
            if spoken.setdefault(word, value) != value:
                ambiguous.add(word)
    for alias, code in column.value_aliases.items():
        spoken[alias] = table[code][0]
        ambiguous.discard(alias)
    return {word: value for word, value in spoken.items() if word not in ambiguous}, joined


def _wordings(label: str) -> set[str]:
    words = {label, *label.split("/")}
    return words | {word.replace("其它", "其他") for word in words} | {word.replace("其他", "其它") for word in words}


def _case(subject: str, mapping: Mapping[str, str]) -> str:
    if not mapping:
        return "NULL"
    branches = " ".join(f"WHEN {quoted(key)} THEN {quoted(value)}" for key, value in mapping.items())
    return f"CASE {subject} {branches} END"


def _decimal(sql: ColumnSql, form: Format) -> None:
    column = sql.column
    plan = decimal_sql.plan(
        sql.t,
        form=column.decimal_form or form.decimal,
        unit=column.unit,
        target=duckdb_type(column),
        by_hand=form.kind == "xlsx_by_hand",
    )
    sql.value = plan.value
    sql.rejects.append(("bad_type", f"{sql.t} IS NOT NULL AND {sql.v} IS NULL"))
    sql.warns.append(("repaired_value", f"{sql.v} IS NOT NULL AND NOT ({plan.agreed})"))
    if form.kind not in SPREADSHEETS:
        excess = rf"\.[0-9]{{{column.scale}}}[0-9]*[1-9]"
        sql.warns.append(("repaired_value", f"{sql.v} IS NOT NULL AND regexp_matches({sql.t}, '{excess}')"))


def _integer(sql: ColumnSql) -> None:
    whole = r"[+-]?[0-9]{1,18}(\.0+)?"
    sql.value = (
        f"CASE WHEN regexp_full_match({sql.t}, '{whole}') THEN try_cast(split_part({sql.t}, '.', 1) AS BIGINT) END"
    )
    sql.rejects.append(("bad_type", f"{sql.t} IS NOT NULL AND {sql.v} IS NULL"))


def _boolean(sql: ColumnSql, form: Format) -> None:
    spoken = {"是": True, "否": False}
    agreed = {word.lower(): flag for word, flag in form.boolean.items()}
    words = {**spoken, **agreed}
    branches = " ".join(f"WHEN {quoted(word)} THEN {flag}" for word, flag in words.items())
    sql.value = f"CASE lower({sql.t}) {branches} END"
    sql.rejects.append(("bad_type", f"{sql.t} IS NOT NULL AND {sql.v} IS NULL"))
    sql.warns.append(("label_for_code", f"{sql.v} IS NOT NULL AND lower({sql.t}) NOT IN ({text_list(agreed)})"))


def _list(sql: ColumnSql, form: Format) -> None:
    column, t, v = sql.column, sql.t, sql.v
    if column.item_codes:
        _coded_list(sql)
        return
    if form.options.get("lists") == "json":
        sql.value = (
            f"CASE WHEN {t} IS NULL THEN NULL WHEN left({t}, 1) <> '[' THEN [{t}]"
            f" WHEN json_valid({t}) THEN from_json({t}, '[\"VARCHAR\"]') END"
        )
        sql.rejects.append(("bad_type", f"{t} IS NOT NULL AND {v} IS NULL"))
    else:
        parts = f"string_split({t}, {quoted(form.list_separator or ';')})"
        sql.value = (
            f"CASE WHEN {t} IS NOT NULL THEN list_filter(list_transform({parts}, lambda part: trim(part, ' 　')),"
            " lambda part: part <> '') END"
        )


def _coded_list(sql: ColumnSql) -> None:
    """One letter per item (``GK``); labels, or letter and label, also arrive."""
    column, t, v = sql.column, sql.t, sql.v
    letters = {code: pair[0] for code, pair in column.item_codes.items()}
    spoken, joined = spellings(column)
    only_letters = f"regexp_full_match({t}, '[{''.join(letters)}]+')"
    item = f"coalesce({_case('item', letters)}, {_case('item', spoken)}, {_case('item', joined)})"
    by_letter = f"list_transform(string_split({t}, ''), lambda item: {_case('item', letters)})"
    by_label = rf"list_transform(string_split_regex({t}, '\s*[、，,;；/ ]\s*'), lambda item: {item})"
    sql.value = (
        f"CASE WHEN {t} IS NULL THEN NULL WHEN {only_letters} THEN {by_letter}"
        f" WHEN len(list_filter({by_label}, lambda item: item IS NULL)) = 0 THEN {by_label} END"
    )
    sql.rejects.append(("unknown_code", f"{t} IS NOT NULL AND {v} IS NULL"))
    sql.warns.append(("label_for_code", f"{v} IS NOT NULL AND NOT ({only_letters})"))


def _text_warnings(sql: ColumnSql, form: Format) -> None:
    column = sql.column
    if column.type not in ("string", "list"):
        return
    given = sql.given
    if column.digits and form.options.get("digit_prefix") == "\t":
        given = f"ltrim({given}, chr(9))"  # the agreed way of writing digits, no repair
    if column.grouped:
        given = f"replace({given}, ' ', '')"
    sql.warns.append(("repaired_value", f"length({given}) <> length({sql.t})"))
    if column.maps_to in NAMES or "lossy_character" in column.known_faults:
        sql.warns.append(("lossy_text", f"lossy_text({sql.t})"))
    if column.maps_to in NAMES and "lossy_character" in column.known_faults:
        sql.warns.append(("lossy_text", f"spelled_name({sql.t})"))


def _identifier(sql: ColumnSql, table: Table) -> None:
    column, t, s = sql.column, sql.t, sql.s
    if column.type != "string":
        return
    if column.validator:
        _validator(sql, table)
    elif column.pattern:
        sql.warns.append(("bad_checksum", f"NOT regexp_matches({t}, {quoted(_re2(column.pattern))})"))
    elif column.maps_to in PARTY_NUMBERS:
        sql.state = f"identifier_state({t})"
        sql.warns += [
            ("bad_checksum", f"{s} = 'bad'"),
            ("repaired_value", f"{s} = 'repaired'"),
            ("suspicious_rounding", f"{s} = 'rounded'"),
        ]
        return
    if "excel_rounding" in column.known_faults:
        sql.warns.append(("suspicious_rounding", f"looks_rounded({t})" + (f" AND {s} <> 'ok'" if sql.state else "")))


def _validator(sql: ColumnSql, table: Table) -> None:
    column, t, s = sql.column, sql.t, sql.s
    assert column.validator is not None
    rule = validators()[column.validator]
    form = quoted(rule.form)
    fitting = {"case_no": "case_no_fits", "unit_no": "unit_no_fits", "plate": "plate_fits", "cert_no": "cert_no_fits"}
    if rule.on_fail == "reject":
        # Whether the number was asked is judged with the batch at hand (table_sql).
        sql.rejects.append((rule.code, f"NOT regexp_full_match({t}, {form})"))
        return
    if rule.macro:
        # The lambda names the repaired number, so that its long expression is written once.
        sql.state = (
            f"CASE WHEN {t} IS NULL THEN NULL WHEN {rule.macro}({t}) THEN 'ok' ELSE list_transform([id_repaired({t})],"
            f" lambda repaired: CASE WHEN {rule.macro}(repaired) THEN 'repaired' ELSE 'bad' END)[1] END"
        )
        sql.warns.append(("repaired_value", f"{s} = 'repaired'"))
        failed = f"{s} = 'bad'"
    elif column.validator in fitting:
        failed = f"NOT {fitting[column.validator]}({t}, {form})"
    else:
        failed = f"NOT regexp_full_match(trim({t}, ' 　'), {form})"
    if column.validator == "resident_id" and (kind := _id_type_column(table, column)):
        failed = f"({failed}) AND coalesce({ident('v_' + kind.name)} IN ({text_list(PERSON_KINDS)}), true)"
    sql.warns.append(("bad_checksum", failed))


def _id_type_column(table: Table, column: Column) -> Column | None:
    for other in table.columns:
        if other.maps_to == "party.id_type" and column.maps_to == "party.id_number":
            return other
    return None


def _re2(pattern: str) -> str:
    r"""The pattern with RE2's spelling of code points (``\u4e00`` is ``\x{4e00}``)."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", pattern)
