from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path

import pytest
from open_data_contract_standard.model import OpenDataContractStandard

from core.errors import ContractError
from data_contracts import load, sources
from data_contracts.documents import read_yaml
from data_contracts.filtering.expressions import NORMAL_FORMS
from data_contracts.loading import load_at
from data_contracts.model import Column, Contract, Table
from data_contracts.reasons import code_list, faults, outgoing_id_codes, reason, reasons, validators

ROOT = Path(__file__).parents[3]
EVERY = [*sources(), "inquiry"]
ALL_TABLES = [(load(source), table) for source in EVERY for table in load(source).tables]
ALL_COLUMNS = [(contract, table, column) for contract, table in ALL_TABLES for column in table.columns]


@pytest.fixture(params=EVERY)
def contract(request: pytest.FixtureRequest) -> Contract:
    return load(request.param)


def test_sixteen_sources_deliver() -> None:
    assert len(sources()) == len(set(sources())) == 16
    assert load("inquiry").mode == "outgoing"


@pytest.mark.parametrize("source", EVERY)
def test_datacontract_lint_accepts_every_document(source: str) -> None:
    # What `datacontract lint` runs, in process: the command itself is tried once below.
    from datacontract.data_contract import DataContract

    run = DataContract(data_contract_file=str(ROOT / "data_contracts" / f"{source}.yaml")).lint()
    assert run.result == "passed", [check.reason for check in run.checks]
    OpenDataContractStandard.model_validate(read_yaml(f"{source}.yaml"))


def test_the_lint_command_says_so_too() -> None:
    command = [str(Path(sys.executable).parent / "datacontract"), "lint", str(ROOT / "data_contracts" / "mining.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "v3.1.0" in done.stdout


def test_nothing_in_a_document_is_lost_on_the_way_into_the_model(contract: Contract) -> None:
    document = read_yaml(f"{contract.source}.yaml")
    assert [entry["name"] for entry in document["schema"]] == [table.name for table in contract.tables]
    for entry, table in zip(document["schema"], contract.tables, strict=True):
        for item, column in zip(entry["properties"], table.columns, strict=True):
            custom = {extra["property"]: extra["value"] for extra in item.get("customProperties", [])}
            unread = set(custom) - set(CUSTOM)
            assert not unread, f"{table.name}.{column.name}: {unread}"
            for name, attribute in CUSTOM.items():
                if name in custom:
                    assert plain(getattr(column, attribute)) == plain(custom[name]), (
                        f"{table.name}.{column.name}.{name}"
                    )
            assert (column.name, column.label, column.required, column.pii) == (
                item["name"],
                item["physicalName"],
                item["required"],
                item["classification"],
            )


CUSTOM = {
    "mapsTo": "maps_to",
    "unit": "unit",
    "codeList": "enum",
    "codes": "codes",
    "itemCodes": "item_codes",
    "mixed": "mixed",
    "labelAgreed": "label_agreed",
    "valueAliases": "value_aliases",
    "validator": "validator",
    "knownFaults": "known_faults",
    "digits": "digits",
    "fromParent": "from_parent",
    "delivered": "delivered",
    "default": "default",
    "numbered": "numbered",
    "doubtful": "doubtful",
    "decimalForm": "decimal_form",
    "grouped": "grouped",
    "normalForm": "normal_form",
    "periodEnd": "period_end",
    "requiredWhen": "required_when",
}


def plain(value: object) -> object:
    """Tuples as lists, conditions as mappings."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(item) for name, item in asdict(value).items() if item is not None}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (tuple, list)) else value


@pytest.mark.parametrize("source", EVERY)
def test_a_document_lying_elsewhere_is_the_same_contract(source: str) -> None:
    assert load_at(ROOT / "data_contracts" / f"{source}.yaml") == load(source)


def test_keys_parents_and_files_refer_to_what_is_there(contract: Contract) -> None:
    carried = [name for file in contract.files for name in file.tables]
    assert sorted(carried) == sorted(table.name for table in contract.tables)
    for table in contract.tables:
        assert table.key
        assert all(table.column(name).key for name in table.key)
        if table.parent:
            parent = contract.table(table.parent.parent_table)
            assert set(table.parent.parent_columns) <= set(parent.key)
            for ours, theirs in zip(table.parent.columns, table.parent.parent_columns, strict=True):
                # Cleaned alike, or no child would find its parent.
                assert table.column(ours).digits == parent.column(theirs).digits
                assert table.column(ours).normal_form == parent.column(theirs).normal_form
                assert table.column(ours).type == parent.column(theirs).type
        assert table.nested == (not table.top_level)
        assert not table.nested or table.parent


def test_file_patterns_match_their_examples_and_name_their_parts(contract: Contract) -> None:
    for file in contract.files:
        match = re.fullmatch(file.pattern, file.example)
        assert match, file.example
        wanted = {"extract": {"mode", "date"}, "reply": {"batch"}, "outgoing": {"run"}}[contract.mode]
        assert wanted <= set(match.groupdict())


@pytest.mark.parametrize(("contract", "table"), ALL_TABLES, ids=lambda item: getattr(item, "name", "") or item.source)
def test_labels_are_unique_within_a_table(contract: Contract, table: Table) -> None:
    assert len({column.label for column in table.columns}) == len(table.columns)
    assert len(set(table.column_names)) == len(table.columns)


def test_columns_are_complete() -> None:
    for contract, table, column in ALL_COLUMNS:
        where = f"{contract.source}.{table.name}.{column.name}"
        assert column.title_zh, where
        assert column.maps_to, where
        assert (column.type == "decimal") == (column.precision is not None), where
        assert set(column.known_faults) <= set(faults()), where
        assert column.validator is None or column.validator in validators(), where
        assert column.normal_form is None or column.normal_form in NORMAL_FORMS, where
        assert column.normal_form is None or column.key, f"{where}: only keys are stored in a normal form"
        assert column.type != "enum" or column.codes, where
        assert column.example is not None or not column.delivered, where


def test_codes_name_values_of_their_list() -> None:
    for contract, table, column in ALL_COLUMNS:
        if column.enum:
            unknown = {value for value, _ in column.codes.values()} - set(code_list(column.enum))
            assert not unknown, f"{contract.source}.{table.name}.{column.name}: {unknown}"
        assert set(column.value_aliases.values()) <= set(column.codes)


def test_codes_stay_text() -> None:
    assert load("vehicles").table("vehicles").column("plate_type").codes["02"] == ("small", "小型汽车")
    assert load("court_cases").table("cases").column("case_type").codes["执"] == ("enforcement", "首次执行")
    assert outgoing_id_codes()["08"] == "household_book"


def test_sensitive_columns_are_classified() -> None:
    def pii(source: str, table: str, column: str) -> str:
        return load(source).table(table).column(column).pii

    assert pii("bank_boc", "accounts", "balance") == "sensitive"
    assert pii("vehicles", "vehicles", "owner_id") == "sensitive"
    assert pii("land", "rights", "location") == "personal"
    assert pii("land", "rights", "right_type") == "none"


def test_the_xml_banks_have_one_shape() -> None:
    banks = [load(f"bank_{name}") for name in ("boc", "abc", "ccb", "icbc")]
    first = banks[0]
    for bank in banks[1:]:
        assert [table.name for table in bank.tables] == [table.name for table in first.tables]
        for table in first.tables:
            shared = [name for name in table.column_names if bank.table(table.name).has(name)]
            added = {"cash_kind", "farm_subsidy", "escrow_project", "joint", "parent_sequence"}
            assert set(table.column_names) - set(shared) <= added
    assert not load("bank_icbc").table("sub_accounts").delivered
    assert not load("bank_boc").table("rights").delivered
    assert load("bank_abc").table("inquiries").column("match_basis").default == "unknown"
    assert load("bank_ccb").table("measures").column("measure_no").numbered
    assert load("bank_abc").format.decimal == "fen"
    assert load("bank_abc").table("products").column("price").decimal_form == "plain"


def test_children_of_nested_forms_carry_their_parents_key() -> None:
    def inherited(source: str, table: str) -> list[str]:
        return [column.name for column in load(source).table(table).columns if column.from_parent]

    assert inherited("court_cases", "claims") == ["case_no"]
    assert inherited("housing", "owners") == ["unit_id"]
    assert inherited("development", "documents") == ["project_code"]
    assert inherited("bank_ccb", "measures") == ["inquiry_no", "sequence"]
    assert inherited("land", "holders") == []


@pytest.mark.parametrize(("contract", "table", "column"), [c for c in ALL_COLUMNS if c[2].pattern])
def test_patterns_match_their_examples(contract: Contract, table: Table, column: Column) -> None:
    assert re.match(column.pattern or "", column.example or "")


def test_every_reason_tells_the_operator_what_it_is_and_what_to_do() -> None:
    assert {entry.severity for entry in reasons().values()} == {"reject", "warn", "file", "signal", "sender"}
    for entry in reasons().values():
        assert re.search(r"[\u4e00-\u9fff]", entry.means)
        assert re.search(r"[\u4e00-\u9fff]", entry.do)


def test_unknown_names_are_contract_errors() -> None:
    with pytest.raises(ContractError, match="unknown source"):
        load("weather")
    with pytest.raises(ContractError, match="no table"):
        load("land").table("weather")
    with pytest.raises(ContractError, match="no column"):
        load("land").table("rights").column("weather")
    with pytest.raises(ContractError, match="no file"):
        load("land").file("weather")
    with pytest.raises(ContractError, match="unknown reason"):
        reason("weather")


def test_loading_a_contract_imports_nothing_heavy() -> None:
    code = (
        "import sys; from data_contracts.loading import load; load('land');"
        "heavy = {'pandas', 'pyarrow', 'duckdb', 'great_expectations'} & set(sys.modules);"
        "print(heavy); sys.exit(bool(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
