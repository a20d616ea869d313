"""From blocks to paragraphs: the lines that an outlet puts around its stories go, each with the reason why.

The rules are data (`data/phrases.txt`); here is only how they are applied. Pure, and linear: a block longer than
LONGEST_RULED is running text and is not looked at by rules for lines.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.extract.phrases import Phrases
from pipeline.extract.template import line_key
from pipeline.extract.title import plain

LONGEST_RULED = 1200  # characters; the rules describe lines of a few hundred
_HEAD = 5  # blocks at the beginning, of the first half, in which rules of that scope apply
_TAIL = 6  # blocks at the end in which rules of that scope apply
_PULLED = 400  # characters of a pull quote or lead that a longer paragraph repeats
_COMPARED = 500  # blocks that are compared with each other: the cost is their square
_PRINTED = 3  # times that a caption is printed; what comes oftener is the questions of an interview
_REPEATABLE = 25  # characters: shorter lines may come twice in a story, in tables and scores
# What somebody says is the story, however much it sounds like the outlet's own invitations.
_SAID = re.compile(r"""["“].*,["”]\s+(?:kata|ujar|tutur|ungkap|jelas|tegas|papar|imbuh|tambah|terang|ucap|lanjut)""")
_BODY_BEFORE_CUT = 3  # blocks that must stand before a rule may cut the rest


@dataclass(frozen=True, slots=True)
class Removed:
    """A text that was taken out, with the name of the rule."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is left of the story, and what was taken out of it."""

    paragraphs: tuple[str, ...]
    removed: tuple[Removed, ...]


def clean(texts: Sequence[str], title: str, recurring: frozenset[str] = frozenset()) -> Cleaned:
    """Paragraphs without the headline, repetitions, the phrases of the catalogue and the outlet's `recurring` lines."""
    removed: list[Removed] = []
    phrases = Phrases(texts)
    kept = _cut(_once(_own(texts, recurring, removed), title, removed), phrases, removed)
    for scope, window in (("head", _first_few), ("inline", _everywhere), ("line", _everywhere), ("tail", _last_few)):
        kept = _apply(kept, scope, window(len(kept)), phrases, removed)
    while kept and (shorter := _apply(kept, "last", _very_last(len(kept)), phrases, removed)) != kept:
        is_gone, kept = len(shorter) < len(kept), shorter
        if not is_gone:
            break
    return Cleaned(tuple(kept), tuple(removed))


def _own(texts: Sequence[str], recurring: frozenset[str], removed: list[Removed]) -> Sequence[str]:
    """Without the lines that the outlet prints on many pages."""
    if not recurring:
        return texts
    own = [line_key(text) in recurring for text in texts]
    removed.extend(Removed(text, "recurring") for text, is_own in zip(texts, own, strict=True) if is_own)
    return [text for text, is_own in zip(texts, own, strict=True) if not is_own]


def _once(texts: Sequence[str], title: str, removed: list[Removed]) -> list[str]:
    """Without the headline, and without captions, leads and pull quotes that say what is said elsewhere."""
    keys = [plain(text) for text in texts]
    counts = Counter(keys)
    everything = "\n".join(counts) if len(counts) <= _COMPARED else ""
    headline = plain(title)
    seen: set[str] = set()
    kept: list[str] = []
    for text, key in zip(texts, keys, strict=True):
        reason = "title" if key == headline else "no_words" if not key else ""
        if len(key) >= _REPEATABLE and not reason:
            if key in seen and counts[key] <= _PRINTED:
                reason = "repeated"
            elif len(key) <= _PULLED and everything.count(key) > 1:
                reason = "pull_quote"
        seen.add(key)
        if reason:
            removed.append(Removed(text, reason))
        else:
            kept.append(text)
    return kept


def _cut(texts: list[str], phrases: Phrases, removed: list[Removed]) -> list[str]:
    for index, text in enumerate(texts):
        if index >= _BODY_BEFORE_CUT or index * 2 >= len(texts) > 1:
            for rule in phrases.fitting("cut", text) if len(text) <= LONGEST_RULED else ():
                if rule.pattern.search(text):
                    removed.extend(Removed(gone, rule.name) for gone in texts[index:])
                    return texts[:index]
    return texts


def _apply(texts: list[str], scope: str, window: range, phrases: Phrases, removed: list[Removed]) -> list[str]:
    ruled = [_ruled(text, scope, phrases, removed) for text in texts[window.start : window.stop]]
    return [*texts[: window.start], *filter(None, ruled), *texts[window.stop :]]


def _ruled(text: str, scope: str, phrases: Phrases, removed: list[Removed]) -> str:
    fitting = phrases.fitting(scope, text) if len(text) <= LONGEST_RULED else []
    if not fitting or (scope == "line" and _SAID.match(text)):
        return text
    for rule in fitting:
        match = rule.pattern.search(text)
        if match and match[0].strip():
            removed.append(Removed(match[0].strip(), rule.name))
            text = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
            if not text:
                return ""
    return text


_everywhere: Callable[[int], range] = range


def _first_few(count: int) -> range:
    return range(min(count // 2, _HEAD))


def _last_few(count: int) -> range:
    return range(max(0, count - _TAIL), count)


def _very_last(count: int) -> range:
    return range(max(0, count - 1), count)


_PAID = re.compile(r"\b(?:adv|advertorial|pariwara|rls|rilis|hms|humas|diskominfo|siaran pers)\b", re.IGNORECASE)
_LONGEST_MARK = 60  # characters: a mark stands alone or in the initials at the end


def is_paid(cleaned: Cleaned) -> bool:
    """Whether what was removed marks the story as placed by its subject: "(Adv)", "(hms)", "Siaran pers"."""
    return any(len(gone.text) <= _LONGEST_MARK and _PAID.search(gone.text) for gone in cleaned.removed)
