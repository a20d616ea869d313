"""The typefaces of the sheet: Source Serif for what the press wrote, Source Sans for what we say (SIL OFL 1.1).

They come with packages, whole Latin as far as Vietnamese, and are embedded as the subset that a sheet uses.
"""

from functools import cache
from importlib.resources import as_file, files
from typing import Final

from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont

SANS: Final = "SourceSansPro"
SERIF: Final = "SourceSerifPro"
_PACKAGES: Final = {SANS: "font_source_sans_pro", SERIF: "font_source_serif_pro"}
_FACES: Final = ("Regular", "Bold")
UNKNOWN: Final = "?"  # for a letter of a script that the typefaces lack


@cache
def register() -> frozenset[int]:
    """Make the typefaces known to reportlab, once a process. Returns the code points that both have."""
    known: frozenset[int] | None = None
    for family, package in _PACKAGES.items():
        for face in _FACES:
            points = _register(family, face, package)
            known = points if known is None else known & points
        registerFontFamily(family, normal=f"{family}-Regular", bold=f"{family}-Bold", italic=f"{family}-Regular")
    return known or frozenset()


def printable(text: str) -> str:
    """`text` with only letters that the typefaces have: emoji and the like are left out, letters become UNKNOWN."""
    known = register()
    return "".join(char if ord(char) in known else _instead(char) for char in text)


def _instead(char: str) -> str:
    if char == "●":
        return "•"
    return UNKNOWN if char.isalnum() else ""


def _register(family: str, face: str, package: str) -> frozenset[int]:
    with as_file(files(package) / "files" / f"{family}-{face}.ttf") as path:
        font = TTFont(f"{family}-{face}", str(path))
    registerFont(font)
    return frozenset(font.face.charToGlyph)
