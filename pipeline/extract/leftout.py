"""What stands in the story's place on a page and was not taken for the story, block by block, with the reason.

For people who look at one page (`kliping read`); no stage pays for it. What the phrases cut out of the text is told by
the reading itself; here is what never came so far. A box of one kind of thing is one find.
"""

from collections.abc import Sequence
from itertools import groupby

from pipeline.extract.asides import beside
from pipeline.extract.clean import Removed
from pipeline.extract.document import parse
from pipeline.extract.outline import HEADINGS, Block, Outline
from pipeline.extract.prose import is_linked
from pipeline.extract.title import plain
from pipeline.extract.walk import outline

_TELLING = 40  # characters: a shorter line may stand by chance in a paragraph
_MOST = 500  # blocks that are looked at: each is held against the whole text


def left_out(html: str, paragraphs: Sequence[str], told: Sequence[Removed]) -> tuple[Removed, ...]:
    """The blocks in the smallest box around the story that are neither in its paragraphs nor `told` already.

    Reasons: `links` (mostly links), `aside` (a box named so, a card, a caption), `heading`, `furniture` (a line at an
    end of the story, or a section that is another's). Nothing is left out of a page without a story.
    """
    root = parse(html)
    page = outline(root) if root is not None else Outline((), ())
    if not page.blocks:
        return ()
    blocks = [block for block in page.blocks[:_MOST] if plain(block.text)]
    kept, cut = [plain(line) for line in paragraphs], [plain(gone.text) for gone in told]
    inside = _around(page, [block.box for block in blocks if _is_in(plain(block.text), kept)])
    aside = beside(page)
    gone = [
        (_reason(block, aside[block.box]), block)
        for block in blocks
        if inside[block.box] and not _is_in(plain(block.text), (*kept, *cut))
    ]
    parts = groupby(gone, lambda found: (found[0], found[1].box if found[0] != "links" else -1))
    return tuple(Removed(" · ".join(block.text for _, block in part), reason) for (reason, _), part in parts)


def _is_in(text: str, lines: Sequence[str]) -> bool:
    """Whether the text is one of the lines, or begins one (a dateline), or one of them holds it, or it holds one of
    them (phrases cut lines).
    """
    return any(
        f"{line} ".startswith(f"{text} ")
        or (len(text) >= _TELLING and text in line)
        or (len(line) >= _TELLING and line in text)
        for line in lines
    )


def _around(page: Outline, held: Sequence[int]) -> list[bool]:
    """For each box, whether it lies in the smallest one around all of the boxes `held`."""
    paths = [_path(page, box) for box in held]
    common = [boxes[0] for boxes in zip(*paths, strict=False) if len(set(boxes)) == 1]
    return page.spread([bool(common) and index == common[-1] for index in range(len(page.boxes))])


def _path(page: Outline, box: int) -> list[int]:
    """The boxes around one, the outermost first, itself last."""
    path = [box]
    while (parent := page.boxes[path[-1]].parent) >= 0:
        path.append(parent)
    return path[::-1]


def _reason(block: Block, aside: bool) -> str:
    if is_linked(block):
        return "links"
    if aside:
        return "aside"
    return "heading" if block.tag in HEADINGS else "furniture"
