"""A desk for every government of the country, from its region code."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kliping.article import Article, Copy, Grouped, article_id
from kliping.clock import now
from kliping.command import context
from kliping.command.build import Parts
from kliping.command.desk import app, near
from kliping.command.newdesk import MAX_WORDS, desk_file, desk_id, starters
from kliping.database import migrate
from kliping.desks import Desk, load_desks
from kliping.indonesian.regions import Region, regions
from kliping.indonesian.words import tokens
from kliping.outlets import Outlet
from pipeline.flow import GROUPED
from pipeline.tag.mentions import Named
from pipeline.tag.namesakes import namesakes
from pipeline.tag.watches import Watches
from tests.index.conftest import MOMENT, Press

GOVERNMENTS = [region for region in regions() if region.level < 2]
SPOKEN = {
    "kota": ("Wali Kota", "Pemkot", "Kota"),
    "kabupaten": ("Bupati", "Pemkab", "Kabupaten"),
    "provinsi": ("Gubernur", "Pemprov", "Provinsi"),
}


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Desk]:
    """All desks by region code, written to files and read again."""
    folder = tmp_path_factory.mktemp("desks")
    for region in GOVERNMENTS:
        text = desk_file(region, leave=bool(namesakes(region.code)))
        (folder / f"{desk_id(region)}.toml").write_text(text, "utf-8")
    return {desk.region: desk for desk in load_desks(folder).values()}


@pytest.fixture(scope="module")
def watches(desks: dict[str, Desk]) -> Watches:
    return Watches(desks.values())  # raises ConfigError for a query that cannot be read


def about(region: Region) -> Article:
    """What any local paper writes on any day."""
    head, government, kind = SPOKEN[region.kind]
    url = f"https://kabar.test/{region.code}"
    paragraphs = (
        f"{head} {region.short} meresmikan balai warga, Senin (23/11/2026).",
        f"{government} {region.short} menyiapkan dananya tahun lalu. Warga {kind} {region.short} menyambutnya.",
    )
    return Article(
        id=article_id(url),
        revision="",
        page="",
        url=url,
        outlet="kabar",
        title=f"{head} {region.short} Resmikan Balai Warga",
        paragraphs=paragraphs,
        published=None,
        fetched_at=MOMENT,
        first_seen=MOMENT,
    )


def met(watches: Watches, article: Article) -> dict[str, set[str]]:
    """Desk -> its watches that take the article."""
    found: dict[str, set[str]] = {}
    for desk, watch in watches.without_namesakes(watches.met_by(article), Named(article).codes):
        found.setdefault(desk, set()).add(watch)
    return found


def test_all_552_files_are_desks(desks: dict[str, Desk]) -> None:
    assert len(desks) == len(GOVERNMENTS) == 552
    for region in GOVERNMENTS:
        desk = desks[region.code]
        assert desk.zone == region.zone.key
        assert desk.unit
        assert desk.edition_at == "06:00"
        assert desk.name.startswith("Pemerintah ")
        assert {watch.id for watch in desk.watches} >= {"pemerintah", "kepala-daerah"}
        assert {watch.same_name for watch in desk.watches} == {"leave" if namesakes(region.code) else "take"}


def test_every_query_stays_within_the_language(desks: dict[str, Desk], watches: Watches) -> None:
    assert watches.met_by(about(regions()["36.71"]))
    for desk in desks.values():
        assert all(len(tokens(w.query.replace(" OR ", " "))) <= MAX_WORDS for w in desk.watches), desk.id


def test_each_takes_what_is_about_it_and_leaves_what_is_about_a_namesake(
    desks: dict[str, Desk], watches: Watches
) -> None:
    missed, taken = [], []
    for region in GOVERNMENTS:
        found = met(watches, about(region))
        if not found.get(desks[region.code].id, set()) >= {"pemerintah", "kepala-daerah"}:
            missed.append(region.name)
        others = [other for other in GOVERNMENTS if region.code in namesakes(other.code)]
        taken += [(region.name, other.name) for other in others if desks[other.code].id in found]
    assert missed == []
    assert taken == []


def test_a_desk_takes_little_of_what_is_about_others(desks: dict[str, Desk], watches: Watches) -> None:
    """Its province's desk, or a region of its own name around it; nobody else."""
    strangers = []
    for region in GOVERNMENTS:
        for desk in met(watches, about(region)).keys() - {desks[region.code].id}:
            other = next(one for one in GOVERNMENTS if desks[one.code].id == desk)
            if other.short != region.short:
                strangers.append((region.name, other.name))
    assert strangers == []


def test_provinces_are_sought_by_their_government_and_say_how_to_have_everything() -> None:
    banten = desk_file(regions()["36"], leave=False)
    assert '# id = "seluruh-wilayah"\n# title = "Semua tentang Banten"\n# query = \'"banten"\'' in banten
    assert '"pemprov banten"' in banten
    assert '"kecamatan' not in banten


def test_names_that_are_words_are_not_sought_alone() -> None:
    first = {code: starters(regions()[code])[0].query for code in ("35.79", "35.73", "12.19", "36.74", "33.72")}
    assert first["35.79"].startswith('"kota batu" OR "pemkot batu"')
    assert '"batu"' not in first["35.79"]
    assert '"di batu"' not in first["35.79"]
    assert '"warga malang"' in first["35.73"]
    assert '"batu bara"' not in first["12.19"]
    assert first["33.72"].startswith('"surakarta" OR "kota solo" OR "pemkot solo"')
    assert first["36.74"] == '"tangerang selatan" OR "tangsel"'


def test_districts_of_one_name_are_sought_and_shared_ones_told() -> None:
    text = desk_file(regions()["36.74"], leave=False)
    assert '"serpong" OR "serpong utara" OR "pondok aren"' in text
    assert "elsewhere are called so too: Setu." in text
    assert '"kecamatan lima puluh"' in desk_file(regions()["12.19"], leave=True)


# --- the command ------------------------------------------------------------------------------------------------

OUTLETS = """id,name,domain,region,kind,zone,feeds,listings,sitemaps,terms,enabled
a,Kabar Banten,a.test,36,online,Asia/Jakarta,https://a.test/feed,,,,yes
b,Kabar Tangsel,b.test,36.74,online,Asia/Jakarta,https://b.test/feed,,,,yes
c,Tertutup,c.test,36,online,Asia/Jakarta,https://c.test/feed,,,,no
d,Nasional,d.test,,online,Asia/Jakarta,https://d.test/feed,,,,yes
e,Kabar Serang,e.test,36.04,online,Asia/Jakarta,https://e.test/feed,,,,yes
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    for name in ("desks", "outlets"):
        (tmp_path / "config" / name).mkdir(parents=True)
    (tmp_path / "config" / "outlets" / "all.csv").write_text(OUTLETS, "utf-8")
    (tmp_path / "config" / "kliping.toml").write_text("", "utf-8")
    context.set_file(tmp_path / "config" / "kliping.toml")
    yield tmp_path
    context.set_file(None)


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, what was printed with blanks folded, and the error's text."""
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, " ".join(result.output.split()), str(result.exception or "")


def test_new_writes_the_file_and_names_the_outlets_that_are_read(home: Path) -> None:
    code, printed, _ = run("new", "36.74")
    assert code == 0
    (desk,) = load_desks(home / "config" / "desks").values()
    assert (desk.id, desk.region, Path(desk.file).name) == (
        "kota-tangerang-selatan",
        "36.74",
        "kota-tangerang-selatan.toml",
    )
    assert "Kabar Tangsel, Kabar Banten; beside 1 national ones; switched off: Tertutup" in printed
    assert "Kabar Serang" not in printed
    assert '"id":"kota-tangerang-selatan"' in run("list", "--json")[1]
    assert "Asia/Jakarta 06:00 6" in run("list")[1]


def test_new_says_so_where_no_outlet_is_read(home: Path) -> None:
    code, printed, _ = run("new", "91.03")
    assert code == 0
    assert "none of this region or its province is read" in printed
    assert "Asia/Jayapura" in printed
    assert (home / "config" / "desks" / "kabupaten-jayapura.toml").exists()


def test_new_overwrites_nothing(home: Path) -> None:
    assert run("new", "36.74")[0] == 0
    file = home / "config" / "desks" / "kota-tangerang-selatan.toml"
    mine = file.read_text("utf-8").replace('id = "kota-tangerang-selatan"', 'id = "tangsel"')
    file.write_text(mine, "utf-8")
    code, _, error = run("new", "36.74")
    assert code != 0
    assert "has a desk already: 'tangsel'" in error
    file.write_text(mine.replace('region = "36.74"', 'region = ""'), "utf-8")
    assert "File exists" in run("new", "36.74")[2]
    assert 'id = "tangsel"' in file.read_text("utf-8")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("code", ["36.74.01", "99", "tangsel", ""])
def test_new_refuses_what_is_no_government(code: str) -> None:
    status, _, error = run("new", code)
    assert status != 0
    assert "expected the code of a province, kabupaten or kota" in error


def test_near_outlets_of_a_province_are_those_in_it_too() -> None:
    outlets = [Outlet(id=code, name=code, domain="a.test", region=code) for code in ("36.74", "36", "35", "")]
    assert [outlet.id for outlet in near(regions()["36"], outlets)] == ["36", "36.74"]


@pytest.mark.usefixtures("home")
def test_retag_sends_what_a_desk_takes_to_the_tag_stage() -> None:
    assert run("new", "36.74")[0] == 0
    with Parts(context.load_configuration()) as opened:
        migrate(opened.database)
        for code in ("36.74", "35.79"):
            read = replace(about(regions()[code]), first_seen=now())
            Press(opened.database).store(Grouped(article=read, copy=Copy(group=read.id), version=1))
    status, printed, error = run("retag", "--desk", "kota-tangerang-selatan")
    assert (status, error) == (0, "")
    assert "1 articles sent to the tag stage again" in printed
    with Parts(context.load_configuration()) as opened:
        assert [record.key for record in opened.bus.read(GROUPED)] == [about(regions()["36.74"]).id]
