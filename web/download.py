"""Files that a page hands out."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def attachment(content: bytes, name: str) -> Response:
    """A file to be saved under `name`, which may be Chinese and names nobody."""
    form = name.rsplit(".", 1)[-1]
    disposition = f"attachment; filename=\"chakong.{form}\"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=TYPES[form], headers={"Content-Disposition": disposition})
