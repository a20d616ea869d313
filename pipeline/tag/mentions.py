"""The regions and agencies that an article names, as tags with the words that they rest on."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from kliping.article import Article, Evidence, Tag
from kliping.indonesian.places import RegionMention, find_regions
from kliping.indonesian.regions import regions
from pipeline.tag.evidence import Limits, first_of, quoted


class Named:
    """What one article names in its title, its text and the folders of its address."""

    def __init__(self, article: Article) -> None:
        path, self._path_at = path_of(article.url)
        self._article = article
        self._regions: dict[str, list[RegionMention]] = {}
        for mention in find_regions(article.title, article.paragraphs, url_path=path):
            if mention.code:  # a bare "Tangerang" that could be either is neither
                self._regions.setdefault(mention.code, []).append(mention)

    @property
    def codes(self) -> tuple[str, ...]:
        """The regions that it surely names, the primary one first."""
        return tuple(self._regions)

    def regions(self, limits: Limits) -> tuple[Tag, ...]:
        """A tag for each region. Its weight, the sum of its mentions, orders; it is no probability."""
        first = list(self._regions.items())[: limits.tags]
        return tuple(self._region(code, mentions, limits.evidence) for code, mentions in first)

    def _region(self, code: str, mentions: Iterable[RegionMention], limit: int) -> Tag:
        mentions = tuple(mentions)
        weight = round(sum(mention.weight for mention in mentions), 3)
        evidence = first_of(map(self._evidence, mentions), limit)
        return Tag(id=code, name=regions()[code].name, weight=weight, evidence=evidence)

    def _evidence(self, mention: RegionMention) -> Evidence:
        start, end = mention.start, mention.end
        match mention.where:
            case "title":
                return quoted("title", 0, start, end, self._article.title)
            case "text":
                return quoted("text", mention.paragraph, start, end, self._article.paragraphs[mention.paragraph])
            case "url":
                return quoted("url", 0, self._path_at + start, self._path_at + end, self._article.url)


def path_of(url: str) -> tuple[str, int]:
    """The path of an address and where in the address it begins; ('', 0) for what is no address."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return "", 0
    begin = url.find(path, url.find("://") + 3) if path and "://" in url else -1
    return (path, begin) if begin >= 0 else ("", 0)
