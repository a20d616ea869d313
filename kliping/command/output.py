"""What a command prints: tables for people, JSON lines for programs; progress on standard error."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())  # a pipe has no width to fold to
errors = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """One JSON value on a line of its own."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table: no boxes, text as text (what strangers wrote is never read as markup).

    At a terminal long cells are folded to its width, and nothing is cut off. In a pipe a row is one line.
    """
    cells = [[str(cell) for cell in row] for row in rows]
    if not console.is_terminal:
        sys.stdout.writelines(_lines([list(columns), *cells]))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines, the columns below each other, a line break in a cell as a blank."""
    rows = [[" ".join(cell.splitlines()) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip() + "\n"


def print_facts(facts: Mapping[str, object]) -> None:
    """Names and values, a line each."""
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        console.print(f"{name.ljust(width)}  {value}", markup=False, soft_wrap=True)


def progress() -> Progress:
    """A bar for work that takes longer than a moment; silent where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=errors, disable=not errors.is_terminal, transient=True)
