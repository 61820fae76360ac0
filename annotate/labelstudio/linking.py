"""Linking projects with Label Studio, and who is who on the two sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from annotate import accounts
from annotate.accounts import PERMISSIONS
from annotate.errors import Conflict, Invalid, NotFound
from annotate.labelstudio import client, secrets
from annotate.labelstudio.client import RemoteProject, Server
from annotate.labelstudio.problems import ServerProblem
from annotate.links import Link
from annotate.model import Person, utc_now
from annotate.store import Store
from exports.formats.labelstudio import configuration, instruction
from exports.formats.labelstudio.words import FORMAT

SELDOMEST_MINUTES = 7 * 24 * 60
# Of a project there, so many tasks are looked at before it is linked.
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Reached:
    """A server that answers to a token.

    Args:
        url: Its root.
        account: The e-mail address of the token's account.
        version: The server's version.
        projects: The projects that the account sees.
    """

    url: str
    account: str
    version: str
    projects: tuple[RemoteProject, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Somebody there who is nobody here, and how many of their annotations wait for that."""

    email: str
    annotations: int


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads a project there.

    Args:
        strangers: The e-mail addresses of those who are no editors here, or nobody.
        editors: Those who are, by address: they see drafts here, unless they work blind.
    """

    strangers: tuple[str, ...]
    editors: Mapping[str, Person]


def test_connection(
    store: Store, who: Person, project_id: str, url: str, token: str | None
) -> Reached:
    """Reach a server and list its projects; nothing is stored.

    Args:
        store: The store.
        who: Who asks.
        project_id: The project that they would link.
        url: The server's address.
        token: An account's token; None for that of the environment.

    Raises:
        Forbidden, NotFound: if they may not link it.
        ServerProblem: saying what of the connection fails.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    with _reach(store, who, url, token) as server:
        return Reached(server.url, server.account, server.version, tuple(server.projects()))


def link(
    store: Store,
    who: Person,
    project_id: str,
    url: str,
    token: str | None,
    remote_id: int | None,
    title: str,
) -> Link:
    """Link a project with one there; no task is sent before the first synchronisation.

    Args:
        store: The store.
        who: Who links.
        project_id: The project here.
        url: The server's address.
        token: An account's token; None for that of the environment, which is not stored.
        remote_id: The project there; None to make a new one.
        title: What a new one is called.

    Raises:
        Forbidden, NotFound: if they may not, or the project is not there.
        Conflict: if either project is linked already, or that one holds the tasks of another.
        ServerProblem: if the server cannot be reached or refuses.
        KeyProblem: if the token cannot be stored.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    _refuse_linked(store, project_id)
    with _reach(store, who, url, token) as server:
        if remote_id is None:
            remote = _made(store, server, project_id, title)
        else:
            remote = _found(server, remote_id)
            _refuse_taken(store, remote)
            _refuse_tasks_of_others(server, remote, project_id)
        made = Link(
            project_id=project_id,
            url=server.url,
            token=None if token is None else secrets.encrypt(store.path, token.strip()),
            remote_id=remote.id,
            remote_created_at=remote.created_at,
            title=remote.title,
            account=server.account,
            version=server.version,
            created_at=utc_now(),
            created_by=who.id,
            configuration=remote.configuration if remote_id is None else "",
        )
    with accounts.permitted(store, who, "labelstudio.sync", project_id) as tx:
        _refuse_linked(store, project_id)
        _refuse_taken(store, remote)
        store.links.put(tx, made)
    return made


def change(
    store: Store,
    who: Person,
    project_id: str,
    *,
    reveals: bool,
    every_minutes: int | None,
    token: str | None = None,
) -> Link:
    """Change how a linked project is synchronised.

    Args:
        store: The store.
        who: Who changes it.
        project_id: The project.
        reveals: Whether labels go there that those who read there may not see here.
        every_minutes: How often, in minutes; None for by hand alone.
        token: A new token, which is tested first; None leaves the one there is.

    Raises:
        Forbidden, NotFound: if they may not, or the project is not linked.
        Invalid: if the number of minutes will not do.
        ServerProblem: if the new token does not open that project.
        KeyProblem: if it cannot be stored.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    if every_minutes is not None and not 1 <= every_minutes <= SELDOMEST_MINUTES:
        raise Invalid(
            "A project is synchronised every {least} to {most} minutes, or by hand alone",
            least=1,
            most=SELDOMEST_MINUTES,
        )
    tested = None if token is None else _retested(store, link_of(store, project_id), token)
    with accounts.permitted(store, who, "labelstudio.sync", project_id) as tx:
        after = replace(link_of(store, project_id), reveals=reveals, every_minutes=every_minutes)
        if tested is not None:
            after = replace(
                after, token=tested.token, account=tested.account, version=tested.version
            )
        store.links.put(tx, after)
    return after


def unlink(store: Store, who: Person, project_id: str) -> None:
    """Undo a link; tasks and labels stay as they are on both sides.

    Raises:
        Forbidden, NotFound: if they may not, or the project is not linked.
    """
    with accounts.permitted(store, who, "labelstudio.sync", project_id) as tx:
        link_of(store, project_id)
        store.links.remove(tx, project_id)


def link_of(store: Store, project_id: str) -> Link:
    """A project's link.

    Raises:
        NotFound: if it has none.
    """
    found = store.links.link(project_id)
    if found is None:
        raise NotFound(
            "The project is not linked with Label Studio", "Link it on its page Sync first"
        )
    return found


def server_of(store: Store, link: Link) -> Server:
    """The server of a link; what the environment says outdoes what is stored.

    Raises:
        ServerProblem: if it cannot be reached.
        KeyProblem: if the stored token cannot be read.
    """
    maker = store.people.get(link.created_by)
    given = token_given(store, maker)
    if given is None and link.token is not None:
        given = secrets.decrypt(store.path, link.token)
    return client.connect(secrets.url_of_environment() or link.url, given or _missing())


def token_given(store: Store, maker: Person) -> str | None:
    """The environment's token, where it may be sent for a link that somebody makes, or made.

    An editor must not have it sent to a server of their choice: it goes where the environment
    says, or where an administrator has.
    """
    if secrets.url_of_environment() or accounts.may(store, maker, "database.maintain"):
        return secrets.token_of_environment()
    return None


def same_project(server: Server, link: Link) -> RemoteProject:
    """The project there that a link is with, and none that has been given its number.

    Raises:
        ServerProblem: if it is not there any more.
    """
    remote = server.project(link.remote_id)
    if remote is None or remote.created_at != link.remote_created_at:
        raise ServerProblem(
            "missing",
            "Project {number} {title!r} is not in Label Studio at {url} any more",
            "If it was deleted there, unlink this project and link it anew: nothing is lost here",
            number=link.remote_id,
            title=link.title,
            url=server.url,
        )
    return remote


def coders(store: Store, project_id: str) -> dict[str, Person]:
    """Who somebody there is here, by lower-case e-mail address: those who may label alone.

    What an editor said comes first; an address that several people here have is nobody's.
    """
    members = _by_address(store, project_id)
    return {
        address: person
        for address, person in members.items()
        if accounts.role_of(store, person, project_id) in PERMISSIONS["label_set.tag"]
    }


def audience(store: Store, link: Link, server: Server) -> Audience:
    """Who reads the project there.

    In Label Studio whoever belongs to the organisation reads all of its projects. The token's own
    account counts as the editor's who linked it, unless it is somebody else's here.
    """
    here = _by_address(store, link.project_id)
    here.setdefault(server.account, store.people.get(link.created_by))
    addresses = {*server.users().values(), server.account}
    editors = {
        address: here[address]
        for address in addresses & here.keys()
        if accounts.role_of(store, here[address], link.project_id)
        in PERMISSIONS["label_set.read_drafts"]
    }
    return Audience(tuple(sorted(addresses - editors.keys())), editors)


def readers(store: Store, link: Link, server: Server) -> list[str]:
    """Who reads the project there, and may not see here all that may be sent there.

    Returns:
        Their e-mail addresses, in order.
    """
    found = audience(store, link, server)
    project = store.projects.get(link.project_id)
    blind = [
        address
        for address, editor in found.editors.items()
        if accounts.blind_on(
            store,
            editor,
            project,
            [one[0] for one in store.labels.of_coder(editor.id, project.id)],
        )
    ]
    return sorted((*found.strangers, *blind))


def unknown_people(store: Store, who: Person, project_id: str) -> tuple[Unknown, ...]:
    """Those whose annotations wait until it is known who they are here, by e-mail address.

    Raises:
        Forbidden, NotFound: if they may not synchronise.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    known = coders(store, project_id)
    found = Counter(one.email for one in store.links.problems(project_id) if one.email)
    return tuple(Unknown(email, n) for email, n in sorted(found.items()) if email not in known)


def map_person(
    store: Store, who: Person, project_id: str, email: str, person_id: str | None
) -> None:
    """Say who somebody there is here; the next synchronisation takes in what they labelled.

    Args:
        store: The store.
        who: Who says so.
        project_id: The linked project.
        email: The address there.
        person_id: The person here; None takes back what was said.

    Raises:
        Forbidden, NotFound: if they may not, the project is not linked, or there is no such person.
        Invalid: if that person may not label in the project, or there is no address.
    """
    with accounts.permitted(store, who, "labelstudio.sync", project_id) as tx:
        link_of(store, project_id)
        if not email.strip():
            raise Invalid("The mail address there is missing")
        if person_id is not None:
            person = store.people.get(person_id)
            if accounts.role_of(store, person, project_id) not in PERMISSIONS["label_set.tag"]:
                raise Invalid(
                    "{person} does not label in this project",
                    "Make them an analyst of it first",
                    person=person.display_name,
                )
        store.links.map_person(tx, project_id, email.strip(), person_id)


def _reach(store: Store, who: Person, url: str, token: str | None) -> Server:
    given = token if token is not None else token_given(store, who)
    return client.connect(secrets.url_of_environment() or url, given or _missing())


def _retested(store: Store, before: Link, token: str) -> Link:
    with client.connect(secrets.url_of_environment() or before.url, token) as server:
        same_project(server, before)
    sealed = secrets.encrypt(store.path, token.strip())
    return replace(before, token=sealed, account=server.account, version=server.version)


def _missing() -> str:
    raise ServerProblem(
        "token",
        "The access token is missing",
        "Copy it from Account & Settings in Label Studio",
    )


def _made(store: Store, server: Server, project_id: str, title: str) -> RemoteProject:
    numbers = [one.number for one in store.projects.versions(project_id)]
    book, *older = (
        store.projects.codebook(project_id, number) for number in sorted(numbers, reverse=True)
    )
    return server.create_project(title, configuration(book, older), instruction(book))


def _found(server: Server, remote_id: int) -> RemoteProject:
    remote = server.project(remote_id)
    if remote is None:
        raise NotFound(
            "There is no project {number} in Label Studio at {url}",
            "Choose another, or make a new one",
            number=remote_id,
            url=server.url,
        )
    return remote


def _refuse_linked(store: Store, project_id: str) -> None:
    already = store.links.link(project_id)
    if already is not None:
        raise Conflict(
            "The project is linked already, with {title!r} at {url}",
            "Unlink it first",
            title=already.title,
            url=already.url,
        )


def _refuse_taken(store: Store, remote: RemoteProject) -> None:
    # One server has many addresses; the moment of making, to the microsecond, tells projects apart.
    for other in store.links.all():
        if (other.remote_id, other.remote_created_at) == (remote.id, remote.created_at):
            raise Conflict(
                "{title!r} in Label Studio is linked with another project here",
                "Choose another, or make a new one",
                title=remote.title,
            )


def _refuse_tasks_of_others(server: Server, remote: RemoteProject, project_id: str) -> None:
    if not remote.tasks:
        return
    ids = sorted(server.task_ids(remote.id))
    some = ids[:: max(1, len(ids) // _LOOKED_AT)]
    for task in server.tasks(remote.id, some):
        data = task.get("data")
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            continue
        if data.get("project_id") not in (None, project_id):
            raise Conflict(
                "The tasks of {title!r} in Label Studio belong to another project of Claimdesk",
                "Choose another, or make a new one",
                title=remote.title,
            )


def _by_address(store: Store, project_id: str) -> dict[str, Person]:
    everybody = {one.id: one for one in store.people.all() if one.active}
    addresses = Counter(one.email.lower() for one in everybody.values() if one.email)
    found = {
        one.email.lower(): one
        for one in everybody.values()
        if one.email and addresses[one.email.lower()] == 1
    }
    said = store.links.people(project_id)
    found.update({email: everybody[id_] for email, id_ in said.items() if id_ in everybody})
    return {email: one for email, one in found.items() if said.get(email, one.id) == one.id}
