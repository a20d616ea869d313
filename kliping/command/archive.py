"""`archive rebuild`: the archive is a cache; here it is made again from the rows."""

import typer

from kliping.command.context import parts
from kliping.command.output import console, progress
from pipeline.index import rebuild as rebuild_archive

app = typer.Typer(help="The searchable archive, a cache of the database's rows.", no_args_is_help=True)


@app.command()
def rebuild() -> None:
    """Make the archive anew from the database. Searches see the old one until the new one is complete."""
    with parts() as opened, progress() as bar:
        task = bar.add_task("clips", total=None)
        done = rebuild_archive(
            opened.database, opened.archive, lambda finished, total: bar.update(task, completed=finished, total=total)
        )
    console.print(f"archive: {done} clips")
