"""An invented corpus: words of jieba's dictionary by their frequency, put into sentences.

The same seed gives the same articles. Frequencies follow real Chinese, so common and rare
words hit as many articles as they would in a newsroom's archive.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jieba

from annotate.model import CleanedItem
from annotate.text.search import index_terms

SOURCES = ("rfi", "cdt", "voa", "bbc", "dw", "nyt", "zaobao", "initium")
MEAN_LENGTH = 900
FIRST_DAY = datetime(2018, 1, 1, tzinfo=UTC)
_ENDS = "。。。。！？"


@dataclass(frozen=True)
class Draft:
    """An invented article before it is stored."""

    url: str
    source: str
    title: str
    text: str
    published_at: datetime


class Writer:
    """Writes invented articles.

    Args:
        seed: The same seed gives the same articles.
    """

    def __init__(self, seed: int = 2024) -> None:
        self._random = random.Random(seed)
        self.words, self.weights = _dictionary()
        self._cumulative = list(itertools.accumulate(self.weights))

    def drafts(self, count: int, first: int = 0) -> Iterator[Draft]:
        """So many articles, with lengths around ``MEAN_LENGTH`` code points.

        Args:
            count: How many.
            first: The number that the first one's URL carries.
        """
        for n in range(first, first + count):
            length = max(120, int(self._random.gauss(MEAN_LENGTH, 350)))
            moment = FIRST_DAY + timedelta(minutes=self._random.randrange(60 * 24 * 365 * 6))
            source = self._random.choice(SOURCES)
            yield Draft(
                url=f"https://example.org/{source}/{n:06d}",
                source=source,
                title="".join(self._draw(self._random.randint(6, 12))),
                text=self.text(length),
                published_at=moment,
            )

    def text(self, length: int) -> str:
        """Paragraphs of sentences, exactly so many code points in all."""
        parts: list[str] = []
        size = 0
        while size < length:
            sentence = self._sentence()
            if self._random.random() < 0.25:
                sentence += "\n"
            parts.append(sentence)
            size += len(sentence)
        return "".join(parts)[: length - 1].rstrip("\n").ljust(length - 1, "文") + "。"

    def _sentence(self) -> str:
        words = self._draw(self._random.randint(8, 22))
        comma = self._random.randint(3, len(words) - 2)
        words.insert(comma, "，")
        return "".join(words) + self._random.choice(_ENDS)

    def _draw(self, count: int) -> list[str]:
        return self._random.choices(self.words, cum_weights=self._cumulative, k=count)


def cleaned(draft: Draft) -> CleanedItem:
    """The article as cleaning would hand it to the store, search terms included."""
    raw = f"[{draft.title}]({draft.url})\n---\n{draft.text}".encode()
    return CleanedItem(
        item=draft.url,
        url=draft.url,
        canonical_url=draft.url,
        source=draft.source,
        title=draft.title,
        text=draft.text,
        language="zh-Hans",
        published_at=draft.published_at.isoformat().replace("+00:00", "Z"),
        published_from="epoch",
        dateline=None,
        captions=(),
        raw=raw,
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        cleaner_version="benchmark",
        title_terms=index_terms(draft.title),
        text_terms=index_terms(draft.text),
    )


def archive_item(draft: Draft) -> str:
    """The article as a feed archive keeps it: a link, a date, and HTML with the usual clutter."""
    paragraphs = "".join(f"<p>{line}</p>" for line in draft.text.split("\n"))
    moment = draft.published_at
    return (
        f"<!--{int(moment.timestamp() * 1000)}-->\n"
        f"[{draft.title}]({draft.url})\n------\n\n"
        f"日期：{moment:%a, %d %b %Y %H:%M:%S} +0000\n\n"
        f'<div class="article"><figure><img src="a.jpg"><figcaption>图片</figcaption></figure>'
        f'{paragraphs}<div class="share"><a href="https://example.org/share">分享</a></div></div>\n'
    )


def write_archive(folder: Path, drafts: Iterator[Draft]) -> int:
    """Write archive items into a folder, a thousand a subfolder; returns their number."""
    count = 0
    for draft in drafts:
        place = folder / f"{count // 1000:03d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{count:06d}.md").write_text(archive_item(draft), "utf-8")
        count += 1
    return count


def _dictionary() -> tuple[list[str], list[int]]:
    words, weights = [], []
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, weight, *_ = line.decode("utf-8").split()
            if len(word) <= 4 and int(weight) > 0:
                words.append(word)
                weights.append(int(weight))
    return words, weights
