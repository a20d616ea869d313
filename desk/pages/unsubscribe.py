"""/berhenti/{token}: out of the list, without an account. GET asks and changes nothing: mail scanners follow links."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.guard import Visit
from desk.rendering import render
from kliping import recipients
from kliping.clock import now
from kliping.recipients import Subscriber


def ask(visit: Visit) -> Response:
    """The question."""
    found = recipients.find_token(visit.office.database, visit.part("token"))
    return _shown(visit, found, done=found is not None and found.stopped_at is not None)


def stop(visit: Visit) -> Response:
    """Done: by the button, or by the mail program's one-click POST (RFC 8058), which brings no cookie."""
    return _shown(visit, recipients.stop(visit.office.database, visit.part("token"), now()), done=True)


def _shown(visit: Visit, found: Subscriber | None, *, done: bool) -> Response:
    if found is None:
        raise HTTPException(404, "Tautan berhenti berlangganan ini tidak dikenal.")
    desk = visit.office.desks.get(found.desk)
    return render(visit, "berhenti.html", done=done, address=found.address, edition=desk.name if desk else found.desk)
