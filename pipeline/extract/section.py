"""The section that the outlet filed a story under."""

from collections.abc import Iterator

from kliping.text import clean_line
from pipeline.extract.statements import Statements, line

_LONGEST = 80  # characters


def read_section(said: Statements) -> tuple[str, str]:
    """The section's name as written with its source; ('', '') when none is stated."""
    for name, source in _stated(said):
        if name:
            return clean_line(name, _LONGEST), source
    return "", ""


def _stated(said: Statements) -> Iterator[tuple[str, str]]:
    linked = said.article.get("articleSection")
    yield line(linked[0] if isinstance(linked, list) and linked else linked), "json-ld"
    yield said.first("article:section", "content_category", "cxenseparse:category", "parsely-section"), "meta"
