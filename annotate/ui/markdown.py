"""Guidelines as a tree that the browser builds from elements and text nodes.

Streamlit's own Markdown loads remote pictures and knows LaTeX and colours. This is CommonMark with
tables, of which nothing can leave the page: HTML is text, a picture is its description, and a
link leads to an http(s) address or to words of an article.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from annotate.codebook.examples import example

Node = str | dict[str, Any]
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {
    "paragraph": "p",
    "bullet_list": "ul",
    "ordered_list": "ol",
    "list_item": "li",
    "blockquote": "blockquote",
    "em": "em",
    "strong": "strong",
    "hr": "hr",
    "hardbreak": "br",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
    "th": "th",
    "td": "td",
}
_LITERAL = {"code_inline": "code", "code_block": "pre", "fence": "pre"}


@lru_cache(maxsize=32)
def tree(text: str) -> tuple[Node, ...]:
    """A Markdown text as nested nodes.

    Args:
        text: Hostile as it may be.

    Returns:
        Texts and elements; an element is ``{"tag", "children"}``, a link also has ``href``, or
        ``article``, ``start`` and ``end`` (code points) where it is an example.
    """
    return tuple(_children(SyntaxTreeNode(_PARSER.parse(text))))


def _children(node: SyntaxTreeNode) -> Iterator[Node]:
    for child in node.children:
        yield from _nodes(child)


def _nodes(node: SyntaxTreeNode) -> Iterator[Node]:
    if node.type == "text":
        yield node.content
    elif node.type == "softbreak":
        yield "\n"
    elif node.type == "image":
        yield node.content
    elif node.type in _LITERAL:
        yield {"tag": _LITERAL[node.type], "children": [node.content]}
    elif node.type == "heading":
        # The page has its own headings above these.
        level = min(6, int(node.tag[1:]) + 2)
        yield {"tag": f"h{level}", "children": list(_children(node))}
    elif node.type == "paragraph" and node.hidden:
        yield from _children(node)
    elif node.type in _TAGS:
        yield {"tag": _TAGS[node.type], "children": list(_children(node))}
    elif node.type == "link":
        yield from _link(node)
    else:
        yield from _children(node)


def _link(node: SyntaxTreeNode) -> Iterator[Node]:
    target, children = str(node.attrs.get("href", "")), list(_children(node))
    found = example(target)
    if found is not None:
        place = {"article": found.article_id, "start": found.start, "end": found.end}
        yield {"tag": "a", "children": children, **place}
    elif _leads_to_the_web(target):
        yield {"tag": "a", "children": children, "href": target}
    else:
        yield from children


def _leads_to_the_web(target: str) -> bool:
    try:
        address = urlsplit(target)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.netloc)
