"""Splink set up for Chinese parties as somebody would who knows both well."""

from __future__ import annotations

from typing import Any

import splink.comparison_level_library as cll
from splink import SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule
from splink.comparison_library import CustomComparison

DETERMINISTIC = [block_on("id_norm", "name"), block_on("name", "birth", "phone"), block_on("name", "birth", "place")]
ASSUMED_RECALL = 0.7
TRAINING = [block_on("id_norm"), block_on("name", "phone"), block_on("name", "place")]

_BOTH_VALID = "id_valid_l AND id_valid_r"
_SAME_HEAD = "left(id_norm_l, 14) = left(id_norm_r, 14)"


def settings() -> SettingsCreator:
    """Comparisons and blocking rules; term frequencies on the name."""
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        comparisons=[_number(), _name(), _birth(), _equal("phone"), _place(), _equal("sex")],
        blocking_rules_to_generate_predictions=[
            block_on("id_norm"),
            CustomRule("l.id_norm = r.id_second"),
            block_on("org_body"),
            block_on("name", "birth"),
            block_on("phone"),
            block_on("place"),
            block_on("id_head", "substr(name, 1, 1)"),
            block_on("id_tail", "substr(name, 1, 1)"),
            block_on("birth", "substr(name, 1, 1)"),
            CustomRule("l.core = r.core AND l.party_type = 'organization' AND r.party_type = 'organization'"),
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        max_iterations=25,
    )


def _number() -> CustomComparison:
    return CustomComparison(
        output_column_name="id_norm",
        comparison_levels=[
            cll.CustomLevel(
                "id_norm_l IS NULL OR id_norm_r IS NULL"
                " OR (id_kind_l <> id_kind_r AND org_body_l IS DISTINCT FROM org_body_r)",
                "null",
            ).configure(is_null_level=True),
            cll.ExactMatchLevel("id_norm"),
            cll.CustomLevel("id_norm_l = id_second_r OR id_second_l = id_norm_r", "the second of two numbers"),
            cll.CustomLevel("org_body_l = org_body_r", "same organisation code"),
            cll.CustomLevel(f"{_BOTH_VALID} AND {_SAME_HEAD}", "two valid numbers, born the same day"),
            cll.CustomLevel(_BOTH_VALID, "two valid numbers"),
            cll.DamerauLevenshteinLevel("id_norm", 1),
            cll.DamerauLevenshteinLevel("id_norm", 2),
            cll.CustomLevel(_SAME_HEAD, "same region and birth date"),
            cll.ElseLevel(),
        ],
    )


def _name() -> CustomComparison:
    exact: Any = cll.ExactMatchLevel("name").configure(tf_adjustment_column="name", tf_adjustment_weight=1.0)
    return CustomComparison(
        output_column_name="name",
        comparison_levels=[
            cll.NullLevel("name"),
            exact,
            cll.CustomLevel("name_l = former_name_r OR former_name_l = name_r", "former name"),
            cll.CustomLevel("core_l = core_r", "same core"),
            cll.CustomLevel("contains(name_r, name_l) OR contains(name_l, name_r)", "one within the other"),
            cll.CustomLevel("levenshtein(name_l, name_r) <= 1 AND length(name_l) >= 3", "one edit"),
            cll.JaroWinklerLevel("name", 0.88),
            cll.CustomLevel("substr(name_l, 1, 1) = substr(name_r, 1, 1)", "same surname"),
            cll.ElseLevel(),
        ],
    )


def _birth() -> CustomComparison:
    return CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            # Two resident numbers already say what the birth date says.
            cll.CustomLevel(
                "birth_l IS NULL OR birth_r IS NULL OR (id_kind_l = 'resident' AND id_kind_r = 'resident')", "null"
            ).configure(is_null_level=True),
            cll.ExactMatchLevel("birth"),
            cll.CustomLevel(
                "damerau_levenshtein(strftime(birth_l, '%Y%m%d'), strftime(birth_r, '%Y%m%d')) <= 1", "one edit"
            ),
            cll.ElseLevel(),
        ],
    )


def _place() -> CustomComparison:
    return CustomComparison(
        output_column_name="place",
        comparison_levels=[
            cll.NullLevel("place"),
            cll.ExactMatchLevel("place"),
            cll.CustomLevel(
                "regexp_replace(place_l, '[0-9]+', '', 'g') = regexp_replace(place_r, '[0-9]+', '', 'g')", "same street"
            ),
            cll.ElseLevel(),
        ],
    )


def _equal(column: str) -> CustomComparison:
    return CustomComparison(
        output_column_name=column,
        comparison_levels=[cll.NullLevel(column), cll.ExactMatchLevel(column), cll.ElseLevel()],
    )
