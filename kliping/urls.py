"""One address per article: the canonical form of a URL, and the names of hosts.

Rules and their origin: RFC 3986 section 6 (case, dots, percent-encoding, default ports) and the habits of Indonesian
news sites (mobile and AMP hosts, `/amp`, `?page=all`, tracking parameters).
"""

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

import tldextract

TWIN_HOSTS = ("www.", "m.", "amp.", "mobile.")
TRACKING = re.compile(
    r"(utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igsh|igshid|twclid|ttclid|mc_cid|mc_eid|_ga|_gl"
    r"|ref|ref_src|source|from|amp|amp_\w+|single|outputtype|replytocom|share|spm|cmpid|campaign|feature)",
    re.IGNORECASE,
)
WHOLE_ARTICLE = re.compile(r"all|full|\d{1,4}")  # a value of `page` that names a part of the same article
UNRESERVED = "-._~"
SUB_DELIMITERS = "!$&'()*+,;=:@"
INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff\ud800-\udfff]")
# The bundled list: no network, no files. With the suffixes of hosters, so that two blogs of one hoster are two sites;
# wordpress.com never asked to be in the public list.
_extract = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True, extra_suffixes=("wordpress.com",)
)


@lru_cache(maxsize=256)  # a page is asked for its own address some five times
def canonical_url(url: str) -> str:
    """The one address under which an article is known; twins (http, www, m, AMP, tracking, parts) share it.

    Total and idempotent: any string is accepted; what is no http(s) URL comes back without controls and blanks.
    """
    cleaned = INVISIBLE.sub("", url)
    parts = _split(cleaned)
    if parts is None:
        return cleaned
    host = canonical_host(_hostname(parts))
    if not host:
        return cleaned
    port = _port(parts)
    query = _query(parts.query)
    return f"https://{host}{port}{_path(parts.path)}" + (f"?{query}" if query else "")


def is_web_url(url: str) -> bool:
    """True for an http or https address with a host."""
    parts = _split(url)
    return parts is not None and bool(_hostname(parts))


def host_of(url: str) -> str:
    """The lower-case host name of a URL, '' when there is none."""
    parts = _split(url)
    return _hostname(parts) if parts else ""


def canonical_host(host: str) -> str:
    """A host name without its `www.`, `m.` and `amp.` twins."""
    host = host.lower().strip(".")
    while host.startswith(TWIN_HOSTS) and "." in host.partition(".")[2]:
        host = host.partition(".")[2].strip(".")
    return host


@lru_cache(maxsize=10_000)
def registrable_domain(host: str) -> str:
    """The part of a host name that its owner registered: `radarbanten.co.id` of `www.radarbanten.co.id`, and
    `warta.blogspot.com` of `www.warta.blogspot.com`.
    """
    found = _extract(host)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}"
    labels = host.strip(".").split(".")
    return ".".join(labels[-2:]) if not host.replace(".", "").isdigit() else host


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def _hostname(parts: SplitResult) -> str:
    netloc = parts.netloc.rpartition("@")[2]
    if netloc.startswith("["):
        return netloc.partition("]")[0].lower() + "]"
    host = unquote(netloc.partition(":")[0]).lower().strip(".")
    return "" if re.search(r"[^\w.\-~]", host) else _punycode(host)


def _punycode(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").strip(".")
    except UnicodeError:
        return ""


def _port(parts: SplitResult) -> str:
    """':port' when it matters. Both default ports go, whatever the scheme, since the scheme is no part of identity."""
    tail = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    if not (tail.isascii() and tail.isdigit()):
        return ""
    return "" if int(tail) in (80, 443) else f":{int(tail)}"


def _path(path: str) -> str:
    segments: list[str] = []
    for segment in path.split("/"):
        segment = quote(unquote(segment, errors="surrogateescape"), safe=SUB_DELIMITERS, errors="surrogateescape")
        if segment == ".." and segments:
            segments.pop()
        elif segment not in ("", ".", ".."):
            segments.append(segment)
    while segments and segments[0].lower() == "amp":
        del segments[0]
    while segments and segments[-1].lower() == "amp":
        del segments[-1]
    return "/" + "/".join(segments)


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape", max_num_fields=None)
    kept = sorted((name, value) for name, value in pairs if not _is_noise(name, value))
    return "&".join(f"{_encode(name)}={_encode(value)}" for name, value in kept)


def _is_noise(name: str, value: str) -> bool:
    if name.lower() == "page":
        return WHOLE_ARTICLE.fullmatch(value) is not None
    return TRACKING.fullmatch(name) is not None


def _encode(text: str) -> str:
    return quote(text, safe=UNRESERVED, errors="surrogateescape")
