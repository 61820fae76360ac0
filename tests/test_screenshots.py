"""The pictures of the documents show the colours that the pages have."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw

from tools.screenshots import MOST_OFF, packed


def _page(colours: int) -> Image.Image:
    """A page of many greys, with a small swatch of a rare colour."""
    picture = Image.new("RGB", (400, 400), "#fdfcfa")
    draw = ImageDraw.Draw(picture)
    for n in range(colours):
        draw.rectangle(
            (n % 40 * 10, n // 40 * 10, n % 40 * 10 + 9, n // 40 * 10 + 9), (n % 256,) * 3
        )
    draw.rectangle((396, 396, 399, 399), "#b4540a")
    return picture


def test_a_rare_colour_stays_what_it_is() -> None:
    for picture in (_page(20), _page(900), Image.effect_noise((200, 200), 90).convert("RGB")):
        small = packed(picture)
        off = ImageChops.difference(picture, small.convert("RGB")).getextrema()
        assert max(high for _, high in off) <= MOST_OFF  # type: ignore[misc]
    assert packed(_page(20)).mode == "P"
