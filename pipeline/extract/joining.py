"""The text of an article that was cut into several pages. Pure.

A page that says all that came before is the whole article and stands for it. Any other goes on with it, without the
lines that it repeats: the lead, captions, what the outlet prints on every page.
"""

from collections.abc import Sequence

from pipeline.extract.title import plain


def joined(parts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The paragraphs of all parts, which come in their order. No line is lost."""
    text: tuple[str, ...] = ()
    for paragraphs in parts:
        known, said = set(map(plain, text)), set(map(plain, paragraphs))
        new = tuple(line for line in paragraphs if plain(line) not in known)
        text = paragraphs if known < said else (*text, *new)
    return text
