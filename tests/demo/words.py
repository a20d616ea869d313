"""What the demo says, in plain words."""

from collections.abc import Iterable, Iterator

from tests.demo.account import NAME
from tests.demo.edition import Sent
from tests.demo.place import Place, shown
from tests.demo.watch import Progress
from tests.press_check import Comparison


def beginning(place: Place, gap: float) -> Iterator[str]:
    """Before anything has happened."""
    scenario = place.scenario
    yield f"Kliping demo: {scenario.name}, an invented press of {len(scenario.outlets)} outlets on this machine."
    yield f"Everything lies in {shown(place.folder)} and nothing leaves this machine."
    if place.known:
        yield "This folder holds an earlier run; the demo goes on with what is there."
    yield f"Reading politely, one request in {gap:g} s to each outlet; that takes its time."


def ending(place: Place, seen: Progress, sent: Sent, password: str, *, whole: bool) -> Iterator[str]:
    """What was done and where to look."""
    yield ""
    yield "What Kliping did"
    yield f"  Found {seen.found} articles on {seen.sources} feeds and listing pages and read {seen.read} of them."
    if seen.unread:
        reasons = ", ".join(f"{reason} {number}" for reason, number in seen.unread)
        yield f"  Left {sum(number for _, number in seen.unread)} alone, each with its reason: {reasons}."
    yield f"  Grouped copies: {seen.grouped} articles are {seen.groups} different texts."
    yield f"  Clipped {seen.clipped} articles that concern {place.scenario.desk.name}."
    readers = ", ".join(sent.addresses) or "nobody"
    yield f"  Closed edition {sent.number} ({sent.items} items) and sent it to {readers}."
    if not whole:
        yield f"  {seen.ripe} addresses still wait for their turn; the next edition tells what they bring."
    yield ""
    yield "Where to look"
    yield f"  Web desk   {place.url}/"
    yield f"             name {NAME}, password {password} (new at each start, shown only here)"
    yield f"  Mail       {shown(sent.mail)}"
    yield f"  Its PDF    {shown(sent.pdf)}"
    yield f"  Chat text  {shown(sent.chat)}"
    yield f"  Log        {shown(place.folder / 'kliping.log')}"
    yield "  The outlets are invented: links to them (….test) open in no browser; each clip keeps the page as evidence."


def comparison(found: Iterable[Comparison]) -> Iterator[str]:
    """Kliping beside the press's truth."""
    yield ""
    yield "Kliping beside the press's truth file"
    equal = True
    for one in found:
        equal = equal and not one.wrong
        yield from (f"  {line}" for line in one.lines())
    yield "  equal" if equal else "  NOT EQUAL"
