"""One outlet of the sample press whose stories can be printed in any of its themes: pages of several designs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from kliping.article import Found, Page
from kliping.clock import now
from kliping.pages import FolderPages
from pipeline.extract.reading import Asked, read_whole
from pipeline.extract.sample import Sample
from tests.press.articles import compose
from tests.press.catalogue import Catalogue
from tests.press.generate import generated
from tests.press.loading import load
from tests.press.newsroom import Newsroom
from tests.press.pages import ArticlePage, theme
from tests.press.press import FOLDER
from tests.press.views import article_page

MANY = 120  # stories
START = datetime(2026, 11, 24, 1, tzinfo=UTC)
ZONE = "Asia/Jakarta"
OUTLET = "radarsukaraya"


@dataclass(frozen=True, slots=True)
class Print:
    """A story as a theme prints it; with `split` all but that many paragraphs stand in a box of their own further down,
    `marked` as paragraphs or with a line break after each."""

    number: int
    theme: str
    split: int = 0
    marked: bool = True

    @property
    def story(self) -> ArticlePage:
        return stories()[self.number]

    @property
    def html(self) -> str:
        if not self.split:
            return theme(self.theme).article(self.story)
        kept = theme(self.theme).article(replace(self.story, paragraphs=self.story.paragraphs[: self.split]))
        rest = "".join(
            f"<p>{one}</p>" if self.marked else f"{one}<br><br>" for one in self.story.paragraphs[self.split :]
        )
        place = kept.index('<div class="related">')
        return f'{kept[:place]}<div class="berita-lanjutan">{rest}</div>{kept[place:]}'

    def page(self, store: FolderPages, at: datetime) -> Page:
        return Page(
            url=self.story.url, answered=self.story.url, outlet=OUTLET, zone=ZONE, status=200, fetched_at=at,
            body=store.put(self.html.encode()), size=len(self.html), headers={"Content-Type": "text/html"},
            found=Found(way="feed"),
        )  # fmt: skip

    @property
    def asked(self) -> Asked:
        return Asked(address=self.story.url, zone=ZONE, fetched_at=START + timedelta(days=2), found=Found(way="hand"))

    @property
    def sample(self) -> Sample:
        return Sample(self.html, self.asked, read_whole(self.html, self.asked))


def prints(numbers: Sequence[int], *themes: str, split: int = 0, marked: bool = True) -> list[Print]:
    """Stories in turn in each of the themes."""
    return [Print(number, themes[number % len(themes)], split, marked) for number in numbers]


@cache
def stories() -> list[ArticlePage]:
    """Long ones, so that a part of one is still a story."""
    scenario = load(FOLDER / "sukaraya.toml")
    outlets = tuple(one for one in scenario.outlets if one.id == OUTLET)
    scenario = replace(scenario, outlets=outlets, stories=(), generate=replace(scenario.generate, articles=MANY))
    items = compose(scenario, generated(scenario), START)
    room, catalogue = Newsroom(items, now()), Catalogue(outlets, 80)
    catalogue.add(items)
    return [article_page(item, room, catalogue) for item in items]
