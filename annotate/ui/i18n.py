"""Words for people. The English text is the key of its translations."""

from __future__ import annotations


def t(text: str, /, **values: object) -> str:
    """The text in the reader's language.

    Args:
        text: The English words, with ``{name}`` where a value goes.
        values: What goes there.
    """
    return text.format(**values) if values else text
