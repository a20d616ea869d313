"""What staff decide about a clip: its tone, that it is not about us, its excerpt, a note. Rows that are only added.

Of one desk, article and field the newest row stands; the value '' takes the field's decision back. No machine changes
them, so a decision outlives tagging, edits by the outlet and the rebuilding of the archive.

To make one call `pipeline.index.correct`: it also raises the clip's version and tells the archive.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, column, insert, select, values

from kliping.article import digest
from kliping.errors import KlipingError
from kliping.staff_tables import corrections
from kliping.tables import CODE, ID
from kliping.text import clean_line

Field = Literal["tone", "about", "excerpt", "note"]
Tone = Literal["", "positif", "netral", "negatif"]

FIELDS: Final[tuple[Field, ...]] = get_args(Field)
TONES: Final[tuple[Tone, ...]] = ("positif", "netral", "negatif")
NOT_ABOUT_US: Final = "no"  # the value of "about"
MAX_EXCERPT: Final = 300  # characters: the column Ringkasan of the sheet
MAX_NOTE: Final = 2_000  # characters: a page of the desk shows it whole
CHUNK: Final = 400  # clips in one query, two parameters each; SQLite before 3.32 took 999

_TICK: Final = timedelta(microseconds=1)  # what the column `at` can tell apart

Pair = tuple[str, str]  # desk, article


class CorrectionError(KlipingError):
    """The decision cannot be taken; the text, in Indonesian, is for who made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One field of one clip as someone wants it. `value` '' takes the field's decision back."""

    desk: str
    article: str
    field: Field
    value: str
    by: str  # account
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who decided, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands about one clip. A field that nobody decided, or that was taken back, is ''."""

    tone: Tone = ""
    about: Literal["", "no"] = ""
    excerpt: str = ""
    note: str = ""  # may have several lines
    signed: Mapping[str, Signature] = field(default_factory=dict)  # field -> its newest decision, also a taking back

    @property
    def is_ours(self) -> bool:
        """Whether staff let it count as a clip of this desk."""
        return self.about != NOT_ABOUT_US


UNDECIDED: Final = Standing()


def checked(decision: Decision) -> Decision:
    """`decision` with its value cleaned. Raises CorrectionError for what cannot stand."""
    match decision.field:
        case "tone":
            value = _one_of(decision.value, TONES, "Nada harus positif, netral atau negatif, atau dikosongkan")
        case "about":
            value = _one_of(decision.value, (NOT_ABOUT_US,), "Pilihan “bukan tentang kami” tidak dikenal")
        case "excerpt":
            value = _at_most(clean_line(decision.value), MAX_EXCERPT, "Ringkasan")
        case "note":
            lines = "\n".join(clean_line(line) for line in decision.value.splitlines())
            value = _at_most(lines.strip("\n"), MAX_NOTE, "Catatan")
        case _:
            raise CorrectionError(f"Isian tidak dikenal: {clean_line(str(decision.field), 40)}")
    return replace(decision, value=value)


def standing(connection: Connection, desk: str, article_ids: Sequence[str]) -> dict[str, Standing]:
    """What stands about clips of a desk: every id of `article_ids` -> its Standing, UNDECIDED where nobody decided."""
    found = standings(connection, [(desk, article) for article in article_ids])
    return {article: found[desk, article] for article in article_ids}


def standings(connection: Connection, pairs: Sequence[Pair]) -> dict[Pair, Standing]:
    """The same for clips of several desks, by desk and article."""
    found: dict[Pair, Standing] = dict.fromkeys(pairs, UNDECIDED)
    for decision in _decisions(connection, pairs):
        pair = decision.desk, decision.article
        found[pair] = _with(found[pair], decision)
    return found


def history(connection: Connection, desk: str, article: str) -> list[Decision]:
    """Every decision about a clip, oldest first."""
    return list(_decisions(connection, [(desk, article)]))


def save(connection: Connection, decision: Decision) -> bool:
    """Add a checked decision inside the caller's write transaction; False, and no row, where it stands already.

    It is dated after every earlier one about the clip, so what was written last stands, also after the clock was set
    back.
    """
    before = history(connection, decision.desk, decision.article)
    newest = next((one.value for one in reversed(before) if one.field == decision.field), "")
    if newest == decision.value:
        return False
    at = max([decision.at, *(one.at + _TICK for one in before[-1:])])
    connection.execute(insert(corrections), _row(replace(decision, at=at)))
    return True


def _decisions(connection: Connection, pairs: Sequence[Pair]) -> Iterator[Decision]:
    """Those about some clips; of one clip in the order in which they were made.

    Joined to the pairs as a table: SQLite reads the whole of `corrections` for a row-value IN of two pairs or more.
    """
    columns = [corrections.c[name] for name in ("desk", "article", "field", "value", "by", "at")]
    each = list(dict.fromkeys(pairs))
    for start in range(0, len(each), CHUNK):
        given = values(column("desk", CODE), column("article", ID), name="given").data(each[start : start + CHUNK])
        asked = given.cte("asked")
        mine = (corrections.c.desk == asked.c.desk) & (corrections.c.article == asked.c.article)
        query = select(*columns).select_from(asked).join(corrections, mine).order_by(corrections.c.at)
        for row in connection.execute(query).mappings():
            yield Decision(**row)


def _with(before: Standing, decision: Decision) -> Standing:
    signed = {**before.signed, decision.field: Signature(by=decision.by, at=decision.at)}
    changed: dict[str, Any] = {decision.field: decision.value, "signed": signed}
    return replace(before, **changed)


def _row(decision: Decision) -> dict[str, Any]:
    key = digest(decision.desk, decision.article, decision.field, decision.at.isoformat())
    return {
        "id": key,
        "desk": decision.desk,
        "article": decision.article,
        "field": decision.field,
        "value": decision.value,
        "by": decision.by,
        "at": decision.at,
    }


def _one_of(value: str, allowed: Iterable[str], otherwise: str) -> str:
    if value and value not in allowed:
        raise CorrectionError(otherwise)
    return value


def _at_most(value: str, limit: int, what: str) -> str:
    if len(value) > limit:
        raise CorrectionError(f"{what} paling banyak {limit} karakter; ini {len(value)} karakter")
    return value
