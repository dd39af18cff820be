"""Walk through the self-check as a browser without JavaScript would, for the tests of its pages and results."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask.testing import FlaskClient

from tests.web.page_check import Element, check_page

NAME = "深圳市罗湖示例珠宝有限公司"
DAY = "2020-05-01"
RD = "luohu-rd-2020"  # 国高按上年研发投入的 5%，最高 300 万元


@dataclass
class Visitor:
    """A person with a browser; every page it sees is checked as every page is."""

    client: FlaskClient
    kept_token: str = ""

    def get(self, path: str, status: int = 200) -> Element:
        """Open an address."""
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{answer.text[:800]}"
        return check_page(answer.text)

    def token(self) -> str:
        """Return a CSRF token of this session."""
        self.kept_token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/self-check").text)[1]
        return self.kept_token

    def post(self, path: str, status: int = 200, **fields: str | list[str]) -> Element:
        """Send a form and follow where it leads."""
        answer = self.send(path, **fields)
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{answer.text[:800]}"
        return check_page(answer.text)

    def send(self, path: str, **fields: str | list[str]):
        """Send a form and return the last answer."""
        data = {name.replace("__", "."): value for name, value in fields.items()}
        token = self.kept_token or self.token()
        return self.client.post(path, data={"csrf_token": token, **data}, follow_redirects=True)

    def begin(self, **more: str | list[str]) -> Element:
        """Begin an interview."""
        return self.post("/self-check", **{"applicant": "enterprise", "who": NAME, "day": DAY, **more})

    def answer(self, key: str, value: str, status: int = 200, **more: str) -> Element:
        """Answer one question."""
        return self.post(f"/self-check/questions/{key}", status, **{"do": "next", "a__value": value, **more})

    def skip(self) -> Element:
        """Skip the question that comes next."""
        (form,) = [one for one in self.get("/self-check/next").all("form") if "/questions/" in one.attributes["action"]]
        return self.post(form.attributes["action"], do="skip")

    def result(self) -> str:
        """Answer what the R&D program asks for and return the address of the result."""
        self.begin()
        self.post(
            "/self-check/all",
            **{
                "registered_in__value": "罗湖区",
                "rd_expense@2019__value": "2000万",
                "hitech_until__value": "2021-12-31",
            },
        )
        answer = self.client.post("/self-check/result", data={"csrf_token": self.token()})
        assert answer.status_code == 303, answer.text[:500]
        return answer.headers["Location"]
