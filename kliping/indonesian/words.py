"""Words of a text, the same way for index and query, and where they stand in the original.

Every character is folded alone, so `normalise` is cheap, repeatable, and each token knows its place in the original.
Both archives index `tokens`, joined by blanks: left to themselves SQLite's unicode61 and Elasticsearch's standard
tokenizer disagree on "14.35", "selesai.Wali", "snake_case" and accents.

Choices, after the measurements of FTS5's behaviour with Indonesian text:

* An apostrophe inside a word is dropped (Jum'at = jumat, Al-Qur'an = al quran).
* A hyphen parts words (warga-warga = warga warga, KTP-el = ktp el, Covid-19 = covid 19), but a single letter before
  it belongs to its word (e-KTP = ektp, e-budgeting = ebudgeting).
* "Rp1,5" and "Rp 1,5" are rp 1 5; thousands are joined (22.136 = 22136); a percent sign after a number is "persen".
"""

import re
import unicodedata
from functools import cache
from html import unescape
from typing import Final

from kliping.indonesian.datafiles import lines

_QUOTES: Final = dict.fromkeys("‘’‚‛ʻʼʽʾʿˈ`´′", "'") | dict.fromkeys("“”„‟″«»", '"')  # NFKD would tear ´ and ″
_DASHES: Final = dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-")
_PLAIN: Final = _QUOTES | _DASHES | {"&": " ", "⁄": "/", "…": "..."}


def _fold(char: str) -> str:
    """One character in its searchable form: lower case, compatibility form, no accents; '' for invisible ones.

    Accents go because SQLite's tokenizer drops them and Elasticsearch's does not. An ampersand becomes a blank:
    so text that was escaped twice ("&amp;amp;") reads the same however often it is normalised.
    """
    if char in _PLAIN:
        return _PLAIN[char]
    match unicodedata.category(char):
        case "Zs" | "Zl" | "Zp" | "Cc" | "Cs":
            return " "
        case "Cf" | "Mn" | "Me":
            return ""
    folded = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)).lower()
    return folded if folded == char else "".join(map(_fold, folded))


class _Folding(dict[int, str]):
    """A table for `str.translate` that learns each character when it first meets it."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


_FOLDING: Final = _Folding()

_ENTITY: Final = re.compile(
    r"&(?:amp|nbsp|quot|apos|lt|gt|[lr][sd]quo|[nm]dash|hellip|#\d{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE
)
_INNER_APOSTROPHE: Final = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_TOKEN: Final = re.compile(
    r"""
    rp(?=\d)                                    # Rp1,5 miliar
  | \d{1,3}(?:\.\d{3}){1,5}(?!\.?\d)            # 1.500.000; bounded, so no long run is read twice
  | (?<![^\W_])[^\W\d_]-(?=[^\W\d_]{2})[^\W_]+   # e-KTP
  | [^\W_]+                                     # any word or number
  | (?<=\d)\s*(%)                               # 30%, 30 %
    """,
    re.VERBOSE,
)


def _decode_entities(text: str) -> str:
    """HTML character references that a feed left in the text, decoded and padded to their old length."""
    return _ENTITY.sub(_padded, text) if "&" in text else text


def _padded(match: re.Match[str]) -> str:
    written = match[0]
    return unescape(written)[:1].ljust(len(written), "\u200b")


def normalise(text: str) -> str:
    """`text` as it is searched: lower case, plain quotes and dashes, no accents or invisible marks, single blanks.

    Idempotent; never raises. Punctuation is kept, apart from apostrophes inside words and ampersands.
    """
    return " ".join(_folded(_decode_entities(text)).split())


def _folded(decoded: str) -> str:
    return _INNER_APOSTROPHE.sub("", decoded.translate(_FOLDING))


def tokens(text: str) -> list[str]:
    """The words of `text` in order, in searchable form: only letters and digits, never empty."""
    return [_plain(match[0]) for match in _TOKEN.finditer(_folded(_decode_entities(text)))]


def token_spans(text: str) -> list[tuple[str, int, int]]:
    """The tokens of `text`, each with its start and end (exclusive) in `text` itself."""
    decoded = _decode_entities(text)
    folded = _folded(decoded)
    found = [(_plain(m[0]), m.end() - 1 if m[1] else m.start(), m.end()) for m in _TOKEN.finditer(folded)]
    if len(folded) == len(decoded) and all(len(_FOLDING[ord(char)]) == 1 for char in set(decoded)):
        return found
    origin = _origins(decoded)
    return [(token, origin[start], origin[end - 1] + 1) for token, start, end in found]


def _origins(decoded: str) -> list[int]:
    """For each character of the folded text, the index of the original character that it came from."""
    origins = [index for index, char in enumerate(decoded) for _ in _FOLDING[ord(char)]]
    dropped = {match.start() for match in _INNER_APOSTROPHE.finditer(decoded.translate(_FOLDING))}
    return [index for place, index in enumerate(origins) if place not in dropped] if dropped else origins


def _plain(token: str) -> str:
    if token.isalnum():
        return token
    return "persen" if token.endswith("%") else token.translate(_SEAMS)


_SEAMS: Final = {ord(char): None for char in ".-"}


@cache
def stop_words() -> frozenset[str]:
    """Words that carry no subject, for keyword clouds and summaries; never for tone or for phrase search.

    Negations and words of quality (tidak, belum, kurang, baik, naik …) are not in it.
    """
    return frozenset(word for line in lines("stopwords.txt") for word in line.split())
