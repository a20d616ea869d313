"""Bytes to text. What a page declares is a claim: bytes that are valid UTF-8 are UTF-8, whatever the header says."""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_HEAD = 4096  # bytes in which a declaration is looked for; the HTML standard asks authors to keep it in 1,024
# Legacy encodings that a page may really be in. Anything else that is not UTF-8 is a wrong label, most often of
# windows-1252; utf-7 and the like are refused because they can hide markup.
_LEGACY = re.compile(r"(windows-?125\d|cp125\d|iso-?8859-?\d{1,2}|gb(2312|k|18030)|big5|shift_jis|euc-(jp|kr)|koi8-r)")
_LATIN = re.compile(r"(iso-?8859-?1|latin-?1|ascii|us-ascii)")  # the WHATWG standard reads these as windows-1252
_BYTES_IN_UTF8 = "kliping-windows-1252"
# Impossible bytes above which a text is no UTF-8 with a few wrong ones: each is a call (12 MB of them: 15 s, measured).
# 200,000 characters of text, more than is kept of any story, have about 4,000 letters that windows-1252 writes alone.
_MOST_WRONG = 10_000


def decode(body: bytes, content_type: str = "") -> str:
    """The text of an HTML body, without NULs. Never raises.

    Order: byte order mark, valid UTF-8, a declared legacy encoding (header before `<meta>`), else UTF-8 in which
    every impossible byte is read as windows-1252, so "Café" survives a wrong label. With very many of them all are.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _clean(body[len(mark) :].decode(encoding, "replace"))
    try:
        return _clean(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if encoding := _legacy(content_type.encode("utf-8", "replace")) or _legacy(body[:_HEAD]):
        return _clean(body.decode(encoding, "replace"))
    wrong = len(body) - len(body.decode("utf-8", "ignore").encode())
    encoding, errors = ("windows-1252", "replace") if wrong > _MOST_WRONG else ("utf-8", _BYTES_IN_UTF8)
    return _clean(body.decode(encoding, errors))


def _legacy(text: bytes) -> str:
    match = _DECLARED.search(text)
    name = match[1].decode("ascii", "replace").lower() if match else ""
    if _LATIN.fullmatch(name):
        return "windows-1252"
    return name if _LEGACY.fullmatch(name) and _is_known(name) else ""


def _is_known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _clean(text: str) -> str:
    return text.replace("\0", "")


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("windows-1252", "replace"), error.end


codecs.register_error(_BYTES_IN_UTF8, _as_windows_1252)
