"""The real archive beside the checkout, where it is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from annotate import accounts
from annotate.ingest import READERS
from annotate.ingest.run import ingest
from annotate.model import CleanedItem
from annotate.store import Store

CLUTTER = re.compile(
    r"^分享\s*[:：]|获取更多RSS|Feed enhanced by|Permalink|Post tags|get_post_time|del\.icio\.us"
    r"|^(?:相关阅读|延伸阅读|相关文章)[:：]?$|^Posted by|pic\.twitter\.com|feedx\.(?:net|run)"
    r"|^相关\S{0,8}推荐[:：]|^(?:本)?视频由\S+添加$|^题图|版权(?:属|归|所有)|^\S{2}声明[:：]|不代表本|仅代表"
    r"|相关档案总共|^收录项目数|^全文阅读$"
    r"|^图片来源|^图源|<[a-z/]|&(?:nbsp|amp|#\d+);|^\d\d/\d\d/\d{4} - |^CDS档案",
    re.M,
)


@pytest.fixture(scope="module")
def cleaned(shared_data: Path) -> dict[str, CleanedItem]:
    read = READERS.get("archive").read
    paths = sorted((shared_data / "archive").glob("*.md"))
    return {path.name: read(path.name, path.read_bytes()) for path in paths}


def test_every_real_item_is_taken(cleaned: dict[str, CleanedItem]) -> None:
    assert len(cleaned) == 157
    assert {item.language for item in cleaned.values()} == {"zh-Hans", "zh-Hant"}
    assert all(item.published_at for item in cleaned.values())
    assert {item.source for item in cleaned.values()} == {"RFI", "中国数字时代"}


def test_no_clutter_is_left(cleaned: dict[str, CleanedItem]) -> None:
    left = {name: CLUTTER.findall(item.text) for name, item in cleaned.items()}
    assert {name: found for name, found in left.items() if found} == {}


def test_lines_are_clean(cleaned: dict[str, CleanedItem]) -> None:
    for item in cleaned.values():
        for line in item.text.split("\n"):
            assert line == line.strip()
            assert line
            assert not re.search(r"\s\s|[\x00-\x1f\x7f-\x9f\xa0\u3000]", line)


def test_the_case_that_every_part_is_judged_by(cleaned: dict[str, CleanedItem]) -> None:
    item = cleaned["rfi-20240213-ncg.md"]
    paragraphs = item.text.split("\n")
    assert len(paragraphs) == 7
    assert paragraphs[0].startswith("2月12日，韩国前国家安保室长金圣翰")
    assert paragraphs[0].endswith("持“开放态度”。")
    assert paragraphs[-1].endswith("加入“核作战剧本”。")
    assert "韩国的态度是开放的" in item.text
    assert item.published_at == "2024-02-13T10:45:02Z"
    assert item.published_from == "epoch"
    assert item.dateline == "13/02/2024 - 11:14"
    assert (item.source, item.language, item.captions) == ("RFI", "zh-Hans", ())


def test_captions_are_apart(cleaned: dict[str, CleanedItem]) -> None:
    assert sum(len(item.captions) for item in cleaned.values()) > 100
    for item in cleaned.values():
        lines = set(item.text.split("\n"))
        assert not lines & {caption for caption in item.captions if len(caption) > 20}


def test_the_whole_archive_goes_in_once(shared_data: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db")
    who = accounts.operator(store)
    first = ingest(store, who, [shared_data / "archive"])
    assert (first.new + first.duplicates, first.rejected) == (157, 0)
    again = ingest(store, who, [shared_data / "archive"])
    assert (again.unchanged, again.new, again.revisions) == (157, 0, 0)
    store.close()
