"""Pages of a list, and the cursors that lead from one to the next.

A publication never changes, so a cursor is a place in it. It is sealed together with the question: one of another
question is refused, and one of an earlier publication is told apart, because there the places were others.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import GenericAlias
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

from core.errors import ConflictError, UsageError
from profiles import query
from web.context import Context
from web.publications import Reader

T = TypeVar("T")

MOST, USUAL = 200, 50
_BAD = "cursor 不属于此查询"
_AGAIN = "不带 cursor，从第一页重新开始"


class Asked(BaseModel):
    """Which page of a list is wanted."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MOST, description="每页多少条")] = USUAL
    cursor: Annotated[
        str | None,
        Field(max_length=300, pattern="^[A-Za-z0-9_-]+$", description="上一页答复中的 next_cursor；第一页不写"),
    ] = None


class Page(BaseModel):
    """列表的一页。"""

    publication: str = Field(description="所依据的档案库：发布它的运行编号")
    business_date: date | None = Field(description="档案库的业务日期")
    next_cursor: str | None = Field(description="下一页的 cursor；没有下一页为空")


def page_of(row: type[BaseModel]) -> type[Page]:
    """The model of a page of such rows."""
    items: Any = (GenericAlias(list, (row,)), Field(description="本页各条"))
    return create_model(f"{row.__name__}Page", __base__=Page, __doc__=f"{row.__doc__}的一页", items=items)


def publication(reader: Reader) -> str:
    """What names the publication that is read."""
    return str(reader.run["run_id"]) if reader.run else "none"


@dataclass(frozen=True)
class Cut:
    """Which part of a list is wanted. `question` is everything that makes the list, `limit` not."""

    context: Context
    reader: Reader
    question: str
    start: int
    limit: int

    @classmethod
    def at(cls, context: Context, reader: Reader, question: Sequence[object], asked: Asked) -> Cut:
        """Where the cursor leads, or the beginning. UsageError if it is none of this question, ConflictError if it is
        of another publication."""
        first = cls(context, reader, "\x1f".join(map(str, question)), 0, asked.limit)
        return first if asked.cursor is None else replace(first, start=first._place(asked.cursor))

    @property
    def bounds(self) -> dict[str, int]:
        """LIMIT and OFFSET of a statement: one row more than the page holds tells whether there is another."""
        return {"limit": self.limit + 1, "start": self.start}

    def page(self, kind: type[Page], rows: Sequence[query.Row]) -> Page:
        """The page, of the rows that `bounds` left."""
        run = self.reader.run
        following = self._cursor(self.start + self.limit) if len(rows) > self.limit else None
        return kind.model_validate(
            {
                "publication": publication(self.reader),
                "business_date": run["run_date"] if run else None,
                "next_cursor": following,
                "items": rows[: self.limit],
            }
        )

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        """What `bounds` would have left of a whole list."""
        return rows[self.start : self.start + self.limit + 1]

    def _cursor(self, place: int) -> str:
        published = publication(self.reader)
        text = f"{place}:{published}:{self._seal(place, published)}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _place(self, cursor: str) -> int:
        try:
            text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        except (binascii.Error, ValueError):
            raise UsageError(_BAD, do=_AGAIN) from None
        place, _, rest = text.partition(":")
        published, _, seal = rest.rpartition(":")
        if not (place.isdecimal() and len(place) < 10 and published):
            raise UsageError(_BAD, do=_AGAIN)
        if not hmac.compare_digest(seal, self._seal(int(place), published)):
            raise UsageError(_BAD, do=_AGAIN)
        if published != publication(self.reader):
            raise ConflictError("档案库已经更新，cursor 属于此前的档案库", do=_AGAIN)
        return int(place)

    def _seal(self, place: int, published: str) -> str:
        text = "\x1f".join(("cursor", self.question, published, str(place)))
        return hmac.new(self.context.audit_key, text.encode(), hashlib.sha256).hexdigest()[:24]
