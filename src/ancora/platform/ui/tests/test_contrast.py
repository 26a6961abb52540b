"""The colours of each theme against WCAG 2: what is written, drawn or has the focus can be told apart."""

import math
import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[1] / "static/ui"
TOKEN = re.compile(r"--([\w-]+): light-dark\((oklch\([^;]*?\)), (oklch\([^;]*?\))\);")
NUMBERS = re.compile(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)")
HUE = re.compile(r"--hue: (\d+);")

SURFACES = ("paper", "raised", "sunken")
TINTS = ("sea-tint", "note", "good-tint", "warn-tint", "bad-tint")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2") for ground in (*SURFACES, *TINTS)),
    *((ink, ground) for ink in ("ink-3", "sea") for ground in SURFACES),
    *((ink, f"{ink}-tint") for ink in ("sea", "good", "warn", "bad")),
    *((ink, ground) for ink in ("good", "warn", "bad") for ground in ("paper", "raised")),
    *(("sea-on", ground) for ground in ("sea", "bad", "warn")),
    ("paper", "ink"),
]
# The border of a field, the ring of the focus.
DRAWN = [(line, ground) for line in ("line-2", "sea") for ground in SURFACES]
# In high contrast also what elsewhere only adorns.
DRAWN_STRONGLY = [*DRAWN, *(("line", ground) for ground in SURFACES), ("note-edge", "note"), ("note-edge", "raised")]


def tokens(dark: bool, *sheets: str) -> dict[str, str]:
    """The colours that the sheets give, the later over the earlier."""
    styles = [(STYLES / sheet).read_text(encoding="utf-8") for sheet in sheets]
    found: dict[str, str] = {}
    for text in styles:
        found |= {name: pair[dark] for name, *pair in TOKEN.findall(text)}
    hue = HUE.search(styles[0])[1]
    return {name: colour.replace("var(--hue)", hue) for name, colour in found.items()}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of an `oklch()`, by Björn Ottosson's matrices (2020) and clipped to sRGB."""
    lightness, chroma, hue = (float(number) for number in NUMBERS.fullmatch(colour).groups())
    a, b = (chroma * turn(math.radians(hue)) for turn in (math.cos, math.sin))
    lightness /= 100
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(max(one, 0), 1) for one in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_published_contrasts_are_met():
    # White on black is 21:1; #777 on white, that every guide names as just too weak, is 4.48:1.
    assert contrast("oklch(100% 0 0)", "oklch(0% 0 0)") == pytest.approx(21, abs=0.01)
    assert contrast("oklch(100% 0 0)", "oklch(56.94% 0 0)") == pytest.approx(4.48, abs=0.01)
    # #f00 on white is 4:1.
    assert contrast("oklch(100% 0 0)", "oklch(62.796% 0.25768 29.2339)") == pytest.approx(4.0, abs=0.01)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("sheets", "written", "drawn", "pairs"),
    [(("tokens.css",), 4.5, 3, DRAWN), (("tokens.css", "contrast.css"), 7, 4.5, DRAWN_STRONGLY)],
    ids=["plain", "high contrast"],
)
def test_every_pair_of_tokens_can_be_told_apart(dark, sheets, written, drawn, pairs):
    colours = tokens(dark, *sheets)
    wanted = [(pair, written) for pair in TEXT] + [(pair, drawn) for pair in pairs]
    weak = {
        f"{one} on {ground}": f"{ratio:.2f} < {least}"
        for (one, ground), least in wanted
        if (ratio := contrast(colours[one], colours[ground])) < least
    }
    assert weak == {}
