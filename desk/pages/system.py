"""Sistem: counts of every stage, dead letters, and why a piece of news is not there."""

from dataclasses import dataclass
from itertools import islice
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from crawlers.frontier import STAGE as FETCH
from crawlers.frontier import Frontier
from crawlers.pasted import addresses, outlet_name
from desk import words
from desk.guard import Visit
from desk.rendering import render, to
from kliping import audit, trace
from kliping.article import article_id
from kliping.articles import load_article
from kliping.clips import StoredClip, find_clip
from kliping.outlets import Outlet, outlet_of
from kliping.trace import Verdict
from kliping.urls import canonical_url, is_web_url
from pipeline.balance import sums, sums_of
from pipeline.behind import behind
from pipeline.dead import UnknownLetterError, dead_letters, find, retry

LETTERS: Final = 50  # shown at once
LONGEST_URL: Final = 2_000
LONGEST_PASTE: Final = 50_000  # characters of a pasted text: some hundred messages of a chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Why an article is, or is not, in the clippings: the last word, then the way there."""

    url: str
    conclusion: str
    clip: str  # article id when there is a clip, else ''
    found: str  # how it came to us
    outlet: Outlet | None
    steps: tuple[Verdict, ...]


def system(visit: Visit) -> Response:
    """Counts, how far the search is behind, dead letters, the question."""
    office = visit.office
    stages = [sums_of(FETCH, trace.counts(office.database)), *sums(office.database, office.bus)]
    letters = list(islice(dead_letters(office.bus, office.database), LETTERS + 1))
    waiting = Frontier(office.database).waiting()
    return render(
        visit,
        "sistem.html",
        section="sistem",
        stages=stages,
        waiting=waiting,
        letters=letters[:LETTERS],
        more=len(letters) > LETTERS,
        operator=visit.may("operator"),
        editor=visit.may("editor"),
        longest=LONGEST_PASTE,
        clips=office.archive.count(visit.here.id),
        behind=behind(office.database, office.archive, visit.here.id),
    )


def why(visit: Visit) -> Response:
    """Mengapa berita ini tidak ada? The full trace of an address, in plain words."""
    url = visit.asked("url", LONGEST_URL).strip()
    if not is_web_url(url):
        return render(visit, "telusur.html", 400, section="sistem", typed=url, answer=None, editor=False)
    answer = explain(visit, url)
    return render(visit, "telusur.html", section="sistem", typed=url, answer=answer, editor=visit.may("editor"))


def fetch(visit: Visit) -> Response:
    """Put addresses before all others; the crawlers fetch them next. They may stand in any text, such as a chat."""
    urls = addresses(visit.form.get("url", "")[:LONGEST_PASTE])
    if not urls:
        raise HTTPException(400)
    for url in urls:
        Frontier(visit.office.database).submit(url, outlet_name(url, visit.office.outlets.values()))
    with visit.office.database.write() as connection:
        for url in urls:
            audit.note(connection, visit.name, "submit", f"{visit.here.id} {url}")
    return to(f"/{visit.here.id}/sistem", "diambil")


def retry_letter(visit: Visit) -> Response:
    """Send one dead letter to its stage again."""
    office, id_ = visit.office, visit.form.get("surat", "")
    try:
        letter = find(office.bus, office.database, id_)
        sent = retry(office.bus, office.database, letter)
    except UnknownLetterError:
        raise HTTPException(404) from None
    with office.database.write() as connection:
        audit.note(connection, visit.name, "dead-letter-retried", letter.id, f"{letter.stage} {letter.reason}")
    return to(f"/{visit.here.id}/sistem", "diulang" if sent else "sudah")


def explain(visit: Visit, url: str) -> Answer:
    """What happened to an address, from its row in the frontier, the trace and the clip."""
    id_, database = article_id(url), visit.office.database
    entry, verdicts = Frontier(database).lookup(url), trace.history(database, id_)
    became = next((verdict.became for verdict in reversed(verdicts) if verdict.became), id_)
    stored = find_clip(database, visit.here.id, became)
    with database.read() as connection:
        article = load_article(connection, became)
    found = f"{words.WAYS.get(entry.found.way, entry.found.way)} {entry.found.where}".strip() if entry else ""
    if stored is not None:
        conclusion = _clipped(stored)
    elif article is not None and not _is_waiting(verdicts):
        conclusion = "Berita ini sudah dibaca, tetapi tidak memenuhi satu pun pantauan desk ini."
    else:
        conclusion = _not_read(entry.state if entry else "", entry.reason if entry else "", verdicts)
    return Answer(
        url=canonical_url(url),
        conclusion=conclusion,
        clip=became if stored else "",
        found=found,
        outlet=outlet_of(url, visit.office.outlets.values()),
        steps=tuple(verdicts),
    )


def _clipped(stored: StoredClip) -> str:
    """What a clip that there is, or was, says about itself."""
    if stored.counts:
        return "Berita ini ada di kliping desk ini."
    if stored.state == "active":
        return "Berita ini memenuhi pantauan, tetapi staf menandainya bukan tentang kami."
    return "Berita ini pernah ada di kliping desk ini, tetapi tidak lagi memenuhi pantauan."


def _is_waiting(verdicts: list[Verdict]) -> bool:
    return bool(verdicts) and verdicts[-1].verdict == "passed" and verdicts[-1].stage not in ("index", "tag")


def _not_read(state: str, reason: str, verdicts: list[Verdict]) -> str:
    """The last word about an address that no clip came of."""
    ended = next((v for v in reversed(verdicts) if v.verdict in ("dropped", "dead")), None)
    if state == "due":
        cause = f" Percobaan terakhir gagal: {words.reason(reason)}." if reason else ""
        return f"Tautan ini sudah dikenal dan menunggu diambil.{cause}"
    if ended is not None:
        stage = words.STAGES.get(ended.stage, ended.stage)
        return f"Berhenti di tahap {stage}: {words.reason(ended.reason)}."
    if verdicts or state in ("reread", "done"):
        return "Berita ini sudah diambil dan sedang diproses."
    return "Tautan ini belum pernah terlihat: tidak ada umpan atau halaman daftar yang menyebutnya."
