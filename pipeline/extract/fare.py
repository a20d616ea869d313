"""How a template fares as one worker sees it: do its pages still come, is what it reads still right? Pure."""

from dataclasses import dataclass, replace
from typing import Final

from pipeline.extract.naming import MOST

MISSES: Final = 5  # pages that fit no template, before one of them is thought to have changed
CHANCE: Final = 1e-4  # that a template's pages stay away for so long though nothing has changed: one false end in years
_LEARNED: Final = 8  # pages that the share at learning counts for, beside the pages seen since
_STRIKE: Final = round(
    MOST / (1 - MOST)
)  # right pages that weigh as much as a wrong one: as when a template is learned
_YOUNG: Final = 5  # pages: those that a template was learned from are no proof that it holds for others
_OUT: Final = MISSES * _STRIKE


@dataclass(frozen=True, slots=True)
class Fare:
    """One template against the pages of its outlet, in the order they come."""

    share: float  # of the outlet's pages, when it was learned
    pages: int = 0  # since this worker knows it, up to the last that it fitted
    fits: int = 0  # of them
    quiet: int = 0  # pages since
    strikes: int = 0  # wrong pages less the right ones that make up for them

    def fitted(self) -> "Fare":
        """A page fits it."""
        return replace(self, pages=self.pages + self.quiet + 1, fits=self.fits + 1, quiet=0)

    def passed(self) -> "Fare":
        """A page fits another template, or none."""
        return replace(self, quiet=self.quiet + 1)

    def checked(self, right: bool) -> "Fare":
        """A page that fits it was read whole too."""
        return replace(self, strikes=max(0, self.strikes - 1) if right else self.strikes + _STRIKE)

    def is_gone(self, missed: int) -> bool:
        """Whether its pages stay away, when `missed` pages since its last one fit no template of the outlet.

        Pages of the outlet's other designs say nothing: where one page in ten is its own, some hundred must come.
        """
        usual = (self.fits + self.share * _LEARNED) / (self.pages + _LEARNED)
        return missed >= MISSES and (1 - usual) ** max(self.quiet, missed) < CHANCE

    @property
    def is_doubted(self) -> bool:
        """It is new to this worker, or a page was misread lately: its pages are checked one by one, until as many were
        right as make up for that."""
        return self.fits <= _YOUNG or self.strikes > 0

    @property
    def is_wrong(self) -> bool:
        """More of its pages are misread than may be."""
        return self.strikes >= _OUT
