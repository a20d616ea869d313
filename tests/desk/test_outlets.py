"""Media: what the pages say of each outlet, and who may add and switch them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from crawlers.frontier import Frontier
from desk.office import Office
from kliping import accounts
from kliping.accounts import EVERY_DESK
from kliping.clock import driven, now
from kliping.pages import FolderPages
from kliping.staff_tables import audit
from kliping.tables import frontier
from pipeline.extract import Extract, Templates
from pipeline.extract.fare import MISSES
from pipeline.extract.school import LEARN_FROM
from tests.desk import newsroom
from tests.desk.browser import Answer, Browser
from tests.extract.designs import prints

DESK = f"/{newsroom.DESK.id}"
Role = Callable[[str], Browser]
WARGA = {
    "name": "Warga Timur", "id": "warga", "domain": "warga.test", "region": "73.71", "kind": "online",
    "feeds": "https://warga.test/feed\nhttps://warga.test/kota/feed",
}  # fmt: skip


@pytest.fixture
def operator(office: Office, as_role: Role) -> Browser:
    accounts.grant(office.database, "operator", "operator", EVERY_DESK, "test")
    return as_role("operator")


def said(answer: Answer) -> str:
    return " ".join(answer.page.find(".//main").text_content().split())


def noted(office: Office) -> list[tuple[str, str, str]]:
    with office.database.read() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.number))
        return [(row.by, row.action, row.subject) for row in rows if row.action.startswith("outlet")]


def sources(office: Office, outlet: str) -> dict[str, str]:
    mine = (frontier.c.outlet == outlet, frontier.c.kind != "article")
    with office.database.read() as connection:
        return {row.url: row.state for row in connection.execute(select(frontier).where(*mine))}


def test_states_are_links_to_what_they_count(office: Office, as_role: Role) -> None:
    with office.database.write() as connection:
        bad = frontier.c.outlet == "radar"
        connection.execute(update(frontier).where(bad).values(fetched_at=now(), reason="robots", failures=2))
    reader = as_role("reader")
    link = reader.get(f"{DESK}/media").page.xpath("//ul[@class='picks']//a[contains(., 'gagal')]/@href")[0]
    text = said(reader.get(str(link)))
    assert "Radar Sukaraya" in text
    assert "Suara Raya" not in text
    assert "robots.txt media melarang pembacaan otomatis" in text
    assert "Tidak ada media dalam keadaan ini" in said(reader.get(f"{DESK}/media?keadaan=silent"))


def test_one_outlet_with_its_sources(office: Office, as_role: Role) -> None:
    with office.database.write() as connection:
        mine = (frontier.c.outlet == "suara", frontier.c.kind == "feed")
        times = {"fetched_at": now(), "succeeded_at": now(), "fresh_at": now() - timedelta(hours=3)}
        connection.execute(update(frontier).where(*mine).values(**times))
    answer = as_role("reader").get(f"{DESK}/media/suara")
    text = said(answer)
    assert "https://suara.test/feedumpan RSS ● terbaca" in text
    assert "Daerahnasional" in text
    assert answer.page.xpath("//main//form") == []
    assert as_role("reader").get(f"{DESK}/media/tiada").status == 404


def test_a_switch_reaches_the_crawlers_and_the_audit(office: Office, operator: Browser) -> None:
    answer = operator.post(f"{DESK}/media/suara", {"aksi": "matikan", "alasan": "rusak"})
    assert answer.status == 303
    text = said(operator.get(answer["location"]))
    assert "dimatikan · operator" in text
    assert text.endswith("Berita yang sudah terbaca tetap ada.")
    assert sources(office, "suara") == {"https://suara.test/feed": "dropped"}
    operator.post(f"{DESK}/media/suara", {"aksi": "nyalakan"})
    assert sources(office, "suara") == {"https://suara.test/feed": "due"}
    operator.post(f"{DESK}/media/suara", {"aksi": "hapus"})
    assert "dihapus dari daftar" in said(operator.get(f"{DESK}/media/suara"))
    assert "Suara Raya" not in said(operator.get(f"{DESK}/media"))
    actions = [action for _, action, _ in noted(office)]
    assert actions == ["outlet-off", "outlet-on", "outlet-removed"]


def test_an_outlet_is_added(office: Office, operator: Browser) -> None:
    assert "Media baru" in said(operator.get(f"{DESK}/media/baru"))
    answer = operator.post(f"{DESK}/media/baru", WARGA)
    assert answer["location"].startswith(f"{DESK}/media/warga")
    assert office.outlets["warga"].zone == "Asia/Makassar"
    assert len(sources(office, "warga")) == 2
    assert noted(office) == [("operator", "outlet-added", "warga")]
    assert Frontier(office.database).next_chance(kinds=("feed",), outlet="warga") is not None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"region": "Makassar"}, "Periksa isian “Kode daerah”"),
        ({"name": " "}, "Periksa isian “Nama”"),
        ({"feeds": "warga.test/feed"}, "Periksa isian “Alamat umpan RSS”"),
        ({"feeds": ""}, "Isi sedikitnya satu alamat"),
        ({"feeds": "https://suara.test/feed"}, "sudah menjadi sumber media lain"),
        ({"id": "suara"}, "Sudah ada media dengan kode ini"),
    ],
)
def test_what_cannot_be_added_is_told_and_kept_in_the_form(
    office: Office, operator: Browser, changed: dict[str, str], told: str
) -> None:
    answer = operator.post(f"{DESK}/media/baru", WARGA | changed)
    assert answer.status == 400
    assert told in said(answer)
    assert answer.page.xpath("//input[@name='domain']/@value") == ["warga.test"]
    assert noted(office) == []


def test_an_outlet_whose_terms_forbid_it_needs_the_permission_in_words(office: Office, operator: Browser) -> None:
    operator.post(f"{DESK}/media/baru", WARGA | {"forbidden": "yes", "terms": "minta izin dahulu"})
    assert not office.outlets["warga"].enabled
    refused = operator.post(f"{DESK}/media/warga", {"aksi": "nyalakan"})
    assert refused.status == 400
    assert "Tuliskan izin yang ada" in said(refused)
    operator.post(f"{DESK}/media/warga", {"aksi": "nyalakan", "alasan": "surat 12/2026"})
    assert [action for _, action, _ in noted(office)] == ["outlet-added", "outlet-on"]


def test_who_is_operator_of_one_desk_among_several_changes_nothing(office: Office, as_role: Role) -> None:
    operator = as_role("operator")
    assert operator.get(f"{DESK}/media/baru").status == 403
    assert operator.post(f"{DESK}/media/suara", {"aksi": "matikan"}).status == 403
    assert "Ubah" not in said(operator.get(f"{DESK}/media/suara"))
    assert noted(office) == []


def test_an_unknown_deed(operator: Browser) -> None:
    assert operator.post(f"{DESK}/media/suara", {"aksi": "lain"}).status == 400
    assert operator.post(f"{DESK}/media/tiada", {"aksi": "matikan"}).status == 404


def test_pages_that_changed_are_told_until_they_are_learned(office: Office, as_role: Role, tmp_path: Path) -> None:
    reader, store = as_role("reader"), FolderPages(tmp_path / "pages")
    extract = Extract(store, Templates(office.database))
    with driven(now()) as clock:

        def after(numbers: range, theme: str) -> str:
            """What the outlet's page says when these stories were read in this theme."""
            for one in prints(numbers, theme):
                clock.go_on(60)
                extract(replace(one.page(store, clock.now()), outlet="suara"))
            clock.go_on(600)
            return said(reader.get(f"{DESK}/media/suara"))

        assert "polanya belum dipelajari; halaman dibaca dengan pembaca umum" in after(range(1), "portal")
        assert "1 pola halaman dikenal, dipelajari 23 Nov 2026" in after(range(1, LEARN_FROM), "portal")
        assert "2 halaman dalam 24 jam terakhir tidak cocok dengan pola" in after(range(20, 22), "tabloid")
        changed = "Tata letak halaman berubah sejak Senin, 23 November 2026; halaman dibaca dengan pembaca umum sampai"
        assert changed in after(range(22, 20 + MISSES), "tabloid")
        assert "tata letak berubah sejak 23 Nov 2026" in said(reader.get(f"{DESK}/media?semua=1"))
        assert "1 pola halaman dikenal" in after(range(40, 50), "tabloid")
