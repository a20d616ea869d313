"""`python -m benchmarks.coverage --outlets 500 --days 30 --seed 1`; exit code 1 when the goal is missed."""

import argparse
import sys
import time
from datetime import timedelta
from typing import Final

from benchmarks.coverage.crawl import TICK, simulated
from benchmarks.coverage.press import made
from benchmarks.coverage.result import Result, judged, lines
from crawlers.interval import Rules

CURVE: Final = (12, 10, 15, 20, 30, 60)  # minutes of `source_interval`
PEERS: Final = (5, 15, 60)  # minutes between polls of every source


class Every(Rules, frozen=True):
    """The peer: every source after the same time."""

    @property
    def fixed(self) -> bool:
        return True


def measured(outlets: int, days: float, seed: int, rules: Rules, tick: float = TICK) -> Result:
    """The result of one crawl of the press of `seed`."""
    press = made(outlets, days, seed)
    return judged(press, days, simulated(press, days, seed, rules, tick))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=500)
    parser.add_argument("--days", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interval", type=float, default=Rules().interval.total_seconds() / 60, help="minutes")
    parser.add_argument("--curve", action="store_true", help="several points of the knob, and fixed polling")
    parser.add_argument("--tick", type=float, default=TICK, help="seconds between looks at the frontier")
    asked = parser.parse_args()
    if asked.curve:
        _curve(asked.outlets, asked.days, asked.seed, asked.tick)
        return 0
    start = time.perf_counter()
    result = measured(
        asked.outlets, asked.days, asked.seed, Rules(interval=timedelta(minutes=asked.interval)), asked.tick
    )
    print(f"{asked.outlets} outlets, {asked.days:g} days, seed {asked.seed}: {time.perf_counter() - start:.0f} s")
    print("\n".join(lines(result)))
    print("goal met" if result.good else "GOAL MISSED")
    return 0 if result.good else 1


def _curve(outlets: int, days: float, seed: int, tick: float) -> None:
    print(f"{outlets} outlets, {days:g} days, seed {seed}; minutes of delay over outlets with feeds")
    print("        interval  collected    p50    p95    p99  requests/article  polls/outlet/day    304")
    ours = [(f"{minutes:g} min", Rules(interval=timedelta(minutes=minutes))) for minutes in CURVE]
    peers = [(f"fixed {minutes} min", Every(interval=timedelta(minutes=minutes))) for minutes in PEERS]
    for name, rules in (*ours[:1], *peers, *ours[1:]):
        result = measured(outlets, days, seed, rules, tick)
        polls = result.counts.polls / outlets / days
        delays = " ".join(f"{result.delay(share):6.1f}" for share in (0.5, 0.95, 0.99))
        spent = f"{result.per_article:17.2f} {polls:17.1f} {result.unchanged:6.1%}"
        print(f"{name:>16} {result.share:10.3%} {delays} {spent}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
