"""Which regions an article is about, and the words that say so.

The longest name wins (Tangerang Selatan before Tangerang); the word before it decides between Kota and Kabupaten
(Pemkot, Bupati, Kab.); everyday words (Batu, Malang), streets, clubs and dishes named after places are no places. What
stays open stays open: a bare "Tangerang" keeps both candidates, and a dateline decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kliping.indonesian.gazetteer import place_words
from kliping.indonesian.placenames import PlaceName, Text, Where, names_in, names_in_path, read_text
from kliping.indonesian.regions import Kind, lies_in, regions

# Weights keep the order that held up in a comparable public system: headline, province in the headline, folder of the
# URL, an office in the lead, the rest. Their distances are ours; only the order is promised.
_TITLE: Final = 1.0
_TITLE_PROVINCE: Final = 0.9
_URL: Final = 0.8
_LEAD_OFFICE: Final = 0.7
_OFFICE: Final = 0.5
_LEAD: Final = 0.45
_BARE: Final = 0.25
_LEAD_PARAGRAPHS: Final = 2
_SUPPOSED: Final = 0.8  # of the weight, for a name whose level another word of the article tells
_DISTRICT: Final = 0.8  # of the weight, for a kecamatan: it supports its kabupaten or kota
_UNSUPPORTED: Final = 0.5  # of the weight, for a kecamatan whose region the article does not name


@dataclass(frozen=True, slots=True)
class RegionMention:
    """A place name in an article.

    `code` is '' while the name stays ambiguous; then `candidates` has the codes that it may mean. `weight` is 0 to 1.
    `start` and `end` are characters into the title, paragraph number `paragraph`, or the URL path.
    """

    code: str
    weight: float
    where: Where
    paragraph: int
    start: int
    end: int
    matched: str
    candidates: tuple[str, ...] = ()


def find_regions(title: str, paragraphs: Sequence[str], url_path: str = "") -> list[RegionMention]:
    """All place names of an article: those of the primary region first, then the others; ambiguous ones last.

    A kecamatan is given by its own code; its kabupaten and province follow from it (`regions.lies_in`).
    """
    texts = [read_text("title", 0, title)]
    texts += [read_text("text", number, paragraph) for number, paragraph in enumerate(paragraphs)]
    names = [name for text in texts for name in names_in(text)]
    return _ranked(_settled([*names, *names_in_path(url_path)], _level_of(texts)))


def _level_of(texts: Iterable[Text]) -> Kind | None:
    """The level whose offices alone the article speaks of: "Wali Kota", "Pemkot" and no "Bupati", or the reverse."""
    words = {word for text in texts for word in text.words}
    city = not words.isdisjoint(place_words("kota-text")) or {"wali", "kota"} <= words
    regency = not words.isdisjoint(place_words("kabupaten-text"))
    if city == regency:
        return None
    return "kota" if city else "kabupaten"


def _settled(names: list[PlaceName], text_level: Kind | None) -> list[RegionMention]:
    """Wide names first: a kecamatan is believed by the region around it."""
    wide = [(name, codes) for name in names if (codes := _wide_codes(name))]
    certain = {codes[0] for _, codes in wide if len(codes) == 1}
    around = {code for _, codes in wide for code in codes}
    mentions = [mention for name, codes in wide for mention in _wide_mentions(name, codes, certain, text_level)]
    districts = (name for name in names if not _wide_codes(name))
    return mentions + [mention for name in districts if (mention := _district_mention(name, around))]


def _wide_codes(name: PlaceName) -> tuple[str, ...]:
    """The provinces, kabupaten and kota that a name may mean, narrowed by the word before it."""
    codes = name.entry.wide
    if name.level == "kecamatan":
        return ()
    if fitting := tuple(code for code in codes if regions()[code].kind == name.level):
        return fitting
    # "Bengkulu" is a province and its city: the wider meaning is right in both cases.
    province = next((code for code in codes if all(lies_in(other, code) for other in codes)), None)
    return (province,) if province and not name.entry.joint else codes


def _wide_mentions(
    name: PlaceName, codes: tuple[str, ...], certain: set[str], text_level: Kind | None
) -> Iterator[RegionMention]:
    weight = _weight(name, codes)
    if len(codes) == 1 or name.entry.joint:
        yield from (_mention(name, code, weight) for code in codes)
        return
    told = [code for code in codes if code in certain] or [c for c in codes if regions()[c].kind == text_level]
    if len(told) == 1 and not _is_dateline(name):
        yield _mention(name, told[0], weight * _SUPPOSED)
    else:
        yield _mention(name, "", weight, codes)


def _is_dateline(name: PlaceName) -> bool:
    return name.where == "text" and name.number == 0 and name.start == 0 and name.matched.isupper()


def _district_mention(name: PlaceName, around: set[str]) -> RegionMention | None:
    """A kecamatan counts by its type word, by a region of the article around it, or as a unique name of two words."""
    codes = name.entry.districts
    typed = name.level == "kecamatan"
    if not codes or (name.everyday and not typed):
        return None
    inside = tuple(code for code in codes if code[:5] in around)
    near = inside or tuple(code for code in codes if code[:2] in around)
    chosen = near or codes
    weight = _weight(name, chosen) * _DISTRICT
    if len(chosen) > 1:
        return _mention(name, "", weight, chosen) if typed or inside else None
    if typed or near:
        return _mention(name, chosen[0], weight)
    return _mention(name, chosen[0], weight * _UNSUPPORTED) if " " in name.matched else None


def _mention(name: PlaceName, code: str, weight: float, candidates: tuple[str, ...] = ()) -> RegionMention:
    place = (name.where, name.number, name.start, name.end, name.matched)
    return RegionMention(code, round(weight, 3), *place, candidates)


def _weight(name: PlaceName, codes: tuple[str, ...]) -> float:
    if name.where == "url":
        return _URL
    if name.where == "title":
        province = all(regions()[code].kind == "provinsi" for code in codes)
        return (_TITLE_PROVINCE if province else _TITLE) * name.share
    in_lead = name.number < _LEAD_PARAGRAPHS
    if name.level:
        return (_LEAD_OFFICE if in_lead else _OFFICE) * name.share
    return (_LEAD if in_lead else _BARE) * name.share


def _ranked(mentions: list[RegionMention]) -> list[RegionMention]:
    """The region with the largest sum of weights first; a kecamatan adds to its kabupaten or kota."""
    sums: dict[str, float] = defaultdict(float)
    for mention in mentions:
        sums[_region_of(mention)] += mention.weight
    return sorted(mentions, key=lambda m: (not m.code, -sums[_region_of(m)], _region_of(m), -m.weight))


def _region_of(mention: RegionMention) -> str:
    return mention.code[:5]  # "36.71.05" → "36.71"; a province stays itself
