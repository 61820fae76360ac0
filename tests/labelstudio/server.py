"""A real Label Studio for tests, what tests plant in it, and its backups."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tools import labelstudio

CONFIGURATION = """<View>
  <Labels name="spans" toName="text">
    <Label value="actor"/><Label value="claim"/><Label value="STATEMENT"/>
  </Labels>
  <Choices name="stance" toName="text" perRegion="true">
    <Choice value="support"/><Choice value="oppose"/>
  </Choices>
  <Text name="text" value="$text"/>
</View>"""
PASSWORD = "labelstudio1"
# The server closes connections that idle, and a call on one just closed would fail.
IDLE_LIMIT_S = 1.0


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with an account on the server."""

    id: int
    email: str
    token: str


class LabelStudio:
    """The server of one run of the tests: raw calls, without any of the code under test.

    Each test makes projects of its own, and changes nothing that others rely on.
    """

    def __init__(self, folder: Path) -> None:
        self.program = labelstudio.Program(folder)
        self.url = self.program.url
        self.email = labelstudio.EMAIL
        self.password = labelstudio.PASSWORD
        self.token = labelstudio.TOKEN
        # A connection a call would cost more than most of the calls.
        self._client = httpx.Client(
            base_url=self.url, timeout=120, trust_env=False, verify=False,
            limits=httpx.Limits(keepalive_expiry=IDLE_LIMIT_S),
        )  # fmt: skip
        self._members: dict[str, Member] = {}
        self._personal: str | None = None

    def start(self) -> None:
        self.program.start()

    def stop(self) -> None:
        self.program.stop()

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        member: Member | None = None,
        status: int | None = None,
    ) -> Any:
        """One HTTP call with a legacy token; the JSON of its answer, which must be a success.

        Args:
            method: Of HTTP.
            path: With its first slash.
            body: Sent as JSON.
            member: Who calls; None for the administrator.
            status: The status that is expected instead of a success.
        """
        answer = self._client.request(
            method,
            path,
            json=body,
            headers={"Authorization": f"Token {member.token if member else self.token}"},
        )
        # Who calls is said by the token alone.
        self._client.cookies.clear()
        right = answer.is_success if status is None else answer.status_code == status
        assert right, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    # Planting

    def new_project(self, title: str = "A test's", configuration: str = CONFIGURATION) -> int:
        """A new project; its number."""
        body = {"title": title, "label_config": configuration}
        return int(self.call("POST", "/api/projects/", body)["id"])

    def plant(self, project: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        """Import tasks; their numbers."""
        path = f"/api/projects/{project}/import?return_task_ids=true"
        return [int(one) for one in self.call("POST", path, list(tasks))["task_ids"]]

    def annotate(
        self,
        task: int,
        result: Sequence[Mapping[str, Any]],
        member: Member | None = None,
        **more: Any,
    ) -> Any:
        """A new annotation, made by somebody; ``more`` are further keys of it."""
        path = f"/api/tasks/{task}/annotations/"
        return self.call("POST", path, {"result": list(result), **more}, member=member)

    def draft(
        self, task: int, result: Sequence[Mapping[str, Any]], member: Member | None = None
    ) -> Any:
        """A draft that somebody has begun."""
        body = {"result": list(result), "lead_time": 1}
        return self.call("POST", f"/api/tasks/{task}/drafts", body, member=member)

    def change(self, annotation: int, member: Member | None = None, **keys: Any) -> Any:
        """Change an annotation as its editor there does."""
        return self.call("PATCH", f"/api/annotations/{annotation}/", keys, member=member)

    def delete(self, kind: str, number: int) -> None:
        """Delete one of ``annotations``, ``predictions``, ``tasks`` or ``projects``."""
        self.call("DELETE", f"/api/{kind}/{number}/")

    def tasks(self, project: int) -> list[Any]:
        """All tasks of a project, whole, by number."""
        path = f"/api/tasks?project={project}&fields=all&page_size=1000&resolve_uri=false"
        tasks: list[Any] = self.call("GET", path)["tasks"]
        return tasks

    def member(self, email: str) -> Member:
        """The account with an e-mail address, which signs up unless it did."""
        if email not in self._members:
            self._members[email] = self._sign_up(email)
        return self._members[email]

    def personal_token(self) -> str:
        """The personal access token of the administrator, who may have one at a time."""
        if self._personal is None:
            self._personal = str(self.call("POST", "/api/token/")["token"])
        return self._personal

    @contextmanager
    def without_legacy_tokens(self) -> Iterator[None]:
        """Legacy tokens are switched off within the block."""
        with self._browser() as browser:
            self._sign_in(browser)
            self._switch(browser, legacy=False)
            try:
                yield
            finally:
                self._switch(browser, legacy=True)

    # Backups

    def backup(self, to: Path) -> None:
        """Copy the database; SQLite does that while the server runs."""
        self.personal_token()  # In every copy, because the server tells it only once.
        _copy(self.program.database, to)

    def restore(self, copy: Path) -> None:
        """Put what a copy of the database holds in the place of what is there, all at once.

        The server keeps nothing of its database between two requests, so it need not be started
        anew, which takes longer than a test.
        """
        _copy(copy, self.program.database)
        self._members.clear()

    def _sign_up(self, email: str) -> Member:
        with self._browser() as browser:
            form = {"email": email, "password": PASSWORD}
            if any(one["email"] == email for one in self.call("GET", "/api/users/")):
                self._sign_in(browser, email, PASSWORD)
            else:
                self._submit(browser, "/user/signup/", form)
            who = browser.get("/api/current-user/whoami").json()
            token = browser.get("/api/current-user/token").json()["token"]
        return Member(int(who["id"]), email, str(token))

    def _sign_in(self, browser: httpx.Client, email: str = "", password: str = "") -> None:
        form = {"email": email or self.email, "password": password or self.password}
        self._submit(browser, "/user/login/", form)

    def _submit(self, browser: httpx.Client, path: str, form: Mapping[str, str]) -> None:
        page = browser.get(path)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert found, page.text[:500]
        answer = browser.post(path, data={**form, "csrfmiddlewaretoken": found[1]})
        assert answer.is_redirect, f"{path}: {answer.status_code}"

    def _switch(self, browser: httpx.Client, *, legacy: bool) -> None:
        answer = browser.post(
            "/api/jwt/settings",
            json={"api_tokens_enabled": True, "legacy_api_tokens_enabled": legacy},
            headers={"X-CSRFToken": browser.cookies.get("csrftoken", "")},
        )
        assert answer.is_success, answer.text

    def _browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, trust_env=False, verify=False, timeout=60)


def _copy(database: Path, to: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
