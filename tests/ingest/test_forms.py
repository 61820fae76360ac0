"""What an item looks like, and what is said of what is brought instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate import accounts
from annotate.errors import Rejected
from annotate.ingest import forms, items
from annotate.ingest.run import ingest
from annotate.model import LANGUAGES, Language
from annotate.store import Store

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "editors.md"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_is_taken_as_it_stands(
    store: Store, tmp_path: Path, language: Language
) -> None:
    (tmp_path / "example.txt").write_text(forms.example(language), "utf-8")
    done = ingest(store, accounts.operator(store), [tmp_path / "example.txt"])
    assert (done.new, done.rejected) == (1, 0)
    (taken,) = store.ingests.taken(done.run_id)
    article = store.articles.get(taken.article_id)
    assert f"[{article.title}]({article.url})" == forms.example(language).partition("\n")[0]
    assert article.published_at == "2024-02-13T10:45:02Z"
    assert article.language == language
    assert len(article.text.split("\n")) == 2


def test_the_guide_shows_the_same_example() -> None:
    assert f"```text\n{forms.example('en')}```" in GUIDE.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!DOCTYPE html>\n<html><head><title>x</title>", "This is an HTML page without"),
        ("\ufeff\n<!-- saved -->\n<html lang=zh>", "This is an HTML page without"),
        ("<!--1707821102000-->\n<p>no head</p>", "This is an HTML page without"),
        ('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', "This is an HTML page without"),
        ('<?xml version="1.0"?>\n<rss version="2.0">', "This is a whole feed"),
        ('<?xml version="1.0"?>' + "<!---->\n" * 2_000 + "<html>", "This is an HTML page without"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "This is a whole feed"),
        ('{"title": "a", "url": "b"}\n{"title": "c", "url": "d"}\n', "These are JSON lines"),
        ('{\n  "title": "a"\n}\n', "This is JSON"),
        ('[{"title": "a"}]', "This is JSON"),
        ('title,url,text\n"a, b",https://a.example/1,"c\nd"\n', "This is a table"),
        ("标题\t网址\n甲\thttps://a.example/1\n", "This is a table"),
        ("标题;网址;正文\n甲;https://a.example/1;乙\n", "This is a table"),
        ("只是一段话。\n又是一段话。", "The item does not begin with"),
        ("First, he came.\nThen, he went.\n", "The item does not begin with"),
        ('"' + "a,b,c\n" * 100_000, "The item does not begin with"),
        ("[标题\n续](https://a.example/1)\n---\nx", "The item does not begin with"),
        ("<!--" * 50_000, "The item does not begin with"),
    ],
)
def test_what_is_plainly_something_else_is_called_so(text: str, said: str) -> None:
    with pytest.raises(Rejected) as caught:
        items.parse(text)
    assert caught.value.reason == "not_an_item"
    assert caught.value.message.startswith(said)
    assert "the page Ingest" in caught.value.hint
