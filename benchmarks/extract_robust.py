"""What reading the story leans on: `python -m benchmarks.extract_robust [--data DIR] [--set NAME …] [--json]`.

Every page is read again after a change that leaves the story as it is, as another outlet's theme might have it:

- `names gone`: no class, id or itemprop; `names scrambled`: each word of them is another, the same on all of a page
- `phrases off`: the blocks that are taken for the story, before the catalogue of phrases is looked at (the page as is)
- `bare`: names gone and phrases off
- `lists doubled`: every list of links stands twice; `list inside`: the longest also stands in the middle of the story
- `divs`: each paragraph is a div; `breaks`: a box's paragraphs are parted by line breaks

Word 4-gram precision, recall and F1 as `benchmarks.extract` counts them, and the pages that lose most. What a change
costs is how much the reader leans on what it takes away.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from lxml import etree
from lxml.html import HtmlElement

from benchmarks.data import arguments, need, read_bytes
from benchmarks.extract_peers import kliping, reading_of
from benchmarks.extract_truth import Truth, pages, sets
from benchmarks.shingles import Overlap, overlap, summary
from pipeline.extract.charset import decode
from pipeline.extract.content import story
from pipeline.extract.dateline import headline_index
from pipeline.extract.document import parse
from pipeline.extract.walk import outline

AS_IS: Final = "as it is"
LOST: Final = 3  # pages that are named for each change
_NAMES: Final = ("class", "id", "itemprop")
_LINKS: Final = 3  # that make a list of links
_MOSTLY: Final = 0.5  # of a list's characters inside links

Change = Callable[[HtmlElement], None]


def names_gone(root: HtmlElement) -> None:
    for element in _elements(root):
        for name in _NAMES:
            element.attrib.pop(name, None)


def names_scrambled(root: HtmlElement) -> None:
    for element in _elements(root):
        for name in _NAMES:
            if written := element.get(name):
                element.set(name, " ".join(f"x{hashlib.md5(w.encode()).hexdigest()[:8]}" for w in written.split()))


def lists_doubled(root: HtmlElement) -> None:
    for linked in list(_lists(root)):
        linked.addnext(_copy(linked))


def list_inside(root: HtmlElement) -> None:
    """The longest list of links also stands behind the middle paragraph of those that are long."""
    paragraphs = [element for element in root.iter("p") if len(_text(element)) > 80 and not _is_linked(element)]
    longest = max(_lists(root), key=lambda linked: len(_text(linked)), default=None)
    if paragraphs and longest is not None:
        paragraphs[len(paragraphs) // 2].addnext(_copy(longest))


def divs(root: HtmlElement) -> None:
    for element in list(root.iter("p")):
        element.tag = "div"


def breaks(root: HtmlElement) -> None:
    for element in list(root.iter("p")):
        if element.getparent() is not None:
            element.append(etree.SubElement(element, "br"))
            element.append(etree.SubElement(element, "br"))
            element.drop_tag()


CHANGES: Final[Mapping[str, Change]] = {
    "names gone": names_gone, "names scrambled": names_scrambled, "lists doubled": lists_doubled,
    "list inside": list_inside, "divs": divs, "breaks": breaks,
}  # fmt: skip


def _elements(root: HtmlElement) -> Iterator[HtmlElement]:
    """All elements but those of the head, which name facts."""
    return (element for element in root.iter() if isinstance(element.tag, str) and element.tag != "meta")


def _lists(root: HtmlElement) -> Iterator[HtmlElement]:
    for element in root.iter("ul", "ol"):
        if element.getparent() is not None and len(list(element.iter("a"))) >= _LINKS and _is_linked(element):
            yield element


def _is_linked(element: HtmlElement) -> bool:
    linked = sum(len(_text(link)) for link in element.iter("a"))
    return linked > _MOSTLY * len(_text(element))


def _text(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _copy(element: HtmlElement) -> HtmlElement:
    copied = deepcopy(element)
    copied.tail = None
    return copied


def changed(html: str, change: Change) -> str:
    """A page after a change; as it was where there is nothing to change."""
    root = parse(html)
    if root is None:
        return html
    change(root)
    return str(etree.tostring(root, encoding="unicode", method="html"))


def read(html: str, url: str) -> str:
    """The story of a page, as the stage reads it."""
    return kliping(html.encode(), url).text


def read_uncleaned(html: str, url: str) -> str:
    """The story's blocks before any phrase is taken out."""
    root = parse(html)
    if root is None:
        return ""
    page = outline(root)
    return "\n".join(story(page, headline_index(page, reading_of(html.encode(), url).title)))


def measure(truths: Sequence[Truth]) -> dict[str, list[Overlap]]:
    """For each change the overlap of every page, in the order of `truths`."""
    found: dict[str, list[Overlap]] = {}
    for truth in truths:
        html = decode(read_bytes(truth.path), "")
        texts = {AS_IS: read(html, truth.url), "phrases off": read_uncleaned(html, truth.url)}
        texts["bare"] = read_uncleaned(changed(html, names_gone), truth.url)
        texts |= {name: read(changed(html, change), truth.url) for name, change in CHANGES.items()}
        for name, text in texts.items():
            found.setdefault(name, []).append(overlap(truth.body, text))
    return found


def report(truths: Sequence[Truth], found: Mapping[str, Sequence[Overlap]]) -> dict[str, Any]:
    """The figures of each change, and the pages that lose most by it."""
    return {name: {**_rounded(rows), "lost": _lost(truths, found[AS_IS], rows)} for name, rows in found.items()}


def _rounded(rows: Sequence[Overlap]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in summary(rows).items()}


def _lost(truths: Sequence[Truth], before: Sequence[Overlap], rows: Sequence[Overlap]) -> list[dict[str, Any]]:
    losses = [(round(old.f1 - new.f1, 3), truth.name) for truth, old, new in zip(truths, before, rows, strict=True)]
    return [{"page": name, "loss": loss} for loss, name in sorted(losses, reverse=True)[:LOST] if loss > 0]


def show(result: Mapping[str, Any]) -> None:
    for name, found in result.items():
        print(f"\n{name}\n{'':18}{'F1':>7}{'P':>7}{'R':>7}  pages that lose most")
        for change, row in found.items():
            lost = ", ".join(f"{page['page']} {page['loss']:.2f}" for page in row["lost"])
            print(f"{change:18}{row['f1']:7.3f}{row['precision']:7.3f}{row['recall']:7.3f}  {lost}")


def main() -> None:
    parser = arguments("What reading the story leans on.")
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME", help="folders of --data (default: all)")
    options = parser.parse_args()
    here = sets(need(options.data))
    result = {}
    for name in options.set or here:
        truths = pages(here[name])
        result[name] = report(truths, measure(truths))
    print(json.dumps(result, ensure_ascii=False)) if options.json else show(result)


if __name__ == "__main__":
    main()
