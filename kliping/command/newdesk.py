"""The first file of a desk, made from the tables of regions: names, letterhead and starter watches.

Pure: a region in, the text of a TOML file out. What it writes is a beginning that staff read and change; every line of
it can be read by `kliping.desks` and every query by `search.query`, for all 552 governments (a test makes them all).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

from kliping.indonesian.datafiles import rows
from kliping.indonesian.families import bases
from kliping.indonesian.gazetteer import gazetteer, place_words
from kliping.indonesian.regions import Region, lies_in, regions
from kliping.indonesian.words import stop_words, tokens

MAX_WORDS: Final = 32  # of one query, as in search/query.py
MAX_CHARACTERS: Final = 500  # of one query; search/query.py takes 512
_SHORTEST: Final = 4  # letters of a short form that is sought alone: hst, ppu and klu are other things too
_SHORTEST_REST: Final = 4  # letters of the second part of a name that press writes as one word (Palangkaraya)
_NO_NAMES: Final = frozenset({"batu bara", "batubara"})  # coal: the region only with its type before it
_NEVER_JOINED: Final = frozenset(  # parts of names that press writes apart
    {"kepulauan", "selatan", "utara", "barat", "timur", "tengah", "tenggara", "daya", "hulu", "hilir"}
    | {"jaya", "raya", "dalam", "laut", "besar"}
)
_WORDS: Final = frozenset(  # beside the bases of the language: a district named by these alone is not sought alone
    {"air", "putih", "hitam", "merah", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan"}
    | {"sembilan", "puluh", "ratus", "ribu"}
)
_ACEH, _PAPUA, _JAKARTA, _YOGYAKARTA = "11", "9", "31", "34"
_COUNCILS: Final = {_ACEH: ("dpra", "dprk"), _PAPUA: ("dprp", "dprk")}  # of the province, of what lies in it

_OFFICIAL: Final = {_ACEH: "Pemerintah Aceh", _YOGYAKARTA: "Pemerintah Daerah Daerah Istimewa Yogyakarta"}
_PROVINCE_NAMES: Final = {_JAKARTA: ("dki jakarta", "dki"), _YOGYAKARTA: ("yogyakarta", "diy")}  # beside the table's

_GOVERNMENT: Final = {
    "kota": ("kota", "pemkot", "pemko"),
    "kabupaten": ("kabupaten", "pemkab", "kab"),
    "provinsi": ("provinsi", "pemprov", "pemerintah", "pemda", "prov"),
}
_HEAD: Final = {
    "kota": ("wali kota", "walikota", "wawali", "walkot", "sekda", "sekda kota"),
    "kabupaten": ("bupati", "wabup", "sekda", "sekda kabupaten", "sekdakab"),
    "provinsi": ("gubernur", "wagub", "sekda", "sekdaprov", "sekda provinsi"),
}
_AGENCIES: Final = {  # id -> title, short forms: unquoted, so they find the long names too
    "dinas-pelayanan-dasar": (
        "Dinas pendidikan, kesehatan, pekerjaan umum, sosial dan ketertiban",
        "disdik dindik dinkes rsud puskesmas dpupr pupr disperkim satpolpp damkar bpbd dinsos",
    ),
    "dinas-lain": (
        "Dinas dan badan lain",
        "dishub dlh disdukcapil disnaker diskominfo disperindag dispora dpmptsp bapenda bappeda bkpsdm inspektorat",
    ),
}
_PROVINCE_AGENCIES: Final = (
    "dinas pendidikan", "disdik", "dinkes", "dishub", "dlh", "dinas esdm", "bapenda", "bpbd", "satpol pp", "dinsos",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """One watch of the file. `comment`: lines above it."""

    id: str
    title: str
    query: str
    comment: str = ""


def desk_id(region: Region) -> str:
    """The id of a region's desk, which is its file's name: "kota-tangerang-selatan", "provinsi-banten"."""
    kind = ("provinsi",) if region.kind == "provinsi" else ()
    return "-".join((*kind, *tokens(region.name)))


def official_name(region: Region) -> str:
    """As it stands on letterheads: "Pemerintah Kota Tangerang Selatan", "Pemerintah Provinsi Banten"."""
    kind = "Provinsi " if region.kind == "provinsi" else ""
    return _OFFICIAL.get(region.code, f"Pemerintah {kind}{region.name}")


def names_of(region: Region) -> tuple[str, ...]:
    """How press writes a region's name, without its type: the official one first, each as its tokens."""
    name = tokens(region.short)
    found = [" ".join(name)]
    if len(name) == 2 and len(name[1]) >= _SHORTEST_REST and _NEVER_JOINED.isdisjoint(name):
        found.append("".join(name))
    if name[0] == "sumatera":
        found.append(" ".join(("sumatra", *name[1:])))
    short = [word for word, codes, kind in rows("region-words.tsv") if kind == "short" and codes == region.code]
    found += [" ".join(tokens(word)) for word in short] + list(_PROVINCE_NAMES.get(region.code, ()))
    return tuple(dict.fromkeys(found))


def starters(region: Region) -> tuple[Starter, ...]:
    """The watches that a government begins with."""
    every = (_itself(region), _head(region), _council(region), *_agencies(region), *_districts(region))
    return tuple(watch for watch in every if watch.query)


def desk_file(region: Region, *, leave: bool) -> str:
    """The text of a desk's file. `leave`: other regions have its name too, so its watches leave what is only theirs."""
    watches = "\n".join(_watch(watch, leave=leave) for watch in starters(region))
    return f"{_head_lines(region)}\n{watches}{_switch(region)}"


def _itself(region: Region) -> Starter:
    """By its name; beside other words where that is an everyday word (Kota Batu, warga Malang, Pemkot Solo).

    A province is sought by its government: its bare name stands below every local article.
    """
    names = names_of(region)
    bare = [] if region.kind == "provinsi" else [name for name in names if is_telling(name)]
    others = [name for name in names if name not in bare]
    typed = [f"{kind} {name}" for name in others for kind in _GOVERNMENT[region.kind]]
    around = [] if region.kind == "provinsi" else [f"{word} {name}" for name in others for word in _around(name)]
    comment = "" if bare or region.kind == "provinsi" else _EVERYDAY
    query = _any([*bare, *typed, *around])
    return Starter(id="pemerintah", title=official_name(region), query=query, comment=comment)


def _head(region: Region) -> Starter:
    wanted = [f"{title} {name}" for name in names_of(region) for title in _HEAD[region.kind]]
    return Starter(id="kepala-daerah", title="Kepala daerah, wakil dan sekretaris daerah", query=_any(wanted))


def _council(region: Region) -> Starter:
    """DPRD; in Aceh DPRA and DPRK, in Papua DPRP and DPRK. The cities and the regency of Jakarta have none."""
    own = [councils[region.level] for place, councils in _COUNCILS.items() if region.code.startswith(place)]
    wanted = [f"{body} {name}" for name in names_of(region) for body in (*own, "dprd", f"dprd {region.kind}")]
    has_none = region.level == 1 and region.code.startswith(_JAKARTA)
    return Starter(id="dprd", title="Dewan perwakilan rakyat daerah", query="" if has_none else _any(wanted))


def _agencies(region: Region) -> Iterator[Starter]:
    """Agencies beside the region's name. A province's stand directly before it: else every regency's would be its."""
    names = names_of(region)
    if region.kind == "provinsi":
        wanted = [f"{agency} {name}" for agency in _PROVINCE_AGENCIES for name in names[:2]]
        yield Starter(id="dinas", title="Dinas dan badan provinsi", query=_any(wanted))
        return
    bare = [name for name in names if is_telling(name)]
    right = _any((bare or [f"{kind} {names[0]}" for kind in _GOVERNMENT[region.kind][:2]])[:3])
    for key, (title, forms) in _AGENCIES.items():
        left = _within(forms.split(), MAX_WORDS - len(tokens(right)), quote=False)
        yield Starter(id=key, title=title, query=f"({left}) ({right})")


def _districts(region: Region) -> Iterator[Starter]:
    """Kecamatan that no other region shares its name with, as many watches as it takes."""
    if region.level != 1:
        return
    mine = [" ".join(tokens(child.short)) for child in regions().children(region.code)]
    single = [name for name in mine if _is_single(name)]
    wanted = [phrase for name in single for phrase in _district_phrases(name, region)]
    shared = [name for name in mine if name not in single]
    for number, part in enumerate(_parts(wanted), 1):
        suffix = f"-{number}" if number > 1 else ""
        comment = _about_districts(shared) if number == 1 else ""
        yield Starter(id=f"kecamatan{suffix}", title=f"Kecamatan di {region.name}", query=_any(part), comment=comment)


def _district_phrases(name: str, region: Region) -> tuple[str, ...]:
    """The name alone; beside its type where it stands in the name of a place elsewhere or is made of everyday words."""
    elsewhere = (code for code in _places_with().get(name, ()) if not lies_in(code, region.code))
    if not is_telling(name) or _everyday_words().issuperset(name.split()) or any(elsewhere):
        return f"kecamatan {name}", f"camat {name}"
    return (name,)


def _is_single(name: str) -> bool:
    entry = gazetteer().exactly(name.split())
    return entry is not None and len(entry.districts) == 1


@cache
def _places_with() -> Mapping[str, Sequence[str]]:
    """Each row of words that stands in the name of a region -> the codes of these: "banda" -> Banda, Banda Aceh …"""
    found: dict[str, list[str]] = defaultdict(list)
    for region in regions():
        name = tokens(region.name)
        for start, end in combinations(range(len(name) + 1), 2):
            found[" ".join(name[start:end])].append(region.code)
    return found


@cache
def _everyday_words() -> frozenset[str]:
    return frozenset(base.word for base in bases()) | stop_words() | _WORDS


def is_telling(name: str) -> bool:
    """Whether a name can be sought alone: no everyday word (Batu, Malang), no acronym of three letters."""
    everyday = place_words("strict") | place_words("soft")
    return name not in everyday and name not in _NO_NAMES and len(name) >= _SHORTEST


def _around(name: str) -> tuple[str, ...]:
    """Words that make a place of an everyday word; "di batu" and "di metro" are no places."""
    return () if name in place_words("strict") | _NO_NAMES else ("di", "warga")


def _any(phrases: Iterable[str]) -> str:
    return _within(phrases, MAX_WORDS, quote=True)


def _within(phrases: Iterable[str], words: int, *, quote: bool) -> str:
    """As many of the phrases, the first ones, as one query may hold."""
    return " OR ".join(f'"{phrase}"' if quote else phrase for phrase in _fitting(phrases, words))


def _fitting(phrases: Iterable[str], words: int) -> list[str]:
    chosen: list[str] = []
    used = characters = 0
    for phrase in dict.fromkeys(phrases):
        used += len(tokens(phrase))
        characters += len(phrase) + len('"" OR ')
        if used > words or characters > MAX_CHARACTERS:
            break
        chosen.append(phrase)
    return chosen


def _parts(phrases: Sequence[str]) -> Iterator[list[str]]:
    left = list(phrases)
    while left:
        part = _fitting(left, MAX_WORDS)
        yield part
        left = left[len(part) :]


_EVERYDAY: Final = (
    "# The name is an everyday word too, so it is sought only beside words that make a place of it. Add your own."
)


def _about_districts(shared: Sequence[str]) -> str:
    about = "# Districts (kecamatan) whose name is one of a kind; take away those that mean other things in your press."
    if not shared:
        return about
    listed = ", ".join(name.title() for name in shared)
    return "\n".join((about, *_wrapped(f"Left out, as districts elsewhere are called so too: {listed}.")))


def _wrapped(text: str, width: int = 116) -> Iterator[str]:
    line = "#"
    for word in text.split():
        if len(line) + 1 + len(word) > width:
            yield line
            line = "#"
        line = f"{line} {word}"
    yield line


def _head_lines(region: Region) -> str:
    facts = {
        "id": desk_id(region),
        "name": official_name(region),
        "region": region.code,
        "zone": region.zone.key,
    }
    lines = [f"{key} = {_text(value)}" for key, value in facts.items()]
    lines[2] += "  # code of the Ministry of Home Affairs (Kepmendagri 300.2.2-2430/2025)"
    return "\n".join((_ABOUT.format(name=official_name(region)), *lines, "", _LETTERHEAD))


_ABOUT: Final = """\
# The desk of {name}. Made by `kliping desk new`: read every line, it is a beginning.
#
# A watch is a query in the language of the search box: words (all must be there), "phrases", OR, AND, NOT or a minus
# sign, brackets. Words also find their family (resmi: meresmikan, peresmian) and their abbreviations (pemkot:
# pemerintah kota); what stands in quotes is taken as it is written. An article is clipped when it meets one watch.
# Staff change watches on the desk's page Pantauan too; what they save stands before this file.
#
# same_name = "leave" leaves an article to another region of the name (Kabupaten X for Kota X, X Selatan for X) when it
# names that one and nothing of ours. Without it ("take") a watch takes everything that its query says.
"""

_LETTERHEAD: Final = """\
# Letterhead of the printed sheet: the office that makes it, a line below, who signs. logo = a PNG or JPEG file here.
unit = "Dinas Komunikasi dan Informatika"
address = ""
officer = ""
# logo = "logo.png"

# When the morning edition closes and goes out, in the zone above.
edition_at = "06:00"

# Who gets it by mail; more are kept on a page of the desk.
# [[recipients]]
# address = "humas@example.go.id"
# name = "Bagian Humas"
"""


def _watch(watch: Starter, *, leave: bool) -> str:
    lines = [*watch.comment.splitlines(), "[[watches]]", f"id = {_text(watch.id)}", f"title = {_text(watch.title)}"]
    lines.append(f"query = '{watch.query}'")  # made of tokens, so there is no apostrophe in it
    return "\n".join((*lines, *(['same_name = "leave"'] if leave else []), ""))


def _switch(region: Region) -> str:
    """For a province: everything that happens in it, switched off."""
    if region.kind != "provinsi":
        return ""
    query = _any(name for name in names_of(region) if is_telling(name))
    return _EVERYTHING.format(title=_text(f"Semua tentang {region.name}"), query=query) if query else ""


_EVERYTHING: Final = """
# Everything that names the province, also news of its regencies and cities: take the number signs away to have it.
# [[watches]]
# id = "seluruh-wilayah"
# title = {title}
# query = '{query}'
"""


def _text(value: str) -> str:
    """A basic string of TOML; JSON's form of it is the same."""
    return json.dumps(value, ensure_ascii=False)
