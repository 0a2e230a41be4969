"""The profile of one debtor as a document: who, which cases, what to do first, what was found, what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from exports import profile_context
from exports.assets import how_many, named
from exports.document import Block, Column, Document, Facts, Heading, Table, Text
from exports.imprint import Imprint, unanswered
from profiles import report_asset_zh, targets_zh, words_zh
from profiles.report_asset_zh import Explain, money
from profiles.report_context_zh import CASE_TITLES, case_cells, grouped, moment
from profiles.standing import is_counted, is_waiting, leads

Row = Mapping[str, Any]


def document(profile: Row, imprint: Imprint, explain: Explain | None = None) -> Document:
    """The whole profile. `explain` makes a sentence of a link's evidence, see `profiles.report_zh`."""
    debtor = profile["debtor"]
    return Document(
        "被执行人财产档案",
        f"档案编号 {debtor['debtor_id']}　{imprint.night_zh}",
        imprint,
        (
            Facts(identity(debtor)),
            *_data(profile, imprint),
            *_urgent(profile),
            *_cases(profile),
            *_totals(debtor),
            *_targets(profile),
            *_assets(profile, explain),
            *_waiting(profile, explain),
            *profile_context.represented(profile),
            *profile_context.past(profile),
            *profile_context.liabilities(profile),
            *profile_context.alerts(profile),
            *profile_context.sources(profile),
        ),
        landscape=True,
    )


def identity(debtor: Row) -> list[tuple[str, str]]:
    """Name, number, former ones, address and marks of the debtor, as pairs."""
    rows = [
        ("被执行人", debtor["name"]),
        (words_zh.say("id_type", debtor["id_type"], "证件号码"), debtor["id_number"] or "案卷未载"),
        ("曾用名", "、".join(debtor["former_names"] or [])),
        ("历史证件号码", "、".join(debtor["former_id_numbers"] or [])),
        ("住所", debtor["address"] or ""),
        ("提示", "、".join(words_zh.say("flag", flag) for flag in debtor["flags"] or [])),
    ]
    return [(title, value) for title, value in rows if value]


def _data(profile: Row, imprint: Imprint) -> list[Block]:
    silent = unanswered(profile, imprint)
    oldest = moment(profile["debtor"]["data_as_of"])
    return [
        Facts([("数据", f"所依据的数据最早截至 {oldest}")]),
        Text(f"未送达或未完整答复的来源：{silent}", warning=silent != "无"),
    ]


def _urgent(profile: Row) -> list[Block]:
    rows = [
        (
            words_zh.say("source", row["source"]),
            words_zh.say("application_kind", row["app_type"]),
            row["app_no"] or "未载",
            moment(row["accepted_at"]),
            words_zh.say("application_stage", row["stage"]),
            row["counterparty"] or "",
            row["legal_basis"] or "",
        )
        for row in profile["applications"]
        if row["can_be_stopped"]
    ]
    titles = (("单位", 2), ("业务", 1.5), ("受理编号", 3), ("受理", 2.5), ("环节", 1.5), ("相对人", 3), ("依据", 5))
    return (
        [Heading("在办手续（登簿前可以通知停止办理）"), Table([Column(*title) for title in titles], rows)]
        if rows
        else []
    )


def _cases(profile: Row) -> list[Block]:
    rows = [(*case_cells(case), money(case["claim_amount"]), money(case["balance"])) for case in profile["cases"]]
    columns = [Column(title, width) for title, width in zip(CASE_TITLES, (4, 2, 2, 2, 2, 3), strict=True)]
    amounts = [Column("执行债权（元）", 3, right=True), Column("尚欠（元）", 3, right=True)]
    return [Heading("案件"), Table([*columns, *amounts], rows)]


def _totals(debtor: Row) -> list[Block]:
    coverage = "不明" if debtor["coverage_ratio"] is None else f"{debtor['coverage_ratio']:.1%}"
    return [
        Heading("总览"),
        Facts(
            [
                ("尚欠", f"{money(debtor['claim_balance'])} 元"),
                (
                    "可执行净值",
                    f"{money(debtor['net_value'])} 元，覆盖 {coverage}（只计已确认、现有、价值已知且依法可计的财产）",
                ),
                ("已确认", f"{debtor['confirmed_assets']} 件，其中 {debtor['unvalued_assets']} 件价值不明，未计入净值"),
                ("待人工核实", f"{debtor['waiting_review']} 件，不计入"),
            ]
        ),
    ]


def _targets(profile: Row) -> list[Block]:
    if not profile["targets"]:
        return []
    assets = {asset["asset_id"]: asset for asset in profile["assets"]}
    columns = (
        Column("序", 0.7, right=True),
        Column("措施", 1.6),
        Column("财产", 4.5),
        Column("控制（元）", 2.2, right=True),
        Column("累计覆盖", 1.4, right=True),
        Column("送达", 2.4),
        Column("期限", 1.8),
        Column("理由", 4),
        Column("注意", 4),
        Column("依据", 4.2),
    )
    blocks: list[Block] = [Heading("建议措施（供参考，由法官决定）")]
    for case_no, rows in grouped(profile["targets"], "case_no"):
        blocks += [Text(case_no), Table(columns, [target(row, assets[row["asset_id"]]) for row in rows])]
    return blocks


def target(row: Row, asset: Row) -> tuple[str, ...]:
    """One line of the ranked list."""
    coverage = row["cumulative_coverage"]
    return (
        str(row["rank"]),
        words_zh.say("measure", row["recommended_measure"]),
        named(asset),
        money(row["amount_to_control"]),
        "不明" if coverage is None else f"{coverage:.0%}",
        row["addressee"] or "不明",
        targets_zh.term(row["max_term"]),
        "；".join(row["reasons"] or []),
        "；".join(row["cautions"] or []),
        row["legal_basis"] or "",
    )


ASSETS = (
    Column("序", 0.7, right=True),
    Column("财产", 4.8),
    Column("权属与价值", 4),
    Column("净值（元）", 2.2, right=True),
    Column("负担与查控", 4.6),
    Column("注意与事项", 4),
    Column("依据与出处", 6.4),
)


def _assets(profile: Row, explain: Explain | None) -> list[Block]:
    counted = [asset for asset in profile["assets"] if is_counted(asset)]
    title = Heading(f"已确认的现有财产（{how_many(counted)}）")
    return [title, Table(ASSETS, _listed(profile, counted, explain))] if counted else [title, Text("没有查得。")]


def _waiting(profile: Row, explain: Explain | None) -> list[Block]:
    waiting = [asset for asset in profile["assets"] if is_waiting(asset)]
    loose = leads(profile)
    if not waiting and not loose:
        return []
    blocks: list[Block] = [
        Heading(f"待人工核实（{len(waiting)} 件）"),
        Text("以下各件不计入净值，核实以前不得采取措施。", warning=True),
    ]
    if waiting:
        blocks.append(Table(ASSETS, _listed(profile, waiting, explain)))
    if loose:
        told = "，".join(
            f"{words_zh.say('source', source)} {len(rows)} 条" for source, rows in grouped(loose, "source")
        )
        blocks.append(
            Text(f"仅姓名相同或证件与姓名相互矛盾的线索 {len(loose)} 条（{told}），不作为财产，须由人工核对。")
        )
    return blocks


def _listed(profile: Row, assets: Sequence[Row], explain: Explain | None) -> list[tuple[str, ...]]:
    links = {link["link_id"]: link for link in profile["links"]}
    today = date.fromisoformat(profile["run"]["run_date"])
    rows: list[tuple[str, ...]] = []
    for number, asset in enumerate(assets, start=1):
        evidence = [links[link] for link in asset["links"] if link in links]
        burdens = [report_asset_zh.encumbrance(row) for row in asset["encumbrances"]]
        measures = [report_asset_zh.seizure(row) for row in report_asset_zh.in_order(asset["seizures"])]
        rows.append(
            (
                str(number),
                named(asset),
                report_asset_zh.worth(asset),
                money(asset["net_value"]),
                "\n".join([*burdens, *measures]),
                "\n".join([*report_asset_zh.cautions(asset), *report_asset_zh.facts(asset["detail"] or {})]),
                report_asset_zh.certainty(asset, today, evidence, explain),
            )
        )
    return rows
