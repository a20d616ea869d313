"""`archive rebuild`: the archive is a cache; here it is made again from the rows."""

import typer

from kliping.command.context import parts
from kliping.command.output import console, progress
from pipeline.rebuild import rebuild as rebuild_archive

app = typer.Typer(help="The searchable archive, a cache of the database's rows.", no_args_is_help=True)


@app.command()
def rebuild() -> None:
    """Make the archive anew from the database, compare it with the rows, and put it in the old one's place.

    Searches see the old one until then, and news goes into both. Killed, it goes on where it was when started again.
    Exit code 1, and the old archive stays, when the new one differs from the rows.
    """
    with parts() as opened, progress() as bar:
        tasks = {step: bar.add_task(step, total=None) for step in ("write", "compare")}

        def show(step: str, done: int, total: int) -> None:
            bar.update(tasks[step], completed=done, total=total)

        done = rebuild_archive(opened.database, opened.archive, show)
    console.print(f"archive: {done} clips, as in the rows")
