"""Whether an outlet changed a story so that whoever got it should know. Pure.

| what changed | told |
| --- | --- |
| the title | always, but for capitals and typography |
| a note of correction came into the text (Ralat:, Koreksi:, Catatan redaksi, Redaksi mohon maaf) | always |
| the text | where much of it is other words (REWRITTEN); never of a live page, which grows all day |

What two ways of reading a page may make differ is not told: it may be ours, and the clip's page shows it all the same.
"""

import re
from collections.abc import Iterable
from typing import Final

from digests.edition import TextChange
from kliping.article import Article
from kliping.history import read_otherwise
from kliping.wording import Change, compare_lines, plain, reads_the_same

# `changed_share` from which on a text is another one. Of labelled pairs of articles 58 of 65 copies ("at most lightly
# edited, cut") lie below it and 20 of the 22 that another outlet reworded above (tests/digests/test_material.py)
REWRITTEN: Final = 0.4
# As outlets write it; in 22,136 articles of nine outlets it finds three notes and nothing else
_NOTE: Final = re.compile(
    r"^\W*(?:(?:ralat|koreksi|hak jawab|hak koreksi)\s*[:.()\]-]|(?:catatan|klarifikasi|pemberitahuan|ralat) redaksi\b)"
    r"|\bredaksi (?:mohon|memohon|meminta|menyampaikan permohonan) maaf\b"
    r"|\b(?:berita|artikel|tulisan|judul) ini (?:telah|sudah) (?:diralat|dikoreksi)\b"
)


def is_retitled(before: Article, now: Article) -> bool:
    """Whether the title says something else, as far as both were read at the same place of the page."""
    return before.sources.get("title") == now.sources.get("title") and are_two(before.title, now.title)


def are_two(title: str, other: str) -> bool:
    """Whether two titles differ by more than capitals and typography."""
    return not reads_the_same([title.casefold()], [other.casefold()])


def text_change(before: Article, now: Article) -> TextChange:
    """How the text of `now` differs from the one `before`, as far as that matters to who knows that one."""
    if read_otherwise(before, now) or reads_the_same(before.paragraphs, now.paragraphs):
        return ""
    if _notes(now.paragraphs) > _notes(before.paragraphs):
        return "corrected"
    return "rewritten" if now.kind != "live" and changed_share(before, now) >= REWRITTEN else ""


def is_note(paragraph: str) -> bool:
    """Whether an outlet says here that it corrects itself."""
    return _NOTE.search(plain(paragraph).casefold()) is not None


def changed_share(before: Article, now: Article) -> float:
    """Which share of the words of both texts is in one of them only, or in another place; 0 to 1.

    Wherever paragraphs end: outlets cut them anew at times, and so do we.
    """
    changes = compare_lines(" ".join(before.paragraphs), " ".join(now.paragraphs))
    changed = sum(_words(change) for change in changes if change.kind != "same")
    return changed / sum(map(_words, changes)) if changed else 0.0


def _words(change: Change) -> int:
    return len(change.old.split()) + len(change.new.split())


def _notes(paragraphs: Iterable[str]) -> int:
    return sum(map(is_note, paragraphs))
