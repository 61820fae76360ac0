"""What in archived markup is not the article: the patterns, each for one kind of clutter.

They describe the feeds and sites met so far. A change here changes texts: raise
`annotate.ingest.clean.CLEANER_VERSION` with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum


class Role(Enum):
    """What an element means for the text."""

    INLINE = "inline"
    BLOCK = "block"
    BREAK = "break"
    CELL = "cell"
    LINK = "link"
    TAG_LINK = "tag link"
    CAPTION = "caption"
    QUOTE = "quote"
    VERBATIM = "verbatim"
    MEDIA = "media"
    EMBED = "embed"
    DROPPED = "dropped"


def _roles(role: Role, tags: str) -> Iterable[tuple[str, Role]]:
    return ((tag, role) for tag in tags.split())


TAG_ROLES: dict[str, Role] = dict(
    (
        *_roles(
            Role.BLOCK,
            "p div section article main header footer h1 h2 h3 h4 h5 h6 li dl dt dd tr caption"
            " thead tbody tfoot details summary fieldset legend address center body html",
        ),
        *_roles(Role.BREAK, "br hr"),
        *_roles(Role.CELL, "td th"),
        *_roles(Role.LINK, "a"),
        *_roles(Role.CAPTION, "figure figcaption"),
        *_roles(Role.QUOTE, "blockquote table ul ol"),
        *_roles(Role.VERBATIM, "pre listing xmp plaintext"),
        *_roles(Role.MEDIA, "img iframe video audio object embed"),
        *_roles(
            Role.DROPPED,
            "script style template noscript head title meta link base svg canvas math map form"
            " button input select textarea datalist progress meter nav aside menu dialog rt rp"
            " noframes frameset frame param source track",
        ),
    )
)

HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|;)\s*font-size\s*:\s*0(?:px|em|pt|%)?\s*(?:;|$)",
    re.I,
)

# Attributes by which components of a page that are not the article are known.
CLUTTER_ATTRIBUTE = re.compile(
    r"data-(?:root-)?(?:self-?promo|share|newsletter|promo|ads?|advert|outbrain|related)(?:-.*)?"
)


def _names(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{'|'.join(patterns)})(?!\S)", re.I)


EMBED_NAMES = _names("wp-embedded-content", "wp-embed", r"embedly-card")
CAPTION_NAMES = _names(
    r"wp-caption(?:-\S+)?",
    r"(?:\S+[-_])?caption(?:[-_]text)?",
    r"(?:\S+[-_])?(?:photo|image|picture|img)[-_]?credits?",
    r"fb-xfbml-parse-ignore",
)
CLUTTER_NAMES = _names(
    # sharing
    r"sharedaddy|sd-\S+|addtoany\S*|a2a_\S*|shariff|share|shares|sharing",
    r"(?:\S+[-_])?shar(?:e|ing)[-_](?:bar|buttons?|links?|tools?|this|box|widget|icons?)",
    r"social[-_](?:share|sharing|links?|icons?|buttons?|bar)\S*",
    # promotion
    r"(?:\S+[-_])?(?:newsletter|self-?promo|promo|promotion|subscribe|subscription)(?:[-_]\S+)?",
    r"ad|ads|advert\S*|adsbygoogle|sponsored\S*|ad[-_](?:slot|container|unit|banner|box)\S*",
    # other articles
    r"jp-relatedposts|yarpp\S*|taboola\S*|outbrain\S*|OUTBRAIN",
    r"related|(?:\S+[-_])?related[-_]?(?:posts?|articles?|content|links?|stories|news)?",
    # about the article, not of it
    r"post-tags|entry-tags|tags-links|tag-links|tag-list|tags-list|tags|m-tags-list",
    r"entry-(?:meta|footer)|post-(?:meta|footer|navigation)|breadcrumbs?|copyright\S*",
    r"mw-editsection|comments?-(?:area|list)|cookie-\S+|paywall\S*",
    # not visible
    r"sr-only|screen-reader-text|visually-?hidden|hidden|d-none|is-hidden|noprint",
)
EMOJI_NAMES = _names("wp-smiley", "emoji", "twemoji", "W_img_face", "Emoji")
EMOJI_SOURCE = re.compile(r"/emoji/|s\.w\.org/images/core/")
TAG_LINK_NAMES = _names("st_tag", "internal_tag", "post-tag")
MEDIA_LINK = re.compile(r"pic\.(?:twitter|x)\.com/")
SHARE_URL = re.compile(
    r"whatsapp:|https?://(?:[\w-]+\.)*(?:"
    r"facebook\.com/(?:dialog/(?:share|feed)|sharer|share\.php)|(?:twitter|x)\.com/(?:intent|share)"
    r"|whatsapp\.com/send|wa\.me/\?|t\.me/share|telegram\.me/share|linkedin\.com/share"
    r"|service\.weibo\.com/share|v\.t\.sina\.com\.cn/share|connect\.qq\.com/widget|reddit\.com/submit"
    r"|pinterest\.com/pin/create|line\.me/R/|social-plugins\.line\.me|del\.icio\.us/post"
    r"|plus\.google\.com/share|getpocket\.com/save|douban\.com/share)",
    re.I,
)

DATELINE = re.compile(
    r"(?:(?:Published|Posted|Updated|Issued)(?: on)?|发表时间|发布时间|更改时间|更新时间|發表時間"
    r"|發佈時間|發布時間|時間|时间)?\s*[:：]?\s*"
    r"(?P<stamp>\d{1,2}/\d{1,2}/\d{4}\s*[-–,]?\s*\d{1,2}:\d{2}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s*[-–,T]?\s*\d{1,2}:\d{2}(?::\d{2})?"
    r"|\d{4}年\d{1,2}月\d{1,2}日\s*[-–,]?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)",
    re.I,
)

FEED_FOOTER = re.compile(
    r"获取更多\s*RSS\b.{0,60}"
    r"|Feed enhanced by\b.{0,80}"
    r"|©.{0,200}\bPermalink\b.{0,600}"
    r"|Post tags\s*[:：].{0,2000}"
    r"|The post .{1,300} (?:appeared first|first appeared) on .{1,100}"
    r"|(?:文章|帖子).{1,300}(?:最先出现在|最早出现在|最先出現於|最早發佈於).{1,100}",
    re.I,
)
CLUTTER_LINE = re.compile(
    # sharing
    r"(?:分享|分享到|分享至|分享給|分享给朋友|Share|Share (?:this|on|via)|Partager|Tweet)\s*[:：]?"
    # copyright
    r"|(?:©|\(c\)\s|ⓒ|Copyright\b).{0,200}"
    r"|(?:本文)?(?:版权所有|版權所有|著作权所有|All rights reserved).{0,100}"
    r"|(?:免责|特别|版权|转载|免責|特別|版權|轉載)[声聲]明\s*[:：]"
    r".{0,120}(?:[版著][权權作]|侵[权權]|不代表|仅代表|僅代表).{0,120}"
    # newsletters, apps, accounts to follow
    r"|.{0,20}(?:电邮新闻|新闻信|每日电邮|电子邮件新闻).{0,40}(?:订阅|头条|信箱|每天|每日).{0,30}"
    r"|(?:我订阅|立即订阅|订阅我们|訂閱|Subscribe|Sign up)(?:(?: to| for).{0,80})?[。.!！]?"
    r"|.{0,40}(?:请|立即)?下载.{0,20}(?:应用程序|客户端|APP|App).{0,20}"
    r"|(?:Download|Get) (?:the|our) .{0,30}\bapp\b.{0,30}"
    r"|(?:长按|扫描|识别|扫码).{0,20}二维码.{0,20}"
    # other pages
    r"|(?:阅读全文|全文阅读|阅读更多|继续阅读|查看原文|閱讀全文|Continue reading|Read more"
    r"|Read the full story).{0,4}"
    r"|CDS\s*档案\s*[|｜].{0,60}",
    re.I,
)
TAG_LINE = re.compile(
    r"(?:Tags?|Topics|Keywords|Filed under|Tagged(?: with)?|标签|標籤|关键词|關鍵詞|关键字|话题)"
    r"\s*[:：].*",
    re.I,
)
_RELATED = (
    r"[【\[（(]?(?:相关阅读|延伸阅读|相关文章|相关链接|相关报道|相关新闻|更多阅读|推荐阅读|扩展阅读"
    r"|相關閱讀|延伸閱讀|相關文章|相關報道|相關報導|相關新聞|更多閱讀|推薦閱讀|相关.{0,6}推荐"
    r"|Related(?: (?:articles?|stories|posts?|reading|news|content))?|Further reading"
    r"|Read (?:also|next|on)|See also|You may also like|More on this(?: story)?|À lire aussi)"
    r"[】\]）)]?\s*"
)
RELATED_HEADING = re.compile(_RELATED + r"[:：]?", re.I)
# Heading and link on one line; only its links tell it from a sentence that begins so.
RELATED_LINE = re.compile(_RELATED + r"[:：|｜](?P<others>.+)", re.I)
BOX_HEADING = re.compile(r"本词条及其他相关档案总共")
BOX_LINE = re.compile(r"(?:收录项目数|起始时间)\s*[:：].{1,30}")
CREDIT = re.compile(
    r"[（(【\[△▲▼图圖◎]*\s*本?(?:图片?来源|圖片?來源|图源|圖源|资料图片|資料圖片|图片|圖片|图|圖|摄影?|攝影?"
    r"|题图|題圖|插图|(?:相关|相關)?背景图|视频截图|网络图片|视频|視頻|影片|来源|來源"
    r"|Photo(?:graph)?s?|Images?|Pictures?|Video|Credit|Source)"
    r"(?:\s*(?:[：:/／｜|【]|by\b|courtesy).{0,80}|来自.{0,20}|來自.{0,20}|由.{0,20}(?:提供|添加|所加))?[）)】\]]?"
    r"|.{0,120}(?:[（(][^（(]{1,20}[摄攝][）)]|[摄攝]影?\s*[：:/／｜|].{1,40}"
    r"|\b(?:via )?Getty Images)\s*",
    re.I,
)
HEAD_PICTURE = re.compile(
    r"[（(【\[]?[题題][图圖].{0,20}(?:作者|来源|來源|[摄攝]影?)\s*[:：].{1,40}"
)
EMBED_CREDIT = re.compile(r"Posted by .+ on .+")
