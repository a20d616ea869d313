"""How well and how fast pages are read:
`python -m benchmarks.extract [--data DIR] [--set NAME …] [--peers NAME …] [--rounds N] [--json]`.

Every folder of DIR that holds a truth file of a known form (see `extract_truth`) is a set, and so is DIR itself. For
each: word 4-gram precision, recall and F1 (see `shingles`), titles, times, bylines and kinds that are right (see
`extract_judge`) and milliseconds of CPU time a page, each page's the best of N rounds, beside other extractors in the
same run; our F1 when each outlet is read without the rules that only its own pages need (see `extract_unseen`); then
our worst pages and wrong facts by name. Peers: trafilatura's defaults, the same with facts, readability-lxml,
resiliparse, and news-please, which is installed in an environment of its own when first asked for
(see `extract_newsplease`). Our reader is measured as for an unknown outlet; what a learned template gains is
`benchmarks.templates`.

`--json` prints one object:

- `sets`: by name, of each set
  - `pages`: labelled pages; `articles`: those with a text; `broken`: rows that could not be used (`row`, `error`)
  - `extractors`: by name (`kliping`, peers): `f1`, `precision`, `recall`; `title`, `day`, `published`, `byline`,
    `kind`: "right/labelled", null where the extractor reads no such fact; `ms_median`, `ms_p95`: CPU milliseconds;
    `worst`: pages of the lowest `f1` (`page`, `f1`, `precision`, `recall`); `wrong`: by fact the pages where it is
    wrong; `failed`: pages at which it raised (`page`, `error`), which count as read empty
  - `unseen`: `all` (every rule that only the outlet needs is off) and `own` (but for those that were collected before
    any page was measured): `f1`, `precision`, `recall`; `changed`: pages (`page`, `f1`, `f1_full`); `off`: by outlet
    the rules that its pages would have needed
- `skipped`: sets that could not be measured, and peers that are not to be had (name → why)
- `rounds`: N

Exit code 3 when there is nothing to measure. Notes on the truth of pages-id: one body opens with a photo caption and
ends with a promotion and the editor, one repeats the caption of a photo page, one release ends with addresses; one
byline is the editor's. They are not bent to.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from benchmarks.data import MISSING, arguments, need
from benchmarks.extract_judge import FACTS, Measured, fastest, measure, report
from benchmarks.extract_newsplease import NAME, AbsentError, news_please
from benchmarks.extract_peers import HERE, KLIPING, Peer
from benchmarks.extract_truth import LINES, OBJECT, Labelled, labelled, sets
from benchmarks.extract_unseen import leave_out, look

ROUNDS: Final = 3
UNSEEN: Final = {
    "all": "kliping, outlet's own rules off",
    "own": "kliping, those found by us off",
}  # of `unseen`, as the table calls them


def run(folder: Path, names: Sequence[str], wanted: Sequence[str], rounds: int) -> dict[str, Any]:
    """All extractors on the named sets (none: on all that are there)."""
    found, skipped = _labelled(folder, names)
    judged: dict[str, list[Measured]] = {}
    result: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        peers, absent = _peers(wanted, stack)
        for name, labels in found.items():
            # all take turns: what else the machine does falls on all of them
            turns = [{at: measure(peer.read, labels.pages) for at, peer in peers.items()} for _ in range(rounds)]
            rows = {at: fastest([turn[at] for turn in turns]) for at in peers}
            judged[name] = rows[KLIPING]
            result[name] = _set(labels) | {"extractors": {at: report(rows[at], peers[at].facts) for at in peers}}
    pages = [page for name, labels in found.items() for page in look(name, labels.pages, judged[name])]
    for name, unseen in leave_out(pages, judged).items():
        result[name]["unseen"] = unseen
    return {"sets": result, "skipped": skipped | absent, "rounds": rounds}


def _labelled(folder: Path, names: Sequence[str]) -> tuple[dict[str, Labelled], dict[str, str]]:
    """The sets that can be measured, and why the others cannot."""
    here = sets(folder)
    found: dict[str, Labelled] = {}
    skipped: dict[str, str] = {}
    for name in names or here:
        try:
            labels = labelled(here[name])
        except KeyError:
            skipped[name] = f"no {LINES} or {OBJECT} in {folder / name}"
        except (OSError, ValueError) as error:
            skipped[name] = str(error)
        else:
            found |= {name: labels} if labels.pages else {}
            skipped |= {} if labels.pages else {name: f"no labelled page in {here[name]}"}
    return found, skipped


def _peers(wanted: Sequence[str], stack: ExitStack) -> tuple[dict[str, Peer], dict[str, str]]:
    """The extractors that run, ours always, and why others do not."""
    peers = {name: peer for name, peer in HERE.items() if name == KLIPING or name in wanted}
    try:
        return peers | ({NAME: stack.enter_context(news_please())} if NAME in wanted else {}), {}
    except AbsentError as error:
        return peers, {NAME: str(error)}


def _set(labels: Labelled) -> dict[str, Any]:
    return {
        "pages": len(labels.pages),
        "articles": sum(truth.is_article for truth in labels.pages),
        "broken": [{"row": broken.row, "error": broken.error} for broken in labels.broken],
    }


def show(result: Mapping[str, Any]) -> None:
    """The figures as a table, with our worst pages and wrong facts below."""
    for name, found in result["sets"].items():
        print(f"\n{name}: {found['pages']} pages, {found['articles']} with a text")
        for broken in found["broken"]:
            print(f"  not measured: {broken['row']}: {broken['error']}")
        print(
            f"{'':36}{'F1':>7}{'P':>7}{'R':>7}", *(f"{fact:>10}" for fact in FACTS), f"{'CPU ms':>9}{'p95':>8}", sep=""
        )
        for extractor, row in found["extractors"].items():
            _line(extractor, row, row["ms_median"], row["ms_p95"])
        for way, title in UNSEEN.items():
            _line(title, found["unseen"][way])
        _details(found)
    for name, why in result["skipped"].items():
        print(f"\n{name} skipped: {why}")


def _line(title: str, row: Mapping[str, Any], *times: float) -> None:
    figures = "".join(f"{row[name]:7.3f}" for name in ("f1", "precision", "recall"))
    told = [row.get(fact) or "0/0" for fact in FACTS]  # 0/0: nobody says, of the truth and the extractor
    facts = "".join(f"{'-' if share == '0/0' else share:>10}" for share in told)
    print(f"{title:36}{figures}{facts}" + "".join(f"{ms:{width}.1f}" for ms, width in zip(times, (9, 8), strict=False)))


def _details(found: Mapping[str, Any]) -> None:
    ours = found["extractors"][KLIPING]
    print("  our worst pages:")
    for page in ours["worst"]:
        print(f"  {page['f1']:.3f}  P {page['precision']:.3f}  R {page['recall']:.3f}  {page['page']}")
    for fact, wrong in ours["wrong"].items():
        if wrong:
            print(f"  {fact} wrong: {', '.join(wrong)}")
    for extractor, row in found["extractors"].items():
        for failed in row["failed"]:
            print(f"  {extractor} failed at {failed['page']}: {failed['error']:.200}")


def main() -> None:
    parser: argparse.ArgumentParser = arguments("Quality and speed of the extract stage.")
    every = [name for name in (*HERE, NAME) if name != KLIPING]
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME", help="folders of --data (default: all)")
    parser.add_argument("--peers", nargs="*", choices=every, default=every, metavar="NAME", help="of %(choices)s")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of which the fastest counts (default: %(default)s)")
    options = parser.parse_args()
    result = run(need(options.data), options.set, options.peers, max(1, options.rounds))
    print(json.dumps(result, ensure_ascii=False)) if options.json else show(result)
    if not result["sets"]:
        print(f"nothing to measure in {options.data}", file=sys.stderr)
        raise SystemExit(MISSING)


if __name__ == "__main__":
    main()
