"""Drafts of the court's letters, from templates that a court can edit in its word processor.

A template is a DOCX with fields such as ``{{ case_no }}`` (docs/how-to/export.md). It is filled in a sandbox, values
are never read as template text, and a header without the mark 草稿 refuses the whole letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from core.errors import SettingsError
from exports import word
from exports.imprint import CLUE_ZH, Imprint
from exports.text import printable

#: A value that is not known, to be filled in by hand.
BLANK = "____"
DRAFT = "草稿"


class Fields:
    """The fields of one letter: what is unknown becomes a visible blank and is listed for the person who signs."""

    def __init__(self, imprint: Imprint) -> None:
        self._values: dict[str, Any] = {
            "court": printable(imprint.court_name),
            "night": printable(imprint.night_zh),
            "clue": CLUE_ZH,
        }
        self._blanks: list[str] = []

    def __call__(self, name: str, title: str, value: str | None) -> None:
        """Field `name`, called `title` where it has to be listed as unknown."""
        if value is None or not value.strip():
            self._values[name] = BLANK
            self._blanks.append(title)
        else:
            self._values[name] = printable(value)

    def lists(self, **lists: list[str]) -> None:
        """Fields that a template repeats a paragraph over."""
        self._values |= {name: [printable(text) for text in texts] for name, texts in lists.items()}

    @property
    def values(self) -> dict[str, Any]:
        """All fields, and in ``blanks`` the titles of those that are unknown."""
        return {**self._values, "blanks": list(self._blanks)}


def template(name: str, own: Path | None) -> Path:
    """The template `name`.docx: the site's, if its folder `own` holds one. SettingsError where there is no folder."""
    if own is not None and not own.is_dir():
        raise SettingsError("文书模板目录不存在", where=str(own), do="更正 chakong.toml 的 export_templates")
    if own is not None and (own / f"{name}.docx").exists():
        return own / f"{name}.docx"
    return Path(str(resources.files("exports").joinpath("templates", f"{name}.docx")))


def write(file: Path, values: Mapping[str, Any], imprint: Imprint, title: str, path: Path) -> None:
    """Fill the template `file` and write the letter to `path`, whole or not at all.

    SettingsError where the template is no DOCX, names a field that there is not, is faulty, or does not mark a page as
    draft.
    """
    made = _filled(file, values)
    for section in made.sections:
        headers = [section.header]
        headers += [section.first_page_header] if section.different_first_page_header_footer else []
        headers += [section.even_page_header] if made.settings.odd_and_even_pages_header_footer else []
        if any(DRAFT not in "".join(text.text for text in header.paragraphs) for header in headers):
            raise SettingsError(
                f"文书模板的页眉没有“{DRAFT}”字样", where=file.name, do="每一节、每一种页眉都要写明草稿"
            )
    word.save(made, imprint, title, path)


def _filled(file: Path, values: Mapping[str, Any]) -> Any:
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        made = DocxTemplate(str(file))
        made.render(dict(values), environment)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise SettingsError(
            "文书模板不是 DOCX 文件", where=file.name, do="用 Word 或 LibreOffice 另存为 docx"
        ) from error
    except UndefinedError as error:
        known = "、".join(sorted(values))
        raise SettingsError(
            f"文书模板用了没有的字段：{error.message}", where=file.name, do=f"可用的字段：{known}"
        ) from error
    except TemplateError as error:
        raise SettingsError(
            f"文书模板有误：{type(error).__name__}", where=file.name, do="检查花括号是否成对"
        ) from error
    return made.docx
