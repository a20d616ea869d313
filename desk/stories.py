"""The stories of one day as *Hari ini* shows them: one a group of copies, ranked as the edition ranks them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, or_, select

from desk.marking import Piece, Span, pieces
from desk.office import Office
from digests.edition import Item
from digests.rank import Candidate, Setting, rank
from kliping.article import Article, Clip, Evidence
from kliping.articles import unpack_article, unpack_place
from kliping.clips import unpack_clip
from kliping.corrections import standing
from kliping.desks import Desk
from kliping.indonesian.sentences import sentences
from kliping.tables import articles, clips

CHUNK: Final = 500  # ids in one query; SQLite before 3.32 took 999 parameters
MOST: Final = 2_000  # clips of one day; the busiest real desk of the data has under 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One article of a story."""

    article: str
    outlet: str  # name
    at: datetime
    relation: str
    clipped: bool  # whether this desk has a clip of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What brought a story here: a watch and the sentence that it is met in; none where title or excerpt show it."""

    title: str
    sentence: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An item with everything that its line says."""

    item: Item
    lead: tuple[Piece, ...]  # the excerpt, with the words that met a watch
    members: tuple[Member, ...]
    why: Why | None

    @property
    def at(self) -> datetime:
        return self.item.published or self.item.first_seen

    @property
    def summary(self) -> str:
        """Dimuat 12 media: 1 asli, 8 salinan, 3 tulisan ulang."""
        kinds = Counter(member.relation for member in self.members)
        named = (("original", "asli"), ("copy", "salinan"), ("rewrite", "tulisan ulang"))
        parts = ", ".join(f"{kinds[kind]} {word}" for kind, word in named if kinds[kind])
        return f"Dimuat {len(self.item.outlets)} media: {parts}"


def of_day(connection: Connection, office: Office, desk: Desk, start: datetime, end: datetime) -> list[Story]:
    """What was first seen from `start` on and before `end`, and what was published then and first seen later."""
    found = _candidates(connection, desk.id, start, end)
    groups = _members(connection, sorted({one.copy.group for one in found}))
    mine = {one.article.id: one for one in found}
    setting = Setting(
        names={id_: outlet.name for id_, outlet in office.outlets.items()},
        members={group: {row.id: row.outlet for row in rows} for group, rows in groups.items()},
        since=start,
        zone=office.zone(desk),
    )
    known = {row.id: row for rows in groups.values() for row in rows}
    return [_story(item, mine, known, office) for item in rank(found, setting)]


def _candidates(connection: Connection, desk: str, start: datetime, end: datetime) -> list[Candidate]:
    seen = and_(clips.c.first_seen >= start, clips.c.first_seen < end)
    dated = and_(clips.c.published >= start, clips.c.published < end)
    mine = and_(clips.c.desk == desk, clips.c.state == "active", clips.c.origin != "backfill")
    columns = (clips.c.body.label("clip"), articles.c.body, articles.c.place)
    joined = select(*columns).join_from(clips, articles, clips.c.article == articles.c.id)
    newest = joined.where(mine, or_(seen, dated)).order_by(clips.c.first_seen.desc()).limit(MOST)
    read = [(unpack_article(r.body), unpack_place(r.place), unpack_clip(r.clip)) for r in connection.execute(newest)]
    decided = standing(connection, desk, [article.id for article, _, _ in read])
    return [Candidate(article=a, copy=place, clip=clip, standing=decided[a.id]) for a, place, clip in read]


def _members(connection: Connection, groups: Sequence[str]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    columns = (articles.c.id, articles.c.outlet, articles.c.group, articles.c.appeared, articles.c.place)
    for start in range(0, len(groups), CHUNK):
        some = articles.c.group.in_(groups[start : start + CHUNK])
        for row in connection.execute(select(*columns).where(some)):
            found[row.group].append(row)
    return found


def _story(item: Item, mine: Mapping[str, Candidate], known: Mapping[str, Any], office: Office) -> Story:
    members = [_member(known[id_], mine, office) for id_ in (item.article, *item.copies) if id_ in known]
    first = mine[item.article]
    ordered = tuple(sorted(members, key=lambda member: (member.at, member.article)))
    reason = why(first.article, first.clip)
    sentence = "".join(piece.text for piece in reason.sentence) if reason else ""
    at = item.excerpt.find(sentence) if sentence else -1
    spans = _marks(reason.sentence, at) if reason and at >= 0 else []
    if reason and (at >= 0 or sentence == first.article.title):
        reason = replace(reason, sentence=())
    return Story(item=item, lead=tuple(pieces(item.excerpt, spans)), members=ordered, why=reason)


def _marks(sentence: Sequence[Piece], at: int) -> list[Span]:
    """Where the marked pieces of a sentence lie, in a text that holds it from `at` on."""
    found = []
    for piece in sentence:
        if piece.marked:
            found.append((at, at + len(piece.text)))
        at += len(piece.text)
    return found


def _member(row: Any, mine: Mapping[str, Candidate], office: Office) -> Member:
    return Member(
        article=row.id,
        outlet=office.outlet_name(row.outlet),
        at=row.appeared,
        relation=unpack_place(row.place).relation,
        clipped=row.id in mine,
    )


def why(article: Article, clip: Clip) -> Why | None:
    """The watch and the words that a reader sees first: in the title, else early in the text, and the longest there."""
    rests = [(watch.name, one) for watch in clip.watches for one in watch.evidence if _shown(one, article)]
    if not rests:
        return None
    name, best = min(rests, key=lambda each: (each[1].where != "title", each[1].paragraph, -len(each[1].words)))
    if best.where == "title":
        return Why(title=name, sentence=tuple(pieces(article.title, [(best.start, best.end)])))
    paragraph = article.paragraphs[best.paragraph]
    return Why(title=name, sentence=tuple(sentence_around(paragraph, best.start, best.end)))


def _shown(evidence: Evidence, article: Article) -> bool:
    """Whether its place can be shown: an address is none, and a later wording may have fewer paragraphs."""
    return evidence.where == "title" or (evidence.where == "text" and evidence.paragraph < len(article.paragraphs))


def sentence_around(paragraph: str, start: int, end: int) -> list[Piece]:
    """The sentence of `paragraph` that holds the characters `start` to `end`, with them marked."""
    at = 0
    for sentence in sentences(paragraph):
        begin = paragraph.find(sentence, at)
        if begin < 0:
            break
        at = begin + len(sentence)
        if begin <= start < at:
            return pieces(sentence, [(start - begin, end - begin)])
    return pieces(paragraph, [(start, end)])
