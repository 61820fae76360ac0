"""Texts that are hard on offsets."""

from __future__ import annotations

from hypothesis import strategies as st

CLUSTERS = (
    "a", "Z", "é", "e\u0301", "韩", "国", "𠮷", "葛\U000e0100", "あ", "한", "\u1112\u1161\u11ab",
    "👍", "👍🏽", "👨‍👩‍👧‍👦", "🇰🇷", "🇯🇵", "1️⃣", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "क्षि",
    " ", "\t", "\n", "\n\n", "，", "。", "“", "”",
)  # fmt: skip
texts = st.lists(st.sampled_from(CLUSTERS), max_size=40).map("".join)
any_text = st.text(max_size=60) | texts
