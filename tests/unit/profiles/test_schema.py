"""The promise to every reader: the views, their columns, types, order and Chinese comments."""

import re
from pathlib import Path

import duckdb
import pytest

from core.duck import connect
from core.settings import Settings
from profiles import publish, schema

#: View -> columns in order, typed here a second time on purpose: a change of schema.yaml must be meant.
PROMISED = {
    "debtor": """
        debtor_id party_type name former_names id_type id_number former_id_numbers birth_date sex
        household_status address case_count claim_balance confirmed_assets waiting_review
        net_value unvalued_assets coverage_ratio flags data_as_of
    """,
    "debtor_case": """
        debtor_id case_no case_type court_code judge role joint_liability filed_at closed_at
        close_mode claim_amount paid_amount balance next_requery_on claims
    """,
    "asset": """
        asset_id debtor_id kind source identifier title location tier probability ownership share
        gross_value value_basis prior_claims net_value currency status reach detail register_basis
        protected_class handling linked_asset_id only_home_possible joint_property_possible
        declared_by_debtor is_current first_seen last_seen data_as_of business_date file
        file_sha256 table_name row_no
    """,
    "encumbrance": """
        asset_id kind holder amount rank start_date end_date status source business_date file
        file_sha256 table_name row_no
    """,
    "seizure": """
        asset_id seizure_type authority doc_no case_no amount order_no start_date end_date is_ours
        days_to_expiry released_at source business_date file file_sha256 table_name row_no
    """,
    "liability": """
        debtor_id kind creditor amount arose_on legal_basis source business_date file file_sha256
        table_name row_no
    """,
    "application": """
        application_id debtor_id asset_id app_no app_type status accepted_at registered_at stage
        counterparty price can_be_stopped stopped_at legal_basis source business_date file
        file_sha256 table_name row_no
    """,
    "link": """
        link_id debtor_id source table_name record_id tier probability evidence model_version
        decided_by decided_at reason basis_digest verdict
    """,
    "provenance": """
        asset_id source business_date file file_sha256 table_name row_no record_id is_winner
        conflict
    """,
    "source_status": """
        source business_date outcome mode rows_delivered rows_accepted rows_quarantined data_as_of
        age_days debtors_asked debtors_answered message
    """,
    "source_reply": """
        debtor_id source result asked_at replied_at
        business_date file file_sha256 table_name row_no
    """,
    "quarantine": """
        source business_date file table_name row_no reasons severity raw
    """,
    "change_event": """
        event_id run_date debtor_id asset_id kind before after source
    """,
    "alert": """
        alert_id run_date severity kind debtor_id asset_id case_no message_zh legal_basis due_on
    """,
    "target": """
        debtor_id case_no rank asset_id recommended_measure addressee amount_to_control
        cumulative_coverage legal_basis max_term reasons cautions
    """,
    "run": """
        run_id run_date started_at finished_at code_version model_version is_incremental
    """,
}
#: Types of columns that are not plain text.
TYPES = {
    "DECIMAL(18,2)": """
        claim_balance net_value gross_value prior_claims amount price claim_amount paid_amount
        balance amount_to_control
    """,
    "DATE": """
        birth_date filed_at closed_at next_requery_on first_seen last_seen business_date
        start_date end_date arose_on run_date due_on
    """,
    "TIMESTAMP": """
        data_as_of released_at accepted_at registered_at stopped_at decided_at asked_at replied_at
        started_at finished_at
    """,
    "INTEGER": """
        case_count confirmed_assets waiting_review unvalued_assets rank order_no days_to_expiry
        age_days
    """,
    "BIGINT": """
        row_no rows_delivered rows_accepted rows_quarantined debtors_asked debtors_answered
    """,
    "DOUBLE": """
        coverage_ratio probability share cumulative_coverage
    """,
    "BOOLEAN": """
        joint_liability only_home_possible joint_property_possible declared_by_debtor is_current
        is_ours can_be_stopped is_winner is_incremental
    """,
    "VARCHAR[]": """
        former_names former_id_numbers flags reasons cautions
    """,
    "JSON": """
        detail evidence claims
    """,
}
TYPE_OF = {name: kind for kind, names in TYPES.items() for name in names.split()}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A publication of nothing."""
    folder = tmp_path_factory.mktemp("empty")
    rows = publish.publish(connect(Settings()), folder / "profiles.duckdb", folder / "work")
    assert set(rows.values()) == {0}
    return duckdb.connect(str(folder / "profiles.duckdb"), read_only=True)


def test_views_stand_in_schema_main_and_nothing_else(empty: duckdb.DuckDBPyConnection) -> None:
    views = empty.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'").fetchall()
    assert sorted(name for (name,) in views) == sorted(PROMISED)
    assert empty.execute("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'main'").fetchall() == [(0,)]


@pytest.mark.parametrize("view", PROMISED)
def test_columns_types_and_order(empty: duckdb.DuckDBPyConnection, view: str) -> None:
    described = [(row[0], row[1]) for row in empty.execute(f'DESCRIBE "{view}"').fetchall()]
    assert described == [(name, TYPE_OF.get(name, "VARCHAR")) for name in PROMISED[view].split()]


@pytest.mark.parametrize("view", PROMISED)
def test_every_view_and_column_carries_its_chinese_comment(empty: duckdb.DuckDBPyConnection, view: str) -> None:
    told = dict(
        empty.execute(
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = $view AND schema_name = 'main'",
            {"view": view},
        ).fetchall()
    )
    (on_view,) = empty.execute("SELECT comment FROM duckdb_views() WHERE view_name = $view", {"view": view}).fetchall()[
        0
    ]
    declared = next(entry for entry in schema.load() if entry.name == view)
    assert told == {column.name: column.comment for column in declared.columns}
    assert on_view == declared.comment
    for comment in [on_view, *told.values()]:
        assert re.search(r"[\u4e00-\u9fff]{2}", comment), comment


def test_every_view_has_an_order(empty: duckdb.DuckDBPyConnection) -> None:
    assert set(publish.ORDER) == {view.name for view in schema.load()}


def test_a_published_file_opens_in_plain_duckdb(empty: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    # No macro and no setting of ours is needed to read it.
    for view in PROMISED:
        assert empty.execute(f'SELECT count(*) FROM "{view}"').fetchall() == [(0,)]
