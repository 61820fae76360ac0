"""A Label Studio server, as a sync needs it: each call of its API once, in our words.

Its JSON is handed on as it comes; `exports.formats.labelstudio` knows what it means.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from annotate.labelstudio import listing, reaching
from annotate.labelstudio.problems import MayHaveArrived, ServerProblem
from annotate.labelstudio.token import Token
from annotate.labelstudio.wire import ATTEMPTS, FIRST_PAUSE_S, Wire

Json = dict[str, Any]
TITLE_LENGTHS = (3, 50)
PROJECTS_PAGE = 100
# How often a change is sent, each time after a look whether the last one has arrived.
UPDATES = 3
_PROJECT = "id,title,created_at,label_config,task_number,total_annotations_number"


@dataclass(frozen=True, slots=True)
class RemoteProject:
    """A project of Label Studio.

    Args:
        id: Its number, which may be given again after a deletion.
        created_at: When it was made, as the server writes it.
        title: Its title there.
        configuration: Its labelling configuration, XML.
        tasks: How many tasks it has.
        annotations: How many annotations, skipped ones left out.
    """

    id: int
    created_at: str
    title: str
    configuration: str
    tasks: int
    annotations: int


def connect(
    url: str, token: str, *, timeout_s: float = 60.0, pause_s: float = FIRST_PAUSE_S
) -> Server:
    """Reach a server and see that it will have us.

    Args:
        url: Its address; an address of one of its pages will do.
        token: A legacy token or a personal access token of an account.
        timeout_s: How long any answer may take, in seconds.
        pause_s: How long to wait before a request is first repeated, in seconds; then ever longer.

    Raises:
        ServerProblem: with the ``reason`` why not.
    """
    # Whoever enters an address waits for the answer; a sync has time.
    wire = Wire(
        reaching.root_of(url), Token(token), timeout_s=timeout_s, attempts=2, pause_s=pause_s
    )
    try:
        version = reaching.version(wire)
        account = reaching.account(wire)
    except BaseException:
        wire.close()
        raise
    wire.attempts = ATTEMPTS
    return Server(wire, account, version)


class Server:
    """A Label Studio server and an account on it. Made by `connect`.

    Reads and whatever may be repeated are sent again after a failure, with growing pauses.

    Args:
        wire: The connection.
        account: The account's e-mail address, in lower case.
        version: The server's, such as ``1.23.2``.
    """

    def __init__(self, wire: Wire, account: str, version: str) -> None:
        self._wire = wire
        self.url = wire.root
        self.account = account
        self.version = version

    def __repr__(self) -> str:
        return f"Server({self.url!r}, {self.account!r})"

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._wire.close()

    # Projects and people

    def create_project(
        self, title: str, configuration: str, instruction: str = ""
    ) -> RemoteProject:
        """Make a project.

        Args:
            title: Is cut, or added to, where the server wants another length.
            configuration: The labelling configuration.
            instruction: Shown to annotators before they begin; may be empty.

        Raises:
            MayHaveArrived: if it may have been made without our hearing of it.
        """
        body = {
            "title": _fitting(title),
            "label_config": configuration,
            "expert_instruction": instruction,
            "show_instruction": bool(instruction),
        }
        return _project(self._wire.send("POST", "/api/projects/", body, repeatable=False))

    def project(self, project: int) -> RemoteProject | None:
        """A project; None if it is not there (any more)."""
        found = self._wire.get(f"/api/projects/{project}/", include=_PROJECT)
        return None if found is None else _project(found)

    def projects(self) -> list[RemoteProject]:
        """All projects that the account sees, by number."""
        found: list[RemoteProject] = []
        page = 1
        while True:
            answer = self._wire.get(
                "/api/projects/",
                page=page,
                page_size=PROJECTS_PAGE,
                ordering="id",
                include=_PROJECT,
            )
            found += map(_project, (answer or {}).get("results", ()))
            if not answer or not answer.get("next"):
                return found
            page += 1

    def set_configuration(self, project: int, configuration: str, instruction: str) -> None:
        """Give a project another labelling configuration and instruction.

        Raises:
            ServerProblem: ``refused`` if the server cannot read it; labels that are in use and
                not in it are no reason.
        """
        body = {"label_config": configuration, "expert_instruction": instruction}
        self._must(self._wire.send("PATCH", f"/api/projects/{project}/", body, repeatable=True))

    def users(self) -> dict[int, str]:
        """The e-mail addresses of all who belong to the account's organisation, by number.

        In the Community edition all of them read all projects.
        """
        answer = self._wire.get("/api/users/") or ()
        return {int(one["id"]): str(one["email"]).lower() for one in answer}

    # Tasks

    def changed_tasks(
        self, project: int, since: str | None, *, touched: bool = False
    ) -> Iterator[Json]:
        """Whole tasks in which something has changed, the oldest change first.

        A task that changes while they are read comes again, with its later time.

        Args:
            project: Its number.
            since: A task's ``updated_at`` from which on, itself included; None for all tasks.
            touched: Leave out those that nobody has worked on since they were imported.
        """
        return listing.changed(self._wire, project, since, touched=touched)

    def newest_change(self, project: int) -> str | None:
        """The latest ``updated_at`` of all tasks; None without any."""
        return listing.newest(self._wire, project)

    def tasks(self, project: int, ids: Collection[int]) -> Iterator[Json]:
        """Whole tasks by number, in that order; those that are gone are left out."""
        return listing.whole(self._wire, project, ids)

    def task_ids(self, project: int) -> set[int]:
        """The numbers of all tasks: about half a second a thousand."""
        return listing.ids(self._wire, project)

    def drafted_tasks(self, project: int) -> set[int]:
        """The numbers of the tasks with drafts of anybody, which change nothing else of a task."""
        return listing.drafted(self._wire, project)

    def import_tasks(self, project: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        """Make tasks with their annotations and predictions: all of them, or none.

        Returns:
            Their numbers, in the same order.

        Raises:
            MayHaveArrived: if they may have been made without our hearing of it, now or in a
                moment: the server goes on when a connection breaks.
        """
        answer = self._must(
            self._wire.send(
                "POST",
                f"/api/projects/{project}/import",
                list(tasks),
                query={"return_task_ids": "true"},
                repeatable=False,
            )
        )
        if len(answer.get("task_ids") or ()) != len(tasks):
            raise MayHaveArrived(
                "Label Studio at {url} does not say which tasks it has made",
                "Synchronise again: what has arrived is found there",
                url=self.url,
            )
        return [int(one) for one in answer["task_ids"]]

    def set_meta(self, task: int, meta: Mapping[str, Any]) -> None:
        """Change what a task says of itself.

        Raises:
            ServerProblem: ``missing`` if the task is gone.
        """
        path = f"/api/tasks/{task}/"
        self._must(self._wire.send("PATCH", path, {"meta": dict(meta)}, repeatable=True))

    def delete_task(self, task: int) -> None:
        """Delete a task with all that is in it; one that is gone already is no problem."""
        self._wire.send("DELETE", f"/api/tasks/{task}/", repeatable=True)

    # Annotations and predictions

    def create_annotation(self, task: int, body: Mapping[str, Any]) -> Json:
        """Add an annotation to a task, once, however often it must be sent.

        Args:
            task: The task's number.
            body: With a ``unique_id`` (a UUID) if an earlier run may have sent it already; it is
                unique on the whole server.

        Raises:
            ServerProblem: ``missing`` if the task is gone; ``refused`` if one with that
                ``unique_id`` is elsewhere, or has been changed since.
        """
        sent = {"unique_id": str(uuid.uuid4()), **body}
        path = f"/api/tasks/{task}/annotations/"
        answer = self._wire.send("POST", path, sent, repeatable=True, taken=409)
        if answer is not Wire.TAKEN:
            return cast("Json", self._must(answer))
        alike = [one for one in self._must(self._wire.get(path)) if one["result"] == sent["result"]]
        if not alike:
            raise ServerProblem(
                "refused",
                "Label Studio at {url} has this annotation already, on another task or changed",
                "Synchronise again: what is there is read first",
                url=self.url,
            )
        return cast("Json", alike[-1])

    def annotation(self, annotation: int) -> Json | None:
        """An annotation; None if it is gone."""
        return cast("Json | None", self._wire.get(f"/api/annotations/{annotation}/"))

    def update_annotation(
        self, annotation: int, body: Mapping[str, Any], *, seen: str | None = None
    ) -> Json:
        """Change an annotation; a ``result`` in ``body`` takes the place of the whole one.

        Args:
            annotation: Its number.
            body: What is to be changed.
            seen: Its ``updated_at`` as it was read; nothing is changed if it is another by now.

        Raises:
            ServerProblem: ``missing`` if it is gone; ``refused`` if it is not as it was seen.
            MayHaveArrived: if it may have been done without our hearing of it, and ``seen`` does
                not say what was there before.
        """
        path = f"/api/annotations/{annotation}/"
        for sent in range(UPDATES):
            if seen is not None:
                there = self._must(self.annotation(annotation))
                if sent and all(there.get(key) == value for key, value in body.items()):
                    return cast("Json", there)
                if there["updated_at"] != seen:
                    raise ServerProblem(
                        "refused",
                        "The annotation was changed in Label Studio just now",
                        "Synchronise again: the change is read first",
                    )
            try:
                answer = self._wire.send("PATCH", path, body, repeatable=False)
            except MayHaveArrived:
                # Not repeated blindly: what somebody changed there in between would be lost.
                if seen is None or sent == UPDATES - 1:
                    raise
            else:
                return cast("Json", self._must(answer))
        raise AssertionError("a change is sent once at least")

    def create_prediction(self, task: int, body: Mapping[str, Any]) -> Json:
        """Add a prediction to a task.

        Raises:
            ServerProblem: ``missing`` if the task is gone.
            MayHaveArrived: if it may have been made without our hearing of it.
        """
        sent = {"task": task, **body}
        return cast(
            "Json", self._must(self._wire.send("POST", "/api/predictions/", sent, repeatable=False))
        )

    def update_prediction(self, prediction: int, body: Mapping[str, Any]) -> Json:
        """Change a prediction, which nobody edits there.

        Raises:
            ServerProblem: ``missing`` if it is gone.
        """
        path = f"/api/predictions/{prediction}/"
        return cast("Json", self._must(self._wire.send("PATCH", path, body, repeatable=True)))

    def _must(self, answer: Any) -> Any:
        if answer is None:
            raise ServerProblem(
                "missing",
                "It is not in Label Studio at {url} any more",
                "Synchronise again: the deletion is read first",
                url=self.url,
            )
        return answer


def _project(answer: Mapping[str, Any]) -> RemoteProject:
    return RemoteProject(
        id=int(answer["id"]),
        created_at=str(answer["created_at"]),
        title=str(answer["title"]),
        configuration=str(answer.get("label_config") or ""),
        tasks=int(answer.get("task_number") or 0),
        annotations=int(answer.get("total_annotations_number") or 0),
    )


def _fitting(title: str) -> str:
    shortest, longest = TITLE_LENGTHS
    clean = title.strip()
    if len(clean) < shortest:
        return f"Claimdesk {clean}".strip()
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
