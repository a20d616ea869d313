"""Edisi: what went out, frozen; what the next one would say; who gets it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, cast

from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.guard import Visit
from desk.rendering import render, to
from digests import changed_words
from digests.edition import Edition
from digests.editions import Form, NoEdition, Slot, closed_editions, draft, find, form, load
from digests.ledger import Line, lines
from digests.rank import SECTIONS
from digests.render.chat import chat_pieces, render_chat
from digests.schedule import slot_of
from digests.words import section_title
from kliping import audit, recipients
from kliping.clock import now
from kliping.recipients import AddressError, subscribers

LAST_NUMBER: Final = 2**31 - 1  # that the column can hold
FILES: Final[Mapping[str, tuple[Form, str]]] = {  # name in the address -> form and what it is sent as
    "lembar.pdf": ("pdf", "application/pdf"),
    "surel.html": ("html", "application/octet-stream"),  # to keep, never to open here: its styles are inline
    "surel.txt": ("text", "text/plain; charset=utf-8"),
    "obrolan.txt": ("chat", "text/plain; charset=utf-8"),
}
STATES: Final = {
    "planned": "menunggu", "sending": "sedang dikirim", "sent": "terkirim", "refused": "ditolak",
    "unknown": "tidak pasti", "stopped": "berhenti berlangganan",
}  # fmt: skip


def editions(visit: Visit, status: int = 200, problem: str = "") -> Response:
    """All editions, the next one, and who gets them."""
    with visit.office.database.read() as connection:
        people = subscribers(connection, visit.here.id)
    return render(
        visit,
        "edisi.html",
        status,
        section="edisi",
        problem=problem,
        editions=closed_editions(visit.office.database, visit.here.id),
        due=_slot(visit).due_at,
        people=[one for one in people if one.stopped_at is None],
        gone=[one for one in people if one.stopped_at is not None],
        operator=visit.may("operator"),
    )


def edition(visit: Visit) -> Response:
    """One edition as it was closed."""
    number = _number(visit)
    try:
        closed = find(visit.office.database, visit.here.id, number)
        told = load(visit.office.database, visit.here.id, number)
        chat = form(visit.office.database, visit.here.id, number, "chat").decode()
    except NoEdition:
        raise HTTPException(404) from None
    sent = [(line, STATES[line.state]) for line in lines(visit.office.database, visit.here.id, number)]
    return _shown(visit, told, chat, closed_hash=closed.hash, sent=sent, files=tuple(FILES))


def preview(visit: Visit) -> Response:
    """The next edition as it would be closed now. Nothing is written."""
    office, at = visit.office, now()
    told = draft(office.database, visit.here, office.outlets, _slot(visit), at, office.web.public_url.rstrip("/"))
    return _shown(visit, told, render_chat(told), closed_hash="", sent=[], files=())


def file(visit: Visit) -> Response:
    """One form of an edition, the bytes as they were rendered at closing."""
    number, name = _number(visit), visit.part("file")
    if name not in FILES:
        raise HTTPException(404)
    kind, media = FILES[name]
    try:
        content = form(visit.office.database, visit.here.id, number, kind)
    except NoEdition:
        raise HTTPException(404) from None
    keep = f'attachment; filename="kliping-{visit.here.id}-{number}-{name}"'
    return Response(content, media_type=media, headers={"Content-Disposition": keep})


def change_recipients(visit: Visit) -> Response:
    """Take someone in or out."""
    office, desk, address = visit.office, visit.here.id, visit.form.get("alamat", "")
    try:
        if visit.form.get("aksi") == "hapus":
            recipients.remove(office.database, desk, recipients.checked_address(address), visit.name, now())
            action = "recipient-removed"
        else:
            recipients.add(office.database, desk, address, visit.form.get("nama", ""), visit.name, now())
            action = "recipient-added"
    except AddressError as error:
        return editions(visit, 400, str(error))
    with office.database.write() as connection:
        audit.note(connection, visit.name, action, f"{desk} {address}")
    return to(f"/{desk}/edisi", "penerima")


def _shown(
    visit: Visit,
    told: Edition,
    chat: str,
    *,
    closed_hash: str,
    sent: Sequence[tuple[Line, str]],
    files: tuple[str, ...],
) -> Response:
    return render(
        visit,
        "edisi_satu.html",
        section="edisi",
        told=told,
        counted=told.counted(),
        groups=[(section_title(told, key), told.in_section(key)) for key in SECTIONS],
        heading_of_changes=changed_words.HEADING,
        changes=changed_words.lines(told, None),
        pieces=chat_pieces(chat),
        closed_hash=closed_hash,
        sent=sent,
        files=files,
    )


def _number(visit: Visit) -> int:
    number = cast(int, visit.request.path_params["number"])
    if number > LAST_NUMBER:
        raise HTTPException(404)
    return number


def _slot(visit: Visit) -> Slot:
    """The next edition that is due, by the desk's hour."""
    today = slot_of(visit.here, now())
    return today if today.due_at > now() else slot_of(visit.here, now() + timedelta(days=1))
