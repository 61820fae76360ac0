"""Projects, their codebook versions and their members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import orjson

from annotate.codebook import Codebook, stored
from annotate.codebook.diff import Place
from annotate.codebook.senses import remembering
from annotate.errors import Invalid, NotFound
from annotate.model import Project, Role, new_id
from annotate.store.database import Connections, Row, Transaction, to_json
from annotate.store.replacing import catch_up

_NEW = "id, name, description, blind, open_after_submission, codebook_version, created_at"
_COLUMNS = f"{_NEW}, archived_at, hide_coders"
_ORDER = "ORDER BY archived_at IS NOT NULL, created_at, id"


@dataclass(frozen=True, slots=True)
class CodebookVersion:
    """One immutable version as it is stored; ``content`` is canonical JSON text.

    ``reworded`` are the values, as ``(scale, name)``, that it only words differently from the
    version before: what was labelled with them means the same.
    """

    project_id: str
    number: int
    content: str
    note: str
    created_at: str
    reworded: tuple[Place, ...] = ()


class Projects:
    """The projects of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def get(self, project_id: str) -> Project:
        """One project.

        Raises:
            NotFound: if there is none with this id.
        """
        row = self._c.row(f"SELECT {_COLUMNS} FROM project WHERE id = ?", (project_id,))
        if row is None:
            raise NotFound("There is no project {project_id}", project_id=project_id)
        return _project(row)

    def named(self, name_or_id: str) -> Project:
        """A project by its name or its id.

        Raises:
            NotFound: naming the projects that exist.
        """
        row = self._c.row(
            f"SELECT {_COLUMNS} FROM project WHERE name = ? OR id = ?", (name_or_id, name_or_id)
        )
        if row is None:
            known = ", ".join(repr(project.name) for project in self.all()) or "none yet"
            raise NotFound(
                "There is no project {name_or_id!r}",
                "Projects: {known}",
                name_or_id=name_or_id,
                known=known,
            )
        return _project(row)

    def all(self, *, archived: bool = False) -> list[Project]:
        """Projects in order of creation; behind them, if asked for, those archived."""
        return [
            _project(row)
            for row in self._c.rows(
                f"SELECT {_COLUMNS} FROM project WHERE archived_at IS NULL OR ? {_ORDER}",
                (archived,),
            )
        ]

    def is_archived(self, project_id: str) -> bool:
        """Whether nothing in a project may change any more."""
        row = self._c.row("SELECT archived_at FROM project WHERE id = ?", (project_id,))
        return row is not None and row["archived_at"] is not None

    def create(
        self,
        tx: Transaction,
        name: str,
        codebook: Codebook,
        *,
        description: str = "",
        blind: bool = True,
        open_after_submission: bool = True,
        project_id: str | None = None,
        created_at: str | None = None,
    ) -> Project:
        """Make a project with version 1 of its codebook.

        Raises:
            Invalid: if the name is taken.
        """
        self._refuse_taken(tx, name)
        project = Project(
            project_id or new_id(), name, description, blind, open_after_submission, 1,
            created_at or tx.at,
        )  # fmt: skip
        tx.execute(
            f"INSERT INTO project ({_NEW}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (project.id, name, description, int(blind), int(open_after_submission), 1,
             project.created_at),
        )  # fmt: skip
        tx.record("project.create", "project", project.id, project_id=project.id,
                  after={"name": name})  # fmt: skip
        self._insert_version(tx, CodebookVersion(project.id, 1, codebook.to_json(), "", tx.at))
        return project

    def add_codebook_version(
        self,
        tx: Transaction,
        project_id: str,
        codebook: Codebook,
        note: str,
        reworded: Iterable[Place] = (),
    ) -> int:
        """Save a new version of a project's codebook and make it the current one."""
        number = self.get(project_id).codebook_version + 1
        version = CodebookVersion(
            project_id, number, codebook.to_json(), note, tx.at, tuple(sorted(reworded))
        )
        self._insert_version(tx, version)
        tx.execute("UPDATE project SET codebook_version = ? WHERE id = ?", (number, project_id))
        return number

    def restore(
        self, tx: Transaction, project: Project, versions: Sequence[CodebookVersion]
    ) -> bool:
        """Store a project that comes with its id from an export, or the versions it lacks here.

        Returns:
            Whether anything was missing here.
        """
        changed = False
        if not tx.execute("SELECT 1 FROM project WHERE id = ?", (project.id,)).fetchone():
            if tx.execute("SELECT 1 FROM project WHERE name = ?", (project.name,)).fetchone():
                raise Invalid(
                    "Another project is called {project_name!r} here",
                    "Rename one of the two",
                    project_name=project.name,
                )
            tx.execute(
                f"INSERT INTO project ({_NEW}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (project.id, project.name, project.description, int(project.blind),
                 int(project.open_after_submission), project.codebook_version,
                 project.created_at),
            )  # fmt: skip
            tx.record("project.import", "project", project.id, project_id=project.id,
                      after={"name": project.name})  # fmt: skip
            changed = True
        here = {version.number: version for version in self.versions(project.id)}
        for version in versions:
            if version.number not in here:
                self._insert_version(tx, version)
                changed = True
            elif here[version.number].content != version.content:
                raise Invalid(
                    "Codebook version {version_number} of {project_name!r} differs here",
                    "Import into a database of its own",
                    version_number=version.number,
                    project_name=project.name,
                )
        return changed

    def versions(self, project_id: str) -> list[CodebookVersion]:
        """All codebook versions of a project, oldest first."""
        return [
            CodebookVersion(**{**dict(row), "reworded": _places(row["reworded"])})
            for row in self._c.rows(
                "SELECT project_id, number, content, note, created_at, reworded"
                " FROM codebook_version"
                " WHERE project_id = ? ORDER BY number",
                (project_id,),
            )
        ]

    def codebook(self, project_id: str, number: int | None = None) -> Codebook:
        """A version of a project's codebook, by default the current one."""
        row = self._c.row(
            "SELECT v.content FROM codebook_version v JOIN project p ON p.id = v.project_id"
            " WHERE v.project_id = ? AND v.number = coalesce(?, p.codebook_version)",
            (project_id, number),
        )
        if row is None:
            raise NotFound(
                "There is no codebook version {number} in project {project_id}",
                number=number,
                project_id=project_id,
            )
        return stored(row["content"])

    def remembered(self, project_id: str) -> Codebook:
        """The current codebook with the values that were withdrawn from it, to name them by."""
        return remembering([stored(one.content) for one in self.versions(project_id)])

    def set_member(self, tx: Transaction, project_id: str, person_id: str, role: Role) -> None:
        """Make somebody a member of a project, or change their role in it."""
        before = self.role(project_id, person_id)
        tx.execute(
            "INSERT INTO member VALUES (?, ?, ?)"
            " ON CONFLICT (project_id, person_id) DO UPDATE SET role = excluded.role",
            (project_id, person_id, role),
        )
        tx.record("member.set", "person", person_id, project_id=project_id,
                  before={"role": before} if before else None, after={"role": role})  # fmt: skip

    def role(self, project_id: str, person_id: str) -> Role | None:
        """Somebody's role in a project, None for one who is not a member."""
        row = self._c.row(
            "SELECT role FROM member WHERE project_id = ? AND person_id = ?",
            (project_id, person_id),
        )
        return None if row is None else row["role"]

    def of_member(self, person_id: str, *, archived: bool = False) -> list[Project]:
        """The projects that somebody is a member of, ordered as all are."""
        return [
            _project(row)
            for row in self._c.rows(
                f"SELECT {_COLUMNS} FROM project WHERE (archived_at IS NULL OR ?)"
                f" AND id IN (SELECT project_id FROM member WHERE person_id = ?) {_ORDER}",
                (archived, person_id),
            )
        ]

    def members(self, project_id: str) -> dict[str, Role]:
        """The roles of a project's members by their ids."""
        rows = self._c.rows(
            "SELECT person_id, role FROM member WHERE project_id = ?", (project_id,)
        )
        return {row["person_id"]: row["role"] for row in rows}

    def remove_member(self, tx: Transaction, project_id: str, person_id: str) -> None:
        """Take somebody out of a project; what they recorded stays."""
        before = self.role(project_id, person_id)
        if before is None:
            return
        tx.execute(
            "DELETE FROM member WHERE project_id = ? AND person_id = ?", (project_id, person_id)
        )
        tx.record("member.remove", "person", person_id, project_id=project_id,
                  before={"role": before})  # fmt: skip

    def change(
        self,
        tx: Transaction,
        project_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        blind: bool | None = None,
        open_after_submission: bool | None = None,
        hide_coders: bool | None = None,
    ) -> None:
        """Change what is given.

        Raises:
            Invalid: if the name is taken.
        """
        before = self.get(project_id)
        after = replace(
            before,
            name=name or before.name,
            description=before.description if description is None else description,
            blind=before.blind if blind is None else blind,
            open_after_submission=before.open_after_submission
            if open_after_submission is None
            else open_after_submission,
            hide_coders=before.hide_coders if hide_coders is None else hide_coders,
        )
        if after == before:
            return
        if after.name != before.name:
            self._refuse_taken(tx, after.name)
        tx.execute(
            "UPDATE project SET name = ?, description = ?, blind = ?, open_after_submission = ?,"
            " hide_coders = ? WHERE id = ?",
            (after.name, after.description, int(after.blind), int(after.open_after_submission),
             int(after.hide_coders), project_id),
        )  # fmt: skip
        tx.record("project.change", "project", project_id, project_id=project_id,
                  before=_described(before), after=_described(after))  # fmt: skip

    def sizes(self) -> dict[str, tuple[int, int]]:
        """How many articles and how many members each project has, by its id."""
        rows = self._c.rows(
            "SELECT id, (SELECT count(*) FROM project_article p JOIN article a USING (sort_key)"
            " WHERE p.project_id = project.id AND (a.superseded = 0 OR EXISTS ("
            "  SELECT 1 FROM project_article_held h WHERE h.project_id = p.project_id"
            "  AND h.sort_key = p.sort_key))) AS articles,"
            " (SELECT count(*) FROM member m WHERE m.project_id = project.id) AS members"
            " FROM project"
        )
        return {row["id"]: (row["articles"], row["members"]) for row in rows}

    def set_archived(self, tx: Transaction, project_id: str, archived: bool) -> None:
        """Archive a project, or take it out of the archive.

        Revisions that came meanwhile of its articles join it then, as they joined other projects.
        """
        if self.is_archived(project_id) == archived:
            return
        tx.execute(
            "UPDATE project SET archived_at = ? WHERE id = ?",
            (tx.at if archived else None, project_id),
        )
        action = "project.archive" if archived else "project.unarchive"
        tx.record(action, "project", project_id, project_id=project_id)
        if not archived:
            catch_up(tx, project_id)

    def _refuse_taken(self, tx: Transaction, name: str) -> None:
        if tx.execute("SELECT 1 FROM project WHERE name = ?", (name,)).fetchone():
            raise Invalid("There is a project {name!r} already", "Choose another name", name=name)

    def _insert_version(self, tx: Transaction, version: CodebookVersion) -> None:
        tx.execute(
            "INSERT INTO codebook_version (project_id, number, content, note, created_at,"
            " created_by, reworded) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (version.project_id, version.number, version.content, version.note,
             version.created_at, tx.by, to_json(version.reworded)),
        )  # fmt: skip
        said = {"reworded": ["/".join(one) for one in version.reworded]} if version.reworded else {}
        tx.record("codebook.add_version", "codebook_version",
                  f"{version.project_id}/{version.number}", project_id=version.project_id,
                  after={"number": version.number, "note": version.note, **said})  # fmt: skip


def _project(row: Row) -> Project:
    return Project(
        row["id"], row["name"], row["description"], bool(row["blind"]),
        bool(row["open_after_submission"]), row["codebook_version"], row["created_at"],
        row["archived_at"], bool(row["hide_coders"]),
    )  # fmt: skip


def _places(text: str) -> tuple[Place, ...]:
    return tuple(tuple(place) for place in orjson.loads(text))


def _described(project: Project) -> dict[str, object]:
    return {
        "name": project.name,
        "description": project.description,
        "blind": project.blind,
        "open_after_submission": project.open_after_submission,
        "hide_coders": project.hide_coders,
    }
