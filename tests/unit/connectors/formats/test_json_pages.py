from __future__ import annotations

import json

import delivered_forms as forms
import pytest
from read_back import Reader

from core.errors import DeliveryError


def test_projects_documents_and_applications(read: Reader) -> None:
    result = read("development", forms.page())
    assert result.report.rows == {"projects": 2, "documents": 1, "applications": 1}
    first, second = result.rows("projects")
    assert (first["investment"], first["updated_at"]) == ("12000.5", "1795396500000")
    assert second == {"op": "D", "project_code": "2019-370499-47-03-000009", "_row_no": 2}
    assert result.values("project_code", "documents") == ["2026-370499-47-03-000001"]


def test_the_page_object_goes_to_the_report(read: Reader) -> None:
    assert read("development", forms.page()).report.head == {
        "snapshot": "S20261123-01",
        "mode": "delta",
        "page": 1,
        "size": 200,
        "total_pages": 1,
        "total_rows": {"projects": 2, "documents": 1, "applications": 1},
        "data_as_of": "2026-11-23T20:00:00",
        "extracted_at": "2026-11-23T20:06:40",
    }


def test_decimals_come_from_their_literal_text(read: Reader) -> None:
    data = forms.page().replace(b"12000.5", b"1200000000000000.10000")
    assert read("development", data).values("investment", "projects")[0] == "1200000000000000.10000"


def test_unknown_keys_are_a_warning(read: Reader) -> None:
    items = [{**json.loads(forms.page())["items"][1], "other": 1}]
    result = read("development", forms.page(items=items, further=1))
    assert result.warned == ["unexpected_layout", "unexpected_layout"]


def test_an_item_that_is_no_object_is_an_unreadable_record(read: Reader) -> None:
    result = read("development", forms.page(items=[1, {"op": "D", "projectCode": "x"}]))
    assert [row.get("_defect") for row in result.rows("projects")] == ["unreadable_record", None]


def test_undecodable_bytes_touch_only_their_row(read: Reader) -> None:
    result = read("development", forms.page().replace("测发改备".encode(), b"\xff\xfe"))
    assert [row["_defect"] for row in result.rows("documents")] == ["decode_failed"]
    assert result.report.defects["projects"] == {}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"code":1004,"message":"extract not ready"}', "code 1004 instead of 0"),
        (b'{"message":"ok"}', "code no number instead of 0"),
        (b'{"code":0}', "no array of items"),
        (b'{"code":0,"items":{}}', "no array of items"),
        (b"", "no JSON"),
        (b"[]", "no JSON object"),
        (b"[" * 200_000, "no JSON"),
        (forms.page()[:-9], "no JSON"),
    ],
)
def test_what_is_no_page_is_refused(read: Reader, data: bytes, said: str) -> None:
    with pytest.raises(DeliveryError, match=said) as caught:
        read("development", data)
    assert caught.value.verdict == "unexpected_layout"


def test_a_page_that_does_not_say_which_page_it_is_is_refused(read: Reader) -> None:
    with pytest.raises(DeliveryError, match="does not state its page, total_rows"):
        read("development", forms.page(page="x", totalRows=5))


def test_a_time_that_makes_no_sense_is_left_out(read: Reader) -> None:
    assert "data_as_of" not in read("development", forms.page(dataAsOf=10**17)).report.head
