"""案件系统查询查控接口的示例：依一件案件查找被执行人，列出该案的建议措施。只用 Python 标准库。

要查找的内容（姓名、证件号码）从标准输入读取，密钥从环境变量读取：都不写在命令行里，同一台机器上的其他用户看不到。

    echo 测试甲 | CHAKONG_KEY=chk_… python case_system_client.py --url https://chakong.court --officer GW000001 --case （2026）测0499执1号
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

Answer = dict[str, Any]
CHANGED = 409


class Refused(Exception):
    """The API's answer that is none: RFC 9457."""

    def __init__(self, problem: Answer) -> None:
        self.problem = problem
        super().__init__(f"{problem['title']}（{problem['status']}）：{problem['detail']}")


class Client:
    """One officer's questions under one case."""

    def __init__(self, url: str, key: str, officer: str, case_no: str) -> None:
        self._url = url.rstrip("/") + "/api/v1"
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Chakong-Officer": officer,
            "Chakong-Case": quote(case_no, safe=""),  # headers hold ASCII alone
        }

    def search(self, words: str) -> list[Answer]:
        """Whom the words may mean."""
        return list(self._post("/search", {"words": words})["items"])

    def targets(self, debtor_id: str) -> list[Answer]:
        """The recommended measures against a debtor in this case, best first, all pages of them."""
        try:
            return list(self._pages(f"/debtors/{debtor_id}/targets"))
        except Refused as error:
            if error.problem["status"] != CHANGED:
                raise
            return list(self._pages(f"/debtors/{debtor_id}/targets"))  # a new night was published while we read

    def _pages(self, path: str) -> Iterator[Answer]:
        cursor = None
        while True:
            page = self._send(Request(f"{self._url}{path}?{urlencode({'cursor': cursor} if cursor else {})}"))
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _post(self, path: str, body: Answer) -> Answer:
        request = Request(self._url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        return self._send(request)

    def _send(self, request: Request) -> Answer:
        for name, value in self._headers.items():
            request.add_header(name, value)
        try:
            with urlopen(request, timeout=30) as answer:
                told: Answer = json.load(answer)
                return told
        except HTTPError as error:
            with error:
                raise Refused(json.load(error)) from None


def main() -> int:
    """Ask, and print one line per measure."""
    parser = argparse.ArgumentParser(description="依一件案件查找被执行人，列出建议措施")
    parser.add_argument("--url", required=True, help="查控网页的地址")
    parser.add_argument("--officer", required=True, help="为哪位人员查询：工号")
    parser.add_argument("--case", required=True, help="案号，须由该人员承办")
    options = parser.parse_args()
    client = Client(options.url, os.environ["CHAKONG_KEY"], options.officer, options.case)
    try:
        for debtor in client.search(sys.stdin.readline().strip()):
            if options.case not in (debtor["case_nos"] or []):
                continue  # a namesake in another case
            print(f"{debtor['name']}　{debtor['id_number']}　尚欠 {debtor['claim_balance']} 元")
            for target in client.targets(debtor["debtor_id"]):
                print(
                    f"  {target['rank']}. {target['recommended_measure']} {target['amount_to_control']} 元"
                    f"　送达 {target['addressee']}　依据 {target['legal_basis']}"
                )
    except Refused as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
