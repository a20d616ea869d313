"""`python -m tests.press`: serve a scenario until SIGTERM or Ctrl-C; standard input turns the clock and switches."""

import argparse
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from tests.press.press import FOLDER, Press
from tests.press.scenario import ScenarioError

HELP = """commands on standard input, one a line:
  switch NAME on|off    clock ISO|+SECONDS    truth    (truth.json is written again after each)"""


def main(argv: list[str] | None = None) -> int:
    """Exit code 0 after a clean stop, 2 when the scenario or the port cannot be used."""
    options = _parser().parse_args(argv)
    options.dir.mkdir(parents=True, exist_ok=True)
    try:
        press = Press(
            options.scenario,
            now=options.now,
            running=not options.freeze,
            port=options.port,
            switches=options.switch,
            log_file=options.dir / "requests.jsonl",
        )
    except (ScenarioError, OSError) as error:
        print(f"press: {error}", file=sys.stderr)
        return 2
    _serve(press, options.dir)
    return 0


def _serve(press: Press, folder: Path) -> None:
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with press:
        press.write(folder)
        print(f"press: {press.scenario.name} on 127.0.0.1:{press.port}, files in {folder}", flush=True)
        Thread(target=_listen, args=(press, folder), daemon=True).start()
        stop.wait()
        press.write(folder)
    print(f"press: {len(press.log.entries())} requests, {press.internal_connections} internal connections")


def _listen(press: Press, folder: Path) -> None:
    # An own file object: the interpreter would wait at its end for a thread that holds sys.stdin.
    for line in open(0, encoding="utf-8", closefd=False):  # noqa: SIM115  # lives as long as the process
        try:
            obey(press, line.split())
        except ValueError as error:
            print(f"press: {error}", file=sys.stderr, flush=True)
        press.write(folder)
        print(f"press: done {line.strip()}", flush=True)


def obey(press: Press, words: list[str]) -> None:
    """Carry out one command. Raises ValueError when it is none."""
    match words:
        case ["switch", name, ("on" | "off") as state]:
            press.switch(name, state == "on")
        case ["clock", moment] if moment.startswith("+"):
            press.advance(seconds=float(moment))
        case ["clock", moment]:
            press.set_clock(_moment(moment))
        case ["truth"] | []:
            pass
        case _:
            raise ValueError(f"not a command: {' '.join(words)}")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.press",
        description="Serve an invented press over HTTP on loopback.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--scenario", type=Path, default=FOLDER / "sukaraya.toml", help="scenario file")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--now", type=_moment, help="ISO time at which the press clock starts (default: now)")
    parser.add_argument("--freeze", action="store_true", help="let the clock stand still at --now")
    parser.add_argument(
        "--switch", action="append", default=[], metavar="NAME", help="switch that is on from the start"
    )
    parser.add_argument("--dir", type=Path, required=True, help="folder for truth.json, press.json, outlets.csv, …")
    return parser


if __name__ == "__main__":
    sys.exit(main())
