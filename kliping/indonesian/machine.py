"""Times that programs write: seconds since 1970, and dates without marks between their parts."""

import re
from datetime import UTC, datetime
from typing import Final

_EPOCH: Final = re.compile(r"(\d{10})(?:\d{3})?")  # seconds since 2001-09-09, or milliseconds
_COMPACT: Final = re.compile(r"\A((?:19|20)\d\d)(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)?(?=$|Z|[+-]\d)")


def written_out(text: str) -> str:
    """`text` in ISO 8601 when it is one of those, else as it is: "20261124083000" gives "2026-11-24T08:30:00".

    Only for places where nothing but a time can stand: printed, such a number is an account or a telephone.
    """
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch[1]), UTC).isoformat()
    return _COMPACT.sub(lambda part: f"{part[1]}-{part[2]}-{part[3]}T{part[4]}:{part[5]}:{part[6] or '00'}", text, 1)
