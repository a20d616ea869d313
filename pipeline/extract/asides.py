"""What stands beside a story: boxes named so, cards of other stories, captions of pictures."""

from collections import Counter

from pipeline.extract.captions import in_box, set_apart
from pipeline.extract.outline import HEADINGS, Box, Outline
from pipeline.extract.prose import is_linked, prose
from pipeline.extract.wordlists import words

_NEVER = frozenset(("html", "body", "main", "article"))  # whatever they are named
_FURNITURE = frozenset(("footer", "nav"))  # never the story, however short it is
_HEADLINE = 15  # characters of a link that can be another story's headline
_TEASER = 500  # characters of prose in a card; teasers have up to 300
_CARDS = 3  # of one kind in a row make a list
_TITLED_CARDS = 2  # so do fewer whose links are headings
_OTHERS = 2  # articles; one may be the rest of the story
_LABEL = 60  # characters beside the links of a list of links: its heading
_TOLD = 200  # characters of prose in a box named as the story, or with the headline, that show where the story is
_MOST = 0.5  # of the prose that is left when captions are not


def beside(page: Outline, headline: int | None = None, *, captions: bool = True) -> list[bool]:
    """For each box, whether it, or one around it, is something other than the story; captions only if asked for.

    `headline` is the index of the block that prints the title, when there is one: no box with it and prose is an aside.
    """
    said = _sums(page, [prose(block) for block in page.blocks])
    around = page.up(page.blocks[headline].box) if headline is not None else ()
    headed = frozenset(box for box in around if said[box] >= _TOLD)
    marks = [_named(page, said, headed, captions=captions), _cards(page, said), _link_lists(page, said)]
    marks.append(_other_articles(page, said, headed))
    apart = page.spread([any(mark) for mark in zip(*marks, strict=True)])
    return _with_captions(page, said, apart) if captions else apart


def listed(page: Outline) -> list[bool]:
    """For each box, whether it, or one around it, is a card of another story or a list of links to others."""
    said = _sums(page, [prose(block) for block in page.blocks])
    return page.spread([any(mark) for mark in zip(_cards(page, said), _link_lists(page, said), strict=True)])


def _sums(page: Outline, values: list[float]) -> list[float]:
    own = [0.0] * len(page.boxes)
    for block, value in zip(page.blocks, values, strict=True):
        own[block.box] += value
    return page.gather(own)


def _named(page: Outline, said: list[float], headed: frozenset[int], *, captions: bool) -> list[bool]:
    """Boxes that are named as asides, where that can be believed: wrappers are named so too.

    A box that is or holds all that is named as the story is none, and a box with most of the prose around it only
    where the story is named elsewhere.
    """
    stories = [_is_named_story(box) for box in page.boxes]
    held = page.gather([float(story) for story in stories])
    told = page.gather([float(story and size >= _TOLD) for story, size in zip(stories, said, strict=True)])
    around = _around(page, stories)
    marks: list[bool] = []
    for index, (box, size) in enumerate(zip(page.boxes, said, strict=True)):
        called = (box.aside or box.tag == "form") and box.tag not in _NEVER and index not in headed
        called = called and not 0 < held[0] == held[index]
        inside = around[index] >= 0
        most = said[0 if _is_caption(box) else max(0, around[index])] / 2
        is_less = size <= most or box.tag in _FURNITURE
        is_told_elsewhere = not inside and told[0] > told[index] == 0
        believed = is_less or is_told_elsewhere if captions else not _is_caption(box)
        marks.append(called and believed and not stories[index] and not (inside and _is_lead(box)))
    return marks


def _around(page: Outline, marked: list[bool]) -> list[int]:
    """For each box the index of the nearest marked one around it, -1 for none."""
    around: list[int] = []
    for box in page.boxes:
        outer = box.parent
        around.append(outer if outer < 0 or marked[outer] else around[outer])
    return around


def _is_lead(box: Box) -> bool:
    return box.tag in ("p", "div") and box.names & words("aside.txt") <= words("deck.txt")


def _is_caption(box: Box) -> bool:
    return box.tag == "figcaption" or not words("captions.txt").isdisjoint(box.names)


def _cards(page: Outline, said: list[float]) -> list[bool]:
    """Boxes in a row that each hold another story's linked headline and its teaser, or articles with all of it."""
    linked = _sums(page, [float(is_linked(block) and len(block.text) >= _HEADLINE) for block in page.blocks])
    titled = _sums(page, [float(is_linked(block) and block.tag in HEADINGS) for block in page.blocks])
    like: list[tuple[int, str] | None] = [None] * len(said)
    for index, (box, size) in enumerate(zip(page.boxes, said, strict=True)):
        teaser = linked[index] and 0 < size <= _TEASER and not _is_story(box)
        if teaser or (box.tag == "article" and titled[index] and size):
            like[index] = (box.parent, box.tag)
    counts = Counter(filter(None, like))
    return [
        kind is not None and counts[kind] >= (_TITLED_CARDS if titles else _CARDS)
        for kind, titles in zip(like, titled, strict=True)
    ]


def _other_articles(page: Outline, said: list[float], headed: frozenset[int]) -> list[bool]:
    """Articles, where the one with the headline tells a story itself and two others or more stand outside of it."""
    articles = [index for index, box in enumerate(page.boxes) if box.tag == "article" and said[index] > 0]
    own = max(headed.intersection(articles), default=-1)
    if own < 0 or len(articles) <= _OTHERS:
        return [False] * len(said)
    inside = page.spread([index == own for index in range(len(said))])
    others = frozenset(index for index in articles if not inside[index] and index not in headed)
    return [len(others) >= _OTHERS and index in others for index in range(len(said))]


def _link_lists(page: Outline, said: list[float]) -> list[bool]:
    """Boxes with nothing but links to other stories and the line that announces them."""
    linked = _sums(page, [float(len(block.text)) * is_linked(block) for block in page.blocks])
    others = _sums(page, [float(len(block.text)) * (not is_linked(block)) for block in page.blocks])
    return [
        not prose_size and links >= max(_HEADLINE, other) and other <= _LABEL
        for prose_size, links, other in zip(said, linked, others, strict=True)
    ]


def _is_story(box: Box) -> bool:
    return box.tag in _NEVER or _is_named_story(box)


def _is_named_story(box: Box) -> bool:
    return not words("story.txt").isdisjoint(box.names)


def _with_captions(page: Outline, said: list[float], apart: list[bool]) -> list[bool]:
    """`apart` and the captions, unless these say most of what is left: steps with a picture each are the story."""
    runs = _sums(page, [float(prose(block) > 0) for block in page.blocks])
    told = in_box(page, said, runs, [_is_story(box) for box in page.boxes])
    captions = [either or other for either, other in zip(told, set_apart(page), strict=True)]
    if not any(captions):
        return apart
    both = page.spread([either or caption for either, caption in zip(apart, captions, strict=True)])
    prosaic = [(prose(block), block.box) for block in page.blocks]
    left = sum(size for size, box in prosaic if not apart[box])
    kept = sum(size for size, box in prosaic if not both[box])
    return both if kept >= _MOST * left else apart
