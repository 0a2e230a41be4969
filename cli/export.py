"""``chakong export``: files for people, from the published database, read-only."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.main import FINE
from cli.profile import named, opened, published
from core.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    import duckdb

    from core.settings import Settings
    from exports.document import Document
    from exports.imprint import Imprint

Profile = dict[str, Any]


def profile(options: argparse.Namespace) -> int:
    """Each debtor that the query names, in each form asked for."""
    from exports import profile_json, profile_report, workbook
    from matching.sentence import evidence_sentence_zh

    with opened(options) as con:
        imprint, _ = _night(con)
        for found in named(con, options.query):
            for form in options.format:
                path = _path(options.to, imprint, "财产档案", found["debtor"]["debtor_id"], form)
                if form == "xlsx":
                    workbook.write(found, imprint, path, evidence_sentence_zh)
                elif form == "json":
                    profile_json.write(found, imprint, path)
                else:
                    _document(profile_report.document(found, imprint, evidence_sentence_zh), form, path)
                    continue
                _say(path)
    return FINE


def inquiry(options: argparse.Namespace) -> int:
    """财产查控反馈 of each debtor; where the query is a case number, of that case alone."""
    from exports import cases, inquiry_report
    from profiles import query

    with opened(options) as con:
        imprint, _ = _night(con)
        of_case = cases.debtors(con, options.query)
        found: list[tuple[Profile, str | None]] = [(query.profile(con, debtor), case) for debtor, case in of_case]
        found = found or [(entry, None) for entry in named(con, options.query)]
        for entry, case in found:
            made = inquiry_report.document(entry, imprint, case)
            for form in options.format:
                _document(
                    made, form, _path(options.to, imprint, "财产查控反馈", case, entry["debtor"]["debtor_id"], form)
                )
    return FINE


def night(options: argparse.Namespace) -> int:
    """The night's report for the command centre."""
    from exports import night_report

    with opened(options) as con:
        imprint, _ = _night(con)
        made = night_report.document(con, imprint)
        for form in options.format:
            _document(made, form, _path(options.to, imprint, "夜间对账报告", form))
    return FINE


def worklist(options: argparse.Namespace) -> int:
    """What each judge has to look at, or one judge."""
    from exports import night_report

    with opened(options) as con:
        imprint, _ = _night(con)
        judges = [options.judge] if options.judge else night_report.judges(con)
        for judge in judges:
            made = night_report.worklist(con, imprint, judge)
            for form in options.format:
                _document(made, form, _path(options.to, imprint, "待办清单", judge or "未载", form))
    return FINE


def notice(options: argparse.Namespace) -> int:
    """A draft of the notice to assist in enforcement for every target of a case, or for one."""
    from exports import letters
    from exports import notice as letter

    with published(options.store) as con:
        imprint, settings = _night(con)
        template = letters.template(letter.TEMPLATE, _own_templates(settings))
        written = 0
        for found, case_no in _of_case(con, options.case, options.debtor):
            for target in found["targets"]:
                if target["case_no"] != case_no or options.rank not in (None, target["rank"]):
                    continue
                debtor = found["debtor"]["debtor_id"]
                path = _path(
                    options.to, imprint, f"{letter.TITLE}草稿", case_no, debtor, f"第{target['rank']}项", "docx"
                )
                letters.write(template, letter.fields(found, target, imprint), imprint, letter.TITLE, path)
                _say(path)
                written += 1
    if not written:
        raise NotFoundError("该案没有这样的建议措施", do="用 chakong targets 查看建议措施和顺序")
    return FINE


def suggestion(options: argparse.Namespace) -> int:
    """A draft of the judicial suggestion to every unit that owes an answer in a case, or to one."""
    from exports import letters
    from exports import suggestion as letter

    with published(options.store) as con:
        imprint, settings = _night(con)
        template = letters.template(letter.TEMPLATE, _own_templates(settings))
        of_case = _of_case(con, options.case, None)
        profiles, case_no = [found for found, _ in of_case], of_case[0][1]
        owing = [source for source in letter.owing(profiles) if options.source in (None, source)]
        for source in owing:
            path = _path(options.to, imprint, f"{letter.TITLE}草稿", case_no, source, "docx")
            letters.write(template, letter.fields(profiles, case_no, source, imprint), imprint, letter.TITLE, path)
            _say(path)
    if not owing:
        raise NotFoundError("该案没有这样的未答复来源", do="用 chakong export inquiry 查看各来源的反馈")
    return FINE


def _night(con: duckdb.DuckDBPyConnection) -> tuple[Imprint, Settings]:
    from core.settings import load_settings
    from exports import imprint

    settings = load_settings()
    return imprint.read(con, settings), settings


def _own_templates(settings: Settings) -> Path | None:
    return Path(settings.export_templates) if settings.export_templates else None


def _of_case(con: duckdb.DuckDBPyConnection, wanted: str, debtor: str | None) -> list[tuple[Profile, str]]:
    from exports import cases
    from profiles import query

    found = [(each, case_no) for each, case_no in cases.debtors(con, wanted) if debtor in (None, each)]
    if not found:
        raise NotFoundError("没有这一案件，或者案件中没有这名被执行人", do="核对案号和档案编号")
    return [(query.profile(con, each), case_no) for each, case_no in found]


def _document(made: Document, form: str, path: Path) -> None:
    from exports import pdf, word

    write: Callable[[Document, Path], None] = pdf.write if form == "pdf" else word.write
    write(made, path)
    _say(path)


def _path(folder: Path, imprint: Imprint, *parts: str | None) -> Path:
    """Folder, then the parts that are known, and the night; the last part is the form. Never a debtor's name."""
    if folder.exists() and not folder.is_dir():
        raise UsageError("--to 不是目录", where=str(folder), do="写一个目录")
    *names, form = (part for part in parts if part)
    safe = [re.sub(r"\W+", "", name) for name in names]
    return folder / f"{'_'.join([*safe, f'{imprint.business_date:%Y%m%d}'])}.{form}"


def _say(path: Path) -> None:
    print(f"已写出 {path}")
