"""Cleaning of text that strangers wrote, before anything of ours sees it."""

import re

# C0 and C1 controls but for blanks, lone surrogates, bidi overrides (they can make a title read backwards), BOM
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # PostgreSQL refuses NUL, no UTF-8 has a lone surrogate
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
ID_FORM = "up to 64 of a-z, 0-9, '.', '_', '-'"  # the width of the columns that keep such ids


def is_id(text: str) -> bool:
    """True for a name that people give in the configuration and that may stand in rows, URLs and file names."""
    return _ID.fullmatch(text) is not None


def storable(text: str) -> str:
    """`text` without what no store can keep: NUL characters and lone surrogates."""
    return _UNSTORABLE.sub("", text)


def clean_line(text: str, limit: int | None = None) -> str:
    """One line: control characters gone, blanks folded, cut to `limit` characters at a word where one is near."""
    if not text.isprintable():  # no printable character is forbidden, and looking for that is cheap
        text = _FORBIDDEN.sub("", text)
    line = folded(text)
    return line if limit is None or len(line) <= limit else shorten(line, limit)


def folded(text: str) -> str:
    """`text` with every run of blanks made one, and none at its ends."""
    if text.isprintable() and "  " not in text:  # its only blank is the space; a third of the time of splitting it
        return text.strip()
    return " ".join(text.split())


def shorten(line: str, limit: int) -> str:
    """At most `limit` characters, ending in '…' at the last blank of the final fifth, else hard."""
    head = line[: limit - 1]
    blank = head.rfind(" ", limit * 4 // 5)
    return (head[:blank] if blank > 0 else head).rstrip() + "…"
