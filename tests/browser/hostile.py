"""A world in which everything that people or sources can name or write is hostile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from annotate import codebook
from annotate.errors import Rejected
from annotate.links import SyncProblem
from annotate.model import Actor, Alias, Claim, Person, new_id
from annotate.store import Store
from tests.world import World, build, item, op, send, span
from tools.linked import plant

ELSEWHERE = "https://planted.example"
SCRIPT = "<script class=planted>window.hit = 'script'</script>"
ELEMENTS = (
    "<img class=planted src=x-planted onerror=\"window.hit = 'image'\">"
    f"<style class=planted>body{{outline:7px solid red}}@import '{ELSEWHERE}/style';</style>"
    f"<form class=planted action={ELSEWHERE}/form><input name=a><button>Sign in</button></form>"
    "<svg class=planted onload=\"window.hit = 'svg'\"><script>window.hit = 'inner'</script></svg>"
    "<iframe class=planted srcdoc=\"<script>parent.hit = 'frame'</script>\"></iframe>"
    f"<link class=planted rel=stylesheet href={ELSEWHERE}/link><base href={ELSEWHERE}>"
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}/meta'>"
)
BREAKERS = (
    "\"'></textarea></title></option></div> onmouseover=window.hit='attr' x=\"${hit}{{hit}} %s"
    " {0} {name}"
)
MARKDOWN = (
    f"**plantedbold** _plantedit_ `plantedcode` ~~planteddel~~ ![i]({ELSEWHERE}/image.png)"
    f" [link]({ELSEWHERE}/markdown) [js](javascript:window.hit='link') <{ELSEWHERE}/markdown>"
    " $\\href{javascript:hit()}{x^2}$ $$\\frac12$$ :red[plantedred] :blue-background[plantedback]"
    " :material/skull: :skull: :small[plantedsmall] :rainbow[plantedrainbow]"
)
UNSEEN = "\u202e\u2066evil\u2069 \u202dtitle\u202c \u200f\u200b\u200d\ufeffend"
LINES = "\n# plantedhead\n- planteditem\n> plantedquote\n\n| plantedcell |\n|---|\n| x |\n"
HOSTILE = f"{SCRIPT}{ELEMENTS} {BREAKERS} {MARKDOWN} {UNSEEN}"
# Guidelines are Markdown: emphasis and links are theirs to have, markup and pictures are not.
GUIDELINES = (
    f"Read me. {SCRIPT}{ELEMENTS} ![i]({ELSEWHERE}/image.png) [js](javascript:window.hit='g')"
    f" [data](data:text/html,{SCRIPT}) :red[plantedred] $x^2$"
)
LONG_LINE = "无" * 1_000_000
ADDRESSES = (
    "javascript:window.hit='url'//https://x.example",
    f"data:text/html,{SCRIPT}",
    'https://text.example/"><img class=planted src=x onerror="window.hit=\'href\'">',
)


def planted(label: str) -> str:
    """Hostile text that begins with a word to find it by."""
    return f"{label} {HOSTILE}"


@dataclass(frozen=True)
class HostileWorld:
    """What was made, and the addresses at which each page shows more of it."""

    world: World
    admin: Person
    details: Mapping[str, Sequence[str]]


def build_hostile(store: Store) -> HostileWorld:
    """Fill a database through the store, which takes more than the pages let in."""
    world = build(store)
    admin = world.people["admin"]
    with store.write(admin.id) as tx:
        book = replace(
            codebook.DEFAULT,
            stances=tuple(
                replace(v, en=planted(v.name), zh=planted(v.name)) for v in codebook.DEFAULT.stances
            ),
            document_labels=tuple(
                replace(v, en=planted("Relevance")) for v in codebook.DEFAULT.document_labels
            ),
            guidelines=GUIDELINES,
        )
        project = store.projects.create(tx, planted("Project"), book, description=planted("About"))
        store.projects.add_codebook_version(tx, project.id, book, planted("Version"))
        coder = store.people.add(
            tx, "hostile", display_name=planted("Coder"), email=f"{HOSTILE}@x.example"
        )
        for person in (coder, admin):
            store.projects.set_member(tx, project.id, person.id, "analyst")
    world = replace(world, project=project)
    articles = _articles(world, admin)
    world.articles[:] = articles
    actor, claim, statement = _labels(world, admin)
    _submitted(world, coder, actor, claim)
    run = _ingests(world, admin)
    conflict = _linked(world, admin)
    return HostileWorld(
        world,
        admin,
        {
            "tag": [f"article={id_}" for id_ in articles],
            "review": [f"article={articles[1]}"],
            "actors": [f"actor={actor}"],
            "claims": [f"claim={claim}"],
            "history": [
                f"kind=article&id={articles[0]}", f"kind=statement&id={statement}",
                f"kind=actor&id={actor}", f"kind=claim&id={claim}", "group=articles",
            ],
            "ingest": [f"article={articles[0]}", f"run={run}", "show=rejected"],
            "sync": [f"conflict={conflict}", "show=problems", "show=people", "show=log"],
            "people": [f"person={coder.id}"],
            "projects": [f"open={project.id}", f"open={project.id}&tab=articles"],
        },
    )  # fmt: skip


def _articles(world: World, admin: Person) -> list[str]:
    hostile = [
        item(
            url, planted("Text") + LINES, planted("Title"), source=planted("Source"),
            captions=(planted("Caption"),), dateline=planted("Dateline"), item=planted("Item"),
            canonical_url=f"https://text.example/{n}",
        )
        for n, url in enumerate(ADDRESSES)
    ]  # fmt: skip
    hostile.append(item("https://text.example/long", LONG_LINE, planted("Long"), source=HOSTILE))
    with world.store.write(admin.id) as tx:
        world.store.articles.add(tx, [hostile[0]], world.project.id)
        corrected = replace(hostile[0], text=f"{hostile[0].text} corrected", raw_sha256="0" * 64)
        done = world.store.articles.add(tx, [corrected, *hostile[1:]], world.project.id)
    return [outcome.article_id for outcome in done]


def _labels(world: World, admin: Person) -> tuple[str, str, str]:
    names = (planted("Alias"), planted("另名"))
    aliases = tuple(Alias(name, "zh-Hans") for name in names)
    actor = Actor(
        new_id(), planted("Actor"), "person", aliases, {"wikidata": planted("Q1")}, planted("Note")
    )
    twin = replace(actor, id=new_id(), name=f"{actor.name}.")
    claim = Claim(
        new_id(), world.project.id, planted("Claim"), "en", planted("Topic"), aliases, HOSTILE
    )
    with world.store.write(admin.id) as tx:
        for entry in (actor, twin):
            world.store.registry.add_actor(tx, entry)
        for wording in (claim, replace(claim, id=new_id(), text=f"{claim.text}.")):
            world.store.registry.add_claim(tx, wording)
    text = world.store.articles.get(world.articles[0]).text
    evidence = span(SCRIPT, text=text)
    statement = {
        "id": new_id(), "claim_id": claim.id, "stance": "support", "speaker_id": actor.id,
        "holder_id": twin.id, "evidence": [evidence["id"]], "reported_by": [actor.id],
        "venue": planted("Venue")[:900], "note": planted("Remark") + LINES,
    }  # fmt: skip
    done = send(
        world,
        op("add_span", span=span(BREAKERS, "actor", text, actor_id=actor.id)),
        op("add_statement", statement=statement, spans=[evidence]),
        op("change_statement", statement_id=statement["id"], set={"note": planted("Changed")}),
        op("set_document_label", name="relevance", values=["relevant"]),
        person=admin,
    )
    assert {outcome.state for outcome in done.outcomes} == {"applied"}, done.outcomes
    return actor.id, claim.id, str(statement["id"])


def _submitted(world: World, coder: Person, actor: str, claim: str) -> None:
    """Labels that wait for review, on the second article."""
    text = world.store.articles.get(world.articles[1]).text
    evidence = span(SCRIPT, text=text)
    statement = {
        "id": new_id(), "claim_id": claim, "stance": "support", "speaker_id": actor,
        "evidence": [evidence["id"]], "venue": planted("Venue")[:900], "note": planted("Remark"),
    }  # fmt: skip
    done = send(
        world,
        op("add_span", span=span(BREAKERS, "actor", text, actor_id=actor)),
        op("add_statement", statement=statement, spans=[evidence]),
        op("set_document_label", name="relevance", values=["relevant"]),
        op("submit"),
        article=1,
        person=coder,
    )
    assert {outcome.state for outcome in done.outcomes} == {"applied"}, done.outcomes


def _ingests(world: World, admin: Person) -> str:
    ingests = world.store.ingests
    with world.store.write(admin.id) as tx:
        run = ingests.start(tx, [f"{planted('File')}.zip"], world.project.id)
        problem = Rejected("empty", "There is no text in {place}", "See {place}", place=HOSTILE)
        ingests.reject(tx, f"{planted('Archive')}.zip!{planted('Member')}.md", problem, run, "1.2")
        ingests.finish(tx, run, {"new": 1, "rejected": 1, "file": planted("Summary")})
    return run


def _linked(world: World, admin: Person) -> str:
    """Link the project with a hostile one; gives a conflict in the hostile labels."""
    links, project_id = world.store.links, world.project.id
    plant(world.store, project_id)
    link = links.link(project_id)
    assert link is not None
    told = Rejected("quote", "There stands {place}", "See {place}", place=planted("There"))
    with world.store.write(admin.id) as tx:
        links.put(
            tx, replace(link, title=planted("Remote"), account=HOSTILE, version=planted("1.23"))
        )
        problem = SyncProblem(
            new_id(), project_id, 100, world.articles[0], 9, planted("Region"), HOSTILE,
            told.told(), tx.at, tx.at, f"{planted('mail')}@x.example",
        )  # fmt: skip
        links.replace_problems(tx, project_id, 100, [problem])
        links.map_person(tx, project_id, planted("known"), admin.id)
        failed = links.start_run(tx, project_id)
        links.finish_run(tx, failed, "failed", {}, told.told())
    return links.conflicts(project_id)[0].id
