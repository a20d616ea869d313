"""`scrapy crawl pages -a url=URL`, `-a file=chat.txt`: articles that somebody sent, now."""

from pathlib import Path
from typing import Any

from crawlers.discovery import cleaned, refusal
from crawlers.frontier import Frontier
from crawlers.pasted import addresses, outlet_name
from crawlers.spider import FrontierSpider


class PagesSpider(FrontierSpider):
    """Arguments: `url`, or `file` (any text with addresses in it, such as a chat export); `owner` (see
    FrontierSpider).
    """

    name = "pages"
    kinds = ("article",)

    def __init__(self, url: str = "", file: str = "", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.url = url
        self.file = file
        self.urls: list[str] = []

    def check_arguments(self) -> None:
        super().check_arguments()
        self.urls = self._from_file() if self.file else [self.url]
        reason = refusal(cleaned(self.url)) if not self.file else ""
        if reason:
            raise ValueError(f"url={self.url[:200]}: {reason}; expected an http(s) address, as in -a url=https://…")

    def _from_file(self) -> list[str]:
        try:
            found = addresses(Path(self.file).read_text("utf-8", errors="replace"))
        except OSError as error:
            raise ValueError(f"file={self.file}: {error}") from None
        if not found:
            raise ValueError(f"file={self.file}: no http(s) address in it")
        return found

    def begin(self, frontier: Frontier) -> None:
        super().begin(frontier)
        self.only = tuple(frontier.submit(url, outlet_name(url, self.outlets.values())).id for url in self.urls)
