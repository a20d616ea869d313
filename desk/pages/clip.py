"""Kliping: one article as it concerns the desk, with the proof of everything that we say about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.guard import Visit
from desk.history import changed, happenings
from desk.marking import Piece, pieces
from desk.rendering import render, to
from desk.stories import sentence_around
from digests.excerpt import excerpt
from digests.rank import published_of
from kliping import audit
from kliping.article import Article, Evidence, Tag
from kliping.articles import load_articles, load_group, load_history
from kliping.clips import StoredClip, find_clip
from kliping.clock import now
from kliping.corrections import (
    MAX_EXCERPT,
    MAX_NOTE,
    TONES,
    CorrectionError,
    Decision,
    Field,
    history,
    standing,
)
from pipeline.index import correct

FIELD_NAMES: Final = {"tone": "nada", "about": "bukan tentang kami", "excerpt": "kutipan", "note": "catatan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A tag with the sentences that show it. `at`: the paragraph, -1 for title and address."""

    name: str
    sentences: tuple[tuple[int, list[Piece]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Another article of the same text."""

    article: str
    url: str
    outlet: str
    title: str
    at: datetime
    relation: str
    share: int  # percent of common text
    passages: tuple[str, ...]
    clipped: bool


def clip(visit: Visit, status: int = 200, problem: str = "") -> Response:
    """The page of a clip."""
    stored = stored_clip(visit)
    article = stored.article
    with visit.office.database.read() as connection:
        decided = standing(connection, visit.here.id, [article.id])[article.id]
        decisions = history(connection, visit.here.id, article.id)
        events = load_history(connection, article)
        twins = _twins(visit, connection, stored)
    marked = [evidence for tag in _tags(stored) for evidence in tag.evidence]
    return render(
        visit,
        "kliping.html",
        status,
        problem=problem,
        stored=stored,
        article=article,
        outlet=visit.office.outlet_name(article.outlet),
        published=published_of(article),
        title=_marked(article.title, "title", 0, marked),
        paragraphs=[_marked(text, "text", n, marked) for n, text in enumerate(article.paragraphs)],
        tags=[
            ("Pantauan", [_shown(tag, article) for tag in stored.clip.watches]),
            ("Perangkat daerah dan lembaga", [_shown(tag, article) for tag in stored.clip.agencies]),
            ("Wilayah", [_shown(tag, article) for tag in stored.clip.regions]),
        ],
        twins=twins,
        carriers=sorted({visit.office.outlet_name(one) for one in (article.outlet, *stored.copy.outlets)}),
        history=happenings(events),
        changed=changed(events),
        withdrawal=events[-1] if events and article.withdrawn else None,
        decided=decided,
        decisions=[(FIELD_NAMES.get(one.field, one.field), one) for one in reversed(decisions)],
        machine_excerpt=excerpt(article.paragraphs),
        limits=(MAX_EXCERPT, MAX_NOTE),
        tones=TONES,
        editor=visit.may("editor"),
    )


def decide(visit: Visit) -> Response:
    """One decision of staff: the field and the value that the form names."""
    field = visit.form.get("isian", "")
    if field not in get_args(Field):
        raise HTTPException(400)
    desk, article, value = visit.here.id, visit.part("article"), visit.form.get("nilai", "")
    decision = Decision(desk=desk, article=article, field=cast(Field, field), value=value, by=visit.name, at=now())
    before = stored_clip(visit)
    try:
        after = correct(visit.office.database, visit.office.archive, decision)
    except CorrectionError as error:
        return clip(visit, 400, str(error))
    if after.version == before.version:
        return to(f"/{desk}/kliping/{article}", "sama")
    with visit.office.database.write() as connection:
        audit.note(connection, visit.name, "correction", f"{desk} {article}", f"{field}: {value}")
    return to(f"/{desk}/kliping/{article}", "tersimpan")


def stored_clip(visit: Visit) -> StoredClip:
    """The clip that the address names; 404 where the desk has none."""
    found = find_clip(visit.office.database, visit.here.id, visit.part("article"))
    if found is None:
        raise HTTPException(404)
    return found


def _tags(stored: StoredClip) -> tuple[Tag, ...]:
    return (*stored.clip.watches, *stored.clip.agencies, *stored.clip.regions)


def _marked(text: str, where: str, paragraph: int, evidence: Sequence[Evidence]) -> list[Piece]:
    return pieces(text, [(e.start, e.end) for e in evidence if e.where == where and e.paragraph == paragraph])


def _shown(tag: Tag, article: Article) -> Shown:
    return Shown(name=tag.name, sentences=tuple(_sentence(one, article) for one in tag.evidence))


def _sentence(evidence: Evidence, article: Article) -> tuple[int, list[Piece]]:
    span = evidence.start, evidence.end
    if evidence.where == "text" and evidence.paragraph < len(article.paragraphs):
        return evidence.paragraph, sentence_around(article.paragraphs[evidence.paragraph], *span)
    return -1, pieces(article.title if evidence.where == "title" else article.url, [span])


def _twins(visit: Visit, connection: Any, stored: StoredClip) -> list[Twin]:
    """The other members of the group, the earliest first."""
    ids = [id_ for id_ in load_group(connection, stored.copy.group) if id_ != stored.article.id]
    found = []
    for grouped in load_articles(connection, ids):
        article, copy = grouped.article, grouped.copy
        ours = stored.copy if stored.copy.of == article.id else copy
        found.append(
            Twin(
                article=article.id,
                url=article.url,
                outlet=visit.office.outlet_name(article.outlet),
                title=article.title,
                at=published_of(article) or article.first_seen,
                relation=copy.relation,
                share=round(100 * ours.score) if ours.of else 0,
                passages=ours.passages,
                clipped=find_clip(visit.office.database, visit.here.id, article.id) is not None,
            )
        )
    return sorted(found, key=lambda twin: (twin.at, twin.article))
