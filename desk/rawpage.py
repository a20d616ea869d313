"""Where the raw page of an article lies: the message that brought it names the hash of its bytes."""

from kliping.article import Page
from kliping.errors import Rejected
from kliping.wire import decode
from pipeline.bus import Bus
from pipeline.flow import PAGES


def stored_page(bus: Bus, message: str) -> Page | None:
    """The page of a message id; None when its topic does not keep it any more.

    The topic is read from its beginning: under a second for 22,000 pages, and asked for by hand only.
    """
    for record in bus.read(PAGES):
        if record.id == message:
            try:
                return decode(record.payload, Page)
            except Rejected:
                return None
    return None
