"""What a page weighs, told before it is read: too much for anybody, or too much for the line."""

from typing import Final

from kliping.errors import Rejected
from pipeline.extract.document import MAX_TAGS

# Bytes of a body. The crawler stops at its own limit; this one guards pages that came another way. The largest of 123
# real pages has 1.5 MB; only the first 4 Mi characters are parsed in any case.
MAX_BODY: Final = 16 * 1024 * 1024
HEAVY: Final = 2 * 1024 * 1024  # bytes that no real page has; reading takes time that grows with them


class SlowPageError(Exception):
    """A page that takes, or will take, longer than any real one: not for the line."""


def check_size(size: int, *, in_line: bool) -> None:
    """Raises Rejected("too_large") and, in the line, SlowPageError. The size of a body in bytes, 0 = not known."""
    if size > MAX_BODY:
        raise Rejected("too_large", f"{size} bytes, limit {MAX_BODY}")
    if in_line and size > HEAVY:
        raise SlowPageError(f"{size} bytes")


def check_body(body: bytes, *, in_line: bool) -> None:
    """As `check_size`; in the line also for tags beyond those that are read of any page. A millisecond at most."""
    check_size(len(body), in_line=in_line)
    if in_line and (tags := body.count(b"<")) > MAX_TAGS:
        raise SlowPageError(f"{tags} tags")
