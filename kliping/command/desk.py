"""`desk new|list|retag`: a government's desk from its region code, the desks that there are, old articles for one."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from kliping.command.context import DeskOption, JsonOption, chosen_desk, load_configuration, parts
from kliping.command.newdesk import desk_file, desk_id, official_name, starters
from kliping.command.output import console, print_facts, print_json, print_table, progress
from kliping.desks import Desk
from kliping.errors import ConfigError
from kliping.indonesian.regions import Region, lies_in, regions
from kliping.outlets import Outlet
from kliping.settings import resolve
from pipeline.tag.namesakes import namesakes
from pipeline.tag.past import retag

app = typer.Typer(help="The desks: one government each, a file in config/desks.", no_args_is_help=True)


@app.command()
def new(
    code: Annotated[str, typer.Argument(help="Region code of a province, kabupaten or kota, such as 36.74.")],
) -> None:
    """Make the file of a desk for a government: its name, zone, letterhead and starter watches. Overwrites nothing."""
    configuration = load_configuration()
    region = _government(code)
    _check_free(region, configuration.desks)
    folder = Path(resolve(configuration.settings, configuration.settings.desks))
    file = folder / f"{desk_id(region)}.toml"
    _write(file, desk_file(region, leave=bool(namesakes(region.code))))
    print_facts(
        {
            "file": file,
            "desk": f"{desk_id(region)}: {official_name(region)}",
            "zone": region.zone.key,
            "watches": ", ".join(watch.id for watch in starters(region)),
            "outlets": _outlets_hint(region, configuration.outlets.values()),
        }
    )
    console.print("Read the file and change what is wrong; `kliping run` takes it when it is started anew.")


@app.command("list")
def list_desks(json: JsonOption = False) -> None:
    """All desks with their regions and files."""
    desks = load_configuration().desks
    if json:
        for desk in desks.values():
            print_json(desk)
        return
    print_table(
        ("id", "name", "region", "zone", "edition", "watches", "file"),
        ((d.id, d.name, d.region, d.zone, d.edition_at, len(d.watches), Path(d.file).name) for d in desks.values()),
    )
    console.print(f"{len(desks)} desks")


@app.command("retag")
def retag_desk(
    desk: DeskOption = "",
    days: Annotated[int, typer.Option(min=1, help="Articles first seen in so many days.")] = 30,
) -> None:
    """Hold stored articles against a desk's watches of now. After a change of a file restart `kliping run` first."""
    with parts() as opened, progress() as bar:
        task = bar.add_task("articles", total=None)
        sent = retag(
            opened.database,
            opened.bus,
            chosen_desk(opened.configuration, desk),
            days=days,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    console.print(f"{sent} articles sent to the tag stage again; `kliping work` or `kliping run` processes them")


def near(region: Region, outlets: Iterable[Outlet]) -> list[Outlet]:
    """The outlets of a region, of what lies in it, and of its province; the nearest first."""
    here = [o for o in outlets if o.region and (lies_in(o.region, region.code) or lies_in(region.code, o.region))]
    return sorted(here, key=lambda outlet: (not lies_in(outlet.region, region.code), outlet.name.casefold()))


def _government(code: str) -> Region:
    region = regions().get(code.strip())
    if region is None or region.level > 1:
        raise ConfigError(
            f"desk new: expected the code of a province, kabupaten or kota such as 36 or 36.74, got {code!r}"
        )
    return region


def _check_free(region: Region, desks: Mapping[str, Desk]) -> None:
    name = desk_id(region)
    taken = next((desk for desk in desks.values() if desk.id == name or desk.region == region.code), None)
    if taken is not None:
        raise ConfigError(f"desk new: {official_name(region)} has a desk already: {taken.id!r} in {taken.file}")


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:  # also FileExistsError: a file that is there is somebody's work
        raise ConfigError(f"desk new: {file}: {error.strerror}") from None


def _outlets_hint(region: Region, outlets: Iterable[Outlet]) -> str:
    every = list(outlets)
    found = near(region, every)
    read = [outlet.name for outlet in found if outlet.enabled]
    off = [outlet.name for outlet in found if not outlet.enabled]
    national = sum(outlet.enabled and not outlet.region for outlet in every)
    here = ", ".join(read) or "none of this region or its province is read: add some to a file in config/outlets"
    return f"{here}; beside {national} national ones" + (f"; switched off: {', '.join(off)}" if off else "")
