from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import Rejected
from annotate.ingest.clean import clean
from tests.ingest.golden import GOLDEN, shown


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.md")), ids=lambda path: path.stem)
def test_golden_items(path: Path) -> None:
    assert shown(path) == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


NO_FOOTER = "获取更多RSS订阅者的关注，" + "是这家媒体的目标，记者这样写道，" * 5


def text(html: str, title: str = "") -> list[str]:
    return clean(html, title).text.split("\n")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>一<p>二", ["一", "二"]),
        ("<div>一<p>二</p>三</div>四", ["一", "二", "三", "四"]),
        ("一<br>二<br><br>三", ["一", "二", "三"]),
        ("<p>一  \n 二&nbsp;三　四</p>", ["一 二 三 四"]),
        ("<p>&nbsp;\u200b一\u200b&nbsp;</p><p>&nbsp;</p>", ["一"]),
        ("<p><b>粗</b><i>斜</i>体</p>", ["粗斜体"]),
        ("<ol><li>一</li><li>二<ul><li>三</li></ul></li></ol>", ["一", "二", "三"]),
        ("<blockquote>引<p>文</p></blockquote>", ["引", "文"]),
        ("<dl><dt>词</dt><dd>义</dd></dl>", ["词", "义"]),
        ("<p>a&#8203;b &lt;script&gt;</p>", ["a\u200bb <script>"]),
        ("<p>一\x07二\x85</p>", ["一二"]),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字", ["漢字"]),
        ("<p>一<script>x</script>二<style>y</style><!-- z -->三</p>", ["一二三"]),
        ("<p>正文</p><noscript><p>无</p></noscript><template>无</template>", ["正文"]),
        ("<p>正文</p><nav>目录</nav><footer>页脚</footer><aside>旁</aside>", ["正文"]),
        ("<blockquote><p>话</p><footer>— 某人</footer></blockquote>", ["话", "— 某人"]),
        ("<p>正文</p><p style='DISPLAY : NONE'>藏</p><p hidden>藏</p>", ["正文"]),
        ("<p>正文</p><div class='hidden'>藏</div><i style='font-size:0'>藏</i>", ["正文"]),
        ("<p>正文</p><p aria-hidden='true'>看得见</p>", ["正文", "看得见"]),
        ("<title>题</title><p>正文</p>", ["正文"]),
        ("<p>正文</p><a href='https://service.weibo.com/share/share.php?u=x'>微博</a>", ["正文"]),
        ("<p>见<a href='https://facebook.com/page'>主页</a></p>", ["见主页"]),
        ("<p>正文</p><p>分享到：</p>", ["正文"]),
        ("<p>他分享：我很好。</p>", ["他分享：我很好。"]),
        (f"<p>{NO_FOOTER}</p>", [NO_FOOTER]),
        ("<p>正文</p><p>版权所有，请勿转载</p>", ["正文"]),
        ("<p>正文</p><p><a href='/x'>阅读全文</a></p>", ["正文"]),
        ("<p>相关阅读：</p><p>他读了相关的书。</p>", ["相关阅读：", "他读了相关的书。"]),
        ("<p>相关阅读：</p><p><a href='/1'>甲</a></p><p>正文</p>", ["正文"]),
        ("<p>正文</p><p>Related articles</p>", ["正文"]),
        ("<p>正文</p><p>相关空间词条推荐：<a href='/s'>后浪</a></p>", ["正文"]),
        ("<p>相关阅读：他读了<a href='/1'>那书</a>，又写了一篇。</p>",
         ["相关阅读：他读了那书，又写了一篇。"]),
        ("<p>正文</p><p>全文阅读</p>", ["正文"]),
        ("<p>正文</p><p>免责声明：上文不代表本号观点，版权属原拥有方。</p>", ["正文"]),
        ("<p>特别声明：我与此事无关。</p>", ["特别声明：我与此事无关。"]),
        ("<p>本词条及其他相关档案总共</p><p>收录项目数：20个</p><p>起始时间：3月</p><p>文</p>",
         ["文"]),
        ("<p>起始时间：3月</p><p>文</p>", ["起始时间：3月", "文"]),
        ("<p>标签：他这样说。</p>" + "<p>三</p>" * 6, ["标签：他这样说。", *"三三三三三三"]),
        ("<p>正文</p><p>标签：<a href='/t'>甲</a>、<a href='/u'>乙</a></p>", ["正文"]),
        ("<p>图：这是一句没有图的话</p>", ["图：这是一句没有图的话"]),
        ("<p>12/03/2024 - 10:00</p><p>正文</p>", ["正文"]),
        ("<p>一" * 4 + "<p>12/03/2024 - 10:00</p>", [*"一一一一", "12/03/2024 - 10:00"]),
    ],
)  # fmt: skip
def test_what_a_reader_would_call_the_article(html: str, expected: list[str]) -> None:
    assert text(html) == expected


def test_the_headline_is_apart_once() -> None:
    assert text("<h1>标 题</h1><p>标题</p><p>文</p>", "标题") == ["标题", "文"]
    assert text("<p>文</p><p>标题</p>", "标题") == ["文", "标题"]


@pytest.mark.parametrize(
    "html",
    [
        "<figure><img src=a><figcaption>图注</figcaption></figure>",
        "<div class='wp-caption'><img src=a><p class='wp-caption-text'>图注</p></div>",
        "<p><img src=a></p><p class='photo-credit'>图注</p>",
        "<figure><img src=a><span>图注</span></figure>",
    ],
)
def test_captions_are_kept_apart(html: str) -> None:
    cleaned = clean(f"<p>前</p>{html}<p>后</p>")
    assert cleaned.text == "前\n后"
    assert cleaned.captions == ("图注",)


@pytest.mark.parametrize(
    "credit",
    [
        "图源：网络",
        "（图片来源：某报）",
        "摄影/张某",
        "Photo: J. Ode",
        "人群。摄：某人/AFP",
        "本视频由编者添加",
    ],
)
def test_a_credit_beside_a_picture_is_a_caption(credit: str) -> None:
    cleaned = clean(f"<p>前</p><p><img src=a></p><p>{credit}</p><p>后</p>")
    assert cleaned.text == "前\n后"
    assert cleaned.captions == (credit,)
    assert clean(f"<p>前</p><p>{credit}</p><p>后</p>").captions == ()


def test_the_credit_of_the_picture_over_the_text_stands_anywhere() -> None:
    cleaned = clean("<p>文</p><p>题图当代水墨，作者：@某人</p>")
    assert (cleaned.text, cleaned.captions) == ("文", ("题图当代水墨，作者：@某人",))
    assert text("<p>题图是他拍的，他说。</p>") == ["题图是他拍的，他说。"]


def test_quotes_in_a_figure_are_text() -> None:
    cleaned = clean(
        "<figure><blockquote><p>引文</p></blockquote><figcaption>注</figcaption></figure>"
    )
    assert (cleaned.text, cleaned.captions) == ("引文", ("注",))


@pytest.mark.parametrize(
    "dateline",
    ["13/02/2024 - 11:14", "2024-02-13 11:14", "2024年2月13日 11:14", "2024/2/13 11:14:05"],
)
def test_datelines(dateline: str) -> None:
    cleaned = clean(f"<div>{dateline}</div><p>正文</p>")
    assert (cleaned.text, cleaned.dateline) == ("正文", dateline)
    labelled = clean(f"<div>发布时间：{dateline}</div><p>正文</p>")
    assert (labelled.text, labelled.dateline) == ("正文", dateline)


def test_emoji_pictures_become_their_emoji() -> None:
    assert text("<p>好<img class='wp-smiley' alt='👍🏽'><img src='/emoji/1.png' alt='🇰🇷'></p>") == [
        "好👍🏽🇰🇷"
    ]
    assert text("<p>好<img src=a alt='说明'></p>") == ["好"]


fragments = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div class='share'>", "</div>", "<br>", "<a href='x'>", "</a>", "<img>",
         "<figure>", "</figure>", "<blockquote>", "</blockquote>", "<pre>", "</pre>", "<table>",
         "<td>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "&#0;", "&#xD800;", "&amp",
         "<svg>", "<plaintext>", "<", ">", "\0", "\n", "字", "👍🏽", "相关阅读：", "©", "图：x"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(fragments | st.text())
def test_any_markup_gives_clean_lines(html: str) -> None:
    cleaned = clean(html.encode("utf-8", "replace").decode(), "题")
    for line in (*cleaned.text.split("\n"), *cleaned.captions):
        assert line == line.strip()
        assert "  " not in line
        assert not set(line) & set(map(chr, (*range(32), *range(0x7F, 0xA0))))
    assert "\n\n" not in cleaned.text
    cleaned.text.encode()


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "字" * 1_000_000,
        "<p>" + "\u200b" * 1_000_000 + "字",
        "<p>" + " \u200b" * 500_000 + "字",
        "<p>字" * 100_000,
        "<p>字<br>" * 100_000,
        "<a href=x>字</a>" * 50_000,
        "<b><i>字</b></i>" * 20_000,
        "<p>" + "(" * 200_000,
        "<p>© " + "Permalink " * 100_000,
        "<img src=x>" * 100_000 + "字",
        "<p " + "a='b' " * 100_000 + ">字",
        "<div>" * 1500 + "字",
    ],
    ids=lambda html: html[:12],
)
def test_hostile_markup_takes_its_time_and_no_more(html: str) -> None:
    assert clean(html).text


def test_bottomless_markup_is_refused() -> None:
    for tag in ("div", "b", "blockquote"):
        with pytest.raises(Rejected) as caught:
            clean(f"<{tag}>" * 50_000 + "字")
        assert caught.value.reason == "too_deep"
