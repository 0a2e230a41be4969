"""One debtor's profile as text for a judge at a terminal: first what is urgent, then what can be taken, then why.

Takes the plain data of `query.profile`. Only confirmed assets stand in the list that counts; what waits for a person
stands apart. The ID number is printed: without it nobody can issue a measure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from profiles import report_asset_zh, report_context_zh, targets_zh, words_zh
from profiles.layout_zh import WIDTH, heading, table, wrap
from profiles.report_asset_zh import day, identifier, money
from profiles.report_context_zh import CASE_TITLES, case_cells, grouped, moment
from profiles.standing import is_counted, is_waiting, leads, represented

Row = Mapping[str, Any]
Explain = Callable[[Sequence[Mapping[str, Any]]], str]


def text(profile: Row, explain: Explain | None = None) -> str:
    """The whole profile. `explain` makes a sentence of a link's evidence; without it the agreeing fields are named."""
    parts = [
        _title(profile),
        _identity(profile),
        _urgent(profile),
        _cases(profile),
        _totals(profile),
        _targets(profile),
        _assets(profile, explain),
        _waiting(profile, explain),
        _represented(profile),
        _past(profile),
        report_context_zh.declared(profile),
        report_context_zh.liabilities(profile),
        report_context_zh.other_alerts(profile),
        report_context_zh.changes(profile),
        report_context_zh.sources(profile),
    ]
    return "\n".join(line for part in parts if part for line in [*part, ""]).rstrip()


def _title(profile: Row) -> list[str]:
    debtor, run = profile["debtor"], profile["run"] or {}
    night = f"业务日期 {run['run_date']}" if run else ""
    return [
        "═" * WIDTH,
        f"被执行人财产档案　{debtor['name']}",
        f"{night}　数据最早截至 {moment(debtor['data_as_of'])}　档案编号 {debtor['debtor_id']}",
        "═" * WIDTH,
    ]


def _identity(profile: Row) -> list[str]:
    debtor = profile["debtor"]
    kind = "自然人" if debtor["party_type"] == "person" else "单位"
    number = debtor["id_number"] or "案卷未载，仅能按姓名查找"
    facts = [f"{kind}　{words_zh.say('id_type', debtor['id_type'], '证件')}　{number}"]
    if debtor["former_names"]:
        facts.append("曾用名：" + "、".join(debtor["former_names"]))
    if debtor["former_id_numbers"]:
        facts.append("历史证件号码：" + "、".join(debtor["former_id_numbers"]))
    personal = [
        words_zh.words("sex").get(debtor["sex"] or "", ""),
        f"{debtor['birth_date']} 出生" if debtor["birth_date"] else "",
    ]
    if debtor["household_status"]:
        personal.append("户籍" + words_zh.say("person_status", debtor["household_status"]))
    if any(personal):
        facts.append("　".join(part for part in personal if part))
    if debtor["address"]:
        facts.append(f"住所：{debtor['address']}")
    lines = [heading("身份")] + [line for fact in facts for line in wrap(fact, first="  ")]
    if debtor["flags"]:
        lines += wrap("、".join(words_zh.say("flag", flag) for flag in debtor["flags"]), first="  提示：")
    return lines + wrap(_why(profile), first="  认定依据：")


def _why(profile: Row) -> str:
    household = next((row for row in profile["replies"] if row["source"] == "household"), None)
    grounds = [f"执行案件载明的身份（{len(profile['cases'])} 件）"]
    if household and household["result"] == "found":
        grounds.append(f"户籍反馈（{moment(household['replied_at'])}）")
    confirmed = sum(link["tier"] == "confirmed" for link in profile["links"])
    grounds.append(f"{confirmed} 条登记、开户记录与之确认一致")
    return "；".join(grounds)


def _urgent(profile: Row) -> list[str]:
    stoppable = [row for row in profile["applications"] if row["can_be_stopped"]]
    urgent = [
        row for row in profile["alerts"] if row["severity"] == "urgent" and not row["kind"].endswith("_in_progress")
    ]
    if not stoppable and not urgent:
        return []
    titles = {asset["asset_id"]: asset for asset in profile["assets"]}
    lines = [heading("立即处理")]
    for row in stoppable:
        asset = titles.get(row["asset_id"])
        what = f"{words_zh.say('source', row['source'])}正在办理{words_zh.say('application_kind', row['app_type'])}"
        facts = [f"{what}，受理编号 {row['app_no'] or '未载'}，{moment(row['accepted_at'])} 受理"]
        facts.append(f"现在{_stage(row)}环节，尚未登簿")
        if row["counterparty"]:
            facts.append(f"相对人 {row['counterparty']}")
        if row["price"]:
            facts.append(f"价格 {money(row['price'])} 元")
        if asset:
            facts.append(f"涉及 {words_zh.say('asset_kind', asset['kind'])} {identifier(asset)}")
        lines += wrap("，".join(facts) + "。可通知停止办理。", first="  ● ")
        lines += wrap(row["legal_basis"] or "", first="    依据：")
    for row in urgent:
        lines += wrap(row["message_zh"], first="  ● ")
    return lines


def _stage(row: Row) -> str:
    return words_zh.say("application_stage", row["stage"])


def _cases(profile: Row) -> list[str]:
    rows = [[*case_cells(case), money(case["balance"])] for case in profile["cases"]]
    return [heading("案件"), *table([*CASE_TITLES, "尚欠（元）"], rows, right=(len(CASE_TITLES),))]


def _totals(profile: Row) -> list[str]:
    debtor = profile["debtor"]
    coverage = debtor["coverage_ratio"]
    share = "" if coverage is None else f"，覆盖 {coverage:.1%}"
    return [
        heading("总览"),
        f"  尚欠 {money(debtor['claim_balance'])} 元　可执行净值 {money(debtor['net_value'])} 元{share}",
        f"  已确认现有财产 {debtor['confirmed_assets']} 件，其中 {debtor['unvalued_assets']} 件价值不明，未计入净值"
        f"；待人工核实 {debtor['waiting_review']} 件，不计入",
        *(
            ["  户籍登记为已婚，名下财产可能为夫妻共同财产"]
            if any(asset["joint_property_possible"] for asset in profile["assets"])
            else []
        ),
    ]


def _targets(profile: Row) -> list[str]:
    if not profile["targets"]:
        return []
    assets = {asset["asset_id"]: asset for asset in profile["assets"]}
    lines = [heading("建议措施（供参考，由法官决定）")]
    for case_no, rows in grouped(profile["targets"], "case_no"):
        lines.append(f"  {case_no}")
        for row in rows:
            asset = assets[row["asset_id"]]
            lines += targets_zh.entry(row, words_zh.say("asset_kind", asset["kind"]), identifier(asset))
    return lines


def _assets(profile: Row, explain: Explain | None) -> list[str]:
    counted = [row for row in profile["assets"] if is_counted(row)]
    lines = [heading(f"已确认的现有财产（{len(counted)} 件）")]
    if not counted:
        return [*lines, "  没有查得"]
    return lines + _listed(profile, counted, explain)


def _waiting(profile: Row, explain: Explain | None) -> list[str]:
    waiting = [row for row in profile["assets"] if is_waiting(row)]
    loose = leads(profile)
    if not waiting and not loose:
        return []
    title = heading(f"待人工核实（{len(waiting)} 件，不计入净值，核实前不得采取措施）")
    lines = [title, *_listed(profile, waiting, explain)]
    if loose:
        places = grouped(loose, "source")
        told = "，".join(f"{words_zh.say('source', source)} {len(rows)} 条" for source, rows in places)
        lines += wrap(
            f"仅姓名相同或证件与姓名相互矛盾的线索 {len(loose)} 条（{told}），不作为财产，须由人工核对。", first="  "
        )
    return lines


def _listed(profile: Row, assets: Sequence[Row], explain: Explain | None) -> list[str]:
    links = {link["link_id"]: link for link in profile["links"]}
    today = date.fromisoformat(profile["run"]["run_date"]) if profile["run"] else date.max
    lines: list[str] = []
    number = 0
    for kind, rows in grouped(assets, "kind"):
        lines.append(f"  【{words_zh.say('asset_kind', kind)}】")
        for asset in rows:
            number += 1
            evidence = [links[link] for link in asset["links"] if link in links]
            lines += report_asset_zh.block(asset, number, today, evidence, explain)
    return lines


def _represented(profile: Row) -> list[str]:
    """Companies led without a share: a clue to what may be held through others."""
    told = represented(profile)
    return [heading("公司线索"), *(line for fact in told for line in wrap(fact, first="  "))] if told else []


def _past(profile: Row) -> list[str]:
    past = [row for row in profile["assets"] if not row["is_current"]]
    if not past:
        return []
    rows = [
        [
            words_zh.say("asset_kind", row["kind"]),
            identifier(row),
            words_zh.statuses(row["status"]),
            row["location"] or row["title"] or "",
            day(row["last_seen"]),
        ]
        for row in past
    ]
    return [
        heading(f"曾有财产（{len(past)} 件，登记已失效、账户已销或不再查得）"),
        *table(["种类", "标识", "状态", "坐落或名称", "最近确认"], rows),
    ]
