"""Reads the ODCS documents beside this module into the classes of `data_contracts.model`. Cached per process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import ContractError
from data_contracts.documents import read_yaml, read_yaml_at
from data_contracts.drift import decided
from data_contracts.model import (
    Column,
    Contract,
    Doubtful,
    FileDecl,
    ForeignKey,
    Format,
    Freshness,
    Quirk,
    RequiredWhen,
    Subject,
    Table,
)

#: The order of a night: who may be asked, who they are, then the registers and the banks.
SOURCES = (
    "court_cases",
    "household",
    "vehicles",
    "land",
    "mining",
    "housing",
    "enterprises",
    "tax",
    "development",
    "planning",
    "bank_boc",
    "bank_abc",
    "bank_ccb",
    "bank_icbc",
    "bank_sdrcb",
    "bank_psbc",
)
OUTGOING = "inquiry"

_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_ID = "chakong-"


def sources() -> tuple[str, ...]:
    """The sixteen sources that deliver to the court, in the order in which a night reads them."""
    return SOURCES


@cache
def load(source: str) -> Contract:
    """The contract of `source` (or of the outgoing ``inquiry``); ContractError when unknown or malformed."""
    if source not in (*SOURCES, OUTGOING):
        raise ContractError(f"unknown source {source}", do=f"use one of {', '.join(SOURCES)}")
    return _read(source, read_yaml(f"{source}.yaml"), f"{source}.yaml")


def load_at(path: Path) -> Contract:
    """The contract in a file anywhere, an older or a proposed one; ContractError when malformed."""
    document = read_yaml_at(path)
    source = str(document.get("id", "")).removeprefix(_ID).replace("-", "_")
    if source not in (*SOURCES, OUTGOING):
        raise ContractError("no contract of a source", where=path.name, do=f"write its id as {_ID}<source>, - for _")
    return _read(source, document, path.name)


def _read(source: str, document: Mapping[str, Any], where: str) -> Contract:
    try:
        return _contract(source, document)
    except (KeyError, TypeError, ValueError) as error:
        raise ContractError(
            f"contract cannot be read: {type(error).__name__} {error}", where=where, do="correct the YAML"
        ) from error


def _contract(source: str, document: Mapping[str, Any]) -> Contract:
    custom = _custom(document)
    sla = {entry["property"]: entry for entry in document["slaProperties"]}
    return Contract(
        source=source,
        title_zh=document["name"],
        agency_zh=custom["agency"],
        version=document["version"],
        mode=custom["mode"],
        seed_article=custom["seedArticle"],
        legal_basis=document["description"]["purpose"],
        format=_format(custom["format"]),
        files=tuple(
            FileDecl(entry["id"], entry["pattern"], entry["example"], entry["control"], tuple(entry["tables"]))
            for entry in custom["files"]
        ),
        tables=tuple(_table(entry) for entry in document["schema"]),
        freshness=Freshness(
            expected=sla["frequency"]["value"],
            deadline=sla["timeOfAvailability"]["value"],
            deadline_day=sla["timeOfAvailability"]["valueExt"],
            max_age_days=sla["latency"]["value"],
        ),
        volume=custom["volume"],
        retention_days=sla["retention"]["value"],
        quarantine_tolerance=custom["quarantineTolerance"],
        drift=decided(custom.get("drift", {})),
        account_types=_pairs(custom.get("accountTypes")),
        bank_code=custom.get("bankCode"),
        quirks=tuple(Quirk(entry["fault"], entry["note"]) for entry in custom.get("quirks", ())),
    )


def _format(entry: Mapping[str, Any]) -> Format:
    settings = dict(entry)
    for name in ("null_as", "date", "datetime"):
        if name in settings:
            settings[name] = tuple(settings[name])
    return Format(**settings)


def _table(entry: Mapping[str, Any]) -> Table:
    custom = _custom(entry)
    columns = tuple(_column(item) for item in entry["properties"])
    keyed = [(item["primaryKeyPosition"], item["name"]) for item in entry["properties"] if item.get("primaryKey")]
    subject = custom.get("subject")
    return Table(
        name=entry["name"],
        title_zh=entry["businessName"],
        grain=entry["dataGranularityDescription"],
        locator=tuple(custom["locator"]),
        key=tuple(name for _, name in sorted(keyed)),
        columns=columns,
        parent=_parent(entry),
        nested=custom["nested"],
        top_level=custom["topLevel"],
        delivered=custom.get("delivered", True),
        subject=Subject(tuple(subject["names"]), tuple(subject["ids"]), _required_when(subject)) if subject else None,
        duplicate_exempt=custom.get("duplicateExempt"),
    )


def _parent(entry: Mapping[str, Any]) -> ForeignKey | None:
    references: list[tuple[Any, Any]] = [(link["from"], link["to"]) for link in entry.get("relationships", ())]
    for item in entry["properties"]:
        references += [(item["name"], link["to"]) for link in item.get("relationships", ())]
    if not references:
        return None
    if len(references) > 1:
        raise ValueError(f"table {entry['name']} has several parents")
    columns, targets = (_as_tuple(side) for side in references[0])
    tables = {target.split(".")[0] for target in targets}
    if len(tables) != 1:
        raise ValueError(f"table {entry['name']} refers to several tables in one relationship")
    return ForeignKey(
        tuple(name.split(".")[-1] for name in columns), tables.pop(), tuple(target.split(".")[1] for target in targets)
    )


def _column(item: Mapping[str, Any]) -> Column:
    custom = _custom(item)
    physical = item["physicalType"]
    decimal = _DECIMAL.fullmatch(physical)
    options = item.get("logicalTypeOptions", {})
    examples = item.get("examples") or [None]
    return Column(
        name=item["name"],
        label=item["physicalName"],
        title_zh=item["businessName"],
        type="decimal" if decimal else physical,
        precision=int(decimal[1]) if decimal else None,
        scale=int(decimal[2]) if decimal else None,
        unit=custom.get("unit"),
        required=item["required"],
        required_when=_required_when(custom),
        key=item.get("primaryKey", False),
        codes=_pairs(custom.get("codes")),
        mixed=custom.get("mixed", False),
        label_agreed=custom.get("labelAgreed", False),
        value_aliases=custom.get("valueAliases", {}),
        item_codes=_pairs(custom.get("itemCodes")),
        enum=custom.get("codeList"),
        pattern=options.get("pattern"),
        validator=custom.get("validator"),
        max_len=options.get("maxLength"),
        pii=item["classification"],
        maps_to=custom.get("mapsTo"),
        known_faults=tuple(custom.get("knownFaults", ())),
        from_parent=custom.get("fromParent", False),
        delivered=custom.get("delivered", True),
        default=custom.get("default"),
        numbered=custom.get("numbered", False),
        decimal_form=custom.get("decimalForm"),
        doubtful=Doubtful(**custom["doubtful"]) if "doubtful" in custom else None,
        digits=custom.get("digits", False),
        grouped=custom.get("grouped", False),
        normal_form=custom.get("normalForm"),
        period_end=custom.get("periodEnd"),
        example=examples[0],
        note=item.get("description"),
    )


def _required_when(custom: Mapping[str, Any]) -> RequiredWhen | None:
    condition = custom.get("requiredWhen")
    return RequiredWhen(condition["column"], tuple(condition["values"])) if condition else None


def _custom(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in entry.get("customProperties", ())}


def _pairs(mapping: Mapping[str, Iterable[str]] | None) -> dict[str, tuple[str, str]]:
    return {code: (pair[0], pair[1]) for code, pair in ((key, tuple(value)) for key, value in (mapping or {}).items())}


def _as_tuple(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
