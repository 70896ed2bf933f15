"""The colours of the charts, as `page.css` has them; Bokeh draws on a canvas and knows no CSS variables."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CLEAR", "STEPS", "Palette", "palette"]

CLEAR = "#00000000"

STEPS = (1, 30, 100, 1_000, 3_000)
"""Where the next darker step of the heat map begins, in patients: one hue, and the number stands in the cell."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme.

    Attributes
    ----------
    ink, ink_2, ink_3
        Numbers, labels, captions.
    line, hover
        Lines of axes and grids; the ground of what the pointer is over.
    accent, accent_soft
        The cohort now; what its rule does not take.
    all
        Everybody, the reference.
    heat, heat_ink
        Grounds and letters of the heat map, from nobody to `STEPS`' last.
    """

    ink: str
    ink_2: str
    ink_3: str
    line: str
    hover: str
    accent: str
    accent_soft: str
    all: str
    heat: tuple[str, ...]
    heat_ink: tuple[str, ...]


_PALETTES = {
    "light": Palette(
        ink="#181b20",
        ink_2="#434b57",
        ink_3="#5d6673",
        line="#e2e5ea",
        hover="#eef1f5",
        accent="#0b5fb0",
        accent_soft="#7fb0df",
        all="#cbd1da",
        heat=("#f2f4f7", "#dbe8f5", "#b3d0ec", "#7fb0df", "#2a70b6", "#0b4f94"),
        heat_ink=("#5d6673", "#181b20", "#181b20", "#08192b", "#ffffff", "#ffffff"),
    ),
    "dark": Palette(
        ink="#e9ecf0",
        ink_2="#bcc4cf",
        ink_3="#9aa5b3",
        line="#2b3139",
        hover="#20262d",
        accent="#72b3f4",
        accent_soft="#3f78b3",
        all="#48515d",
        heat=("#1e2329", "#1d3148", "#234768", "#2f6598", "#5b9fe0", "#9accff"),
        heat_ink=("#9aa5b3", "#e9ecf0", "#e9ecf0", "#ffffff", "#08192b", "#08192b"),
    ),
}


def palette(theme: str) -> Palette:
    """Return the colours of ``light`` or ``dark``; light where the theme is not known yet."""
    return _PALETTES.get(theme, _PALETTES["light"])
