"""Text of strangers is text, wherever a page shows it (bar E5), in the DOM that a parser makes of it."""

import html
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html as dom
from sqlalchemy import update

from desk.app import create_app
from desk.marking import pieces
from desk.office import Office
from kliping.article import Copy, Evidence, Tag, article_id
from kliping.articles import load_article, pack_article, pack_place
from kliping.clips import find_clip, pack_clip
from kliping.outlets import Outlet
from kliping.outlets_staff import Outlets
from kliping.staff_tables import recipients
from kliping.tables import articles, clips
from pipeline.bus import Outgoing
from pipeline.flow import PAGES
from pipeline.rebuild import rebuild
from tests.desk import newsroom
from tests.desk.browser import Answer, Browser
from tests.desk.payloads import PAYLOADS, SCHEMES

DESK = f"/{newsroom.DESK.id}"
OURS = {"/static/desk.js", "/static/desk.css"}
SAFE = ("http://", "https://", "/", "?", "#")  # what an address may begin with


def executable(answer: Answer) -> list[str]:
    """What a browser would run, load or follow in a page, beyond our own script and style."""
    found = []
    for node in dom.document_fromstring(answer.body.decode()).iter("*"):
        if node.tag in ("script", "link") and (node.get("src") or node.get("href")) in OURS:
            continue
        banned = ("script", "style", "iframe", "object", "embed", "base", "link", "img", "video", "audio", "math")
        found += [f"<{node.tag}>"] if node.tag in banned else []
        found += [f"{node.tag} {name}" for name in map(str, node.attrib) if name.startswith("on") or name == "style"]
        led = {name: str(node.get(name)) for name in ("href", "src", "action", "formaction") if node.get(name)}
        found += [f"{name}={address}" for name, address in led.items() if not address.startswith(SAFE)]
        found += ["meta refresh"] if node.tag == "meta" and node.get("http-equiv") else []
    return found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[tuple[Office, list[str]]]:
    """The newsroom with every payload as title, author, text, evidence and note; clips by payload."""
    folder = Path(shutil.copytree(built, tmp_path_factory.mktemp("hostile") / "var", symlinks=True))
    office = newsroom.office_of(folder)
    stories = [
        newsroom.Story(
            outlet="suara",
            path=f"jahat/{number}",
            title=f"Sukaraya nomor {number} {payload}",
            paragraphs=(f"Kota Sukaraya {number} menerima {payload} dari luar.", *newsroom.FESTIVAL),
            hours=2 + number / 100,
            author=payload,
        )
        for number, payload in enumerate(PAYLOADS)
    ]
    newsroom.publish(office, stories)
    newsroom.work(office)
    ids = _poison(office, stories)
    yield office, ids
    newsroom.close(office)


def _poison(office: Office, stories: list[newsroom.Story]) -> list[str]:
    """Put the payloads where a parser of ours would have taken them away: as if every earlier guard had failed."""
    ids = []
    for story, payload in zip(stories, PAYLOADS, strict=True):
        id_ = article_id(story.url)
        with office.database.write() as connection:
            grouped = load_article(connection, id_)
            assert grouped is not None, story.url
            body = replace(
                grouped.article, title=story.title, byline=(payload,), paragraphs=story.paragraphs, section=payload
            )
            alone = pack_place(Copy(group=id_, outlets=("suara",)))
            row = {"body": pack_article(body), "place": alone, "group": id_}
            connection.execute(update(articles).where(articles.c.id == id_).values(**row))
        stored = find_clip(office.database, newsroom.DESK.id, id_)
        assert stored is not None, story.title
        evidence = Evidence(where="text", paragraph=0, start=0, end=len(story.paragraphs[0]), words=payload)
        tag = Tag(id="kota", name=f"Pantauan {payload}", evidence=(evidence,))
        with office.database.write() as connection:
            changed = pack_clip(replace(stored.clip, watches=(tag,), agencies=(replace(tag, id="x"),)))
            connection.execute(update(clips).where(clips.c.id == stored.id).values(body=changed))
        ids.append(id_)
    rebuild(office.database, office.archive)
    return ids


def _browser(office: Office) -> Browser:
    browser = Browser(create_app(office))
    assert browser.log_in("operator", newsroom.PASSWORD).status == 303
    return browser


def test_the_corpus_has_sixty_payloads() -> None:
    assert len(set(PAYLOADS)) == 60


def test_hostile_clips_are_text_on_their_own_pages(hostile: tuple[Office, list[str]]) -> None:
    office, ids = hostile
    browser = _browser(office)
    for id_, payload in zip(ids, PAYLOADS, strict=True):
        answer = browser.get(f"{DESK}/kliping/{id_}")
        assert answer.status == 200
        assert executable(answer) == [], payload
        assert payload in "".join(answer.page.find(".//h1").itertext())


@pytest.mark.parametrize(
    "path", ["/", "/arsip", "/arsip?q=sukaraya", "/arsip?q=menerima&urut=cocok", "/edisi/pratinjau"]
)
def test_hostile_text_is_text_in_lists(hostile: tuple[Office, list[str]], path: str) -> None:
    answer = _browser(hostile[0]).get(DESK + path)
    assert answer.status == 200
    assert executable(answer) == []
    assert "alert(1)" in answer.page.text_content()


def test_what_someone_types_is_text(office: Office) -> None:
    browser, stranger = _browser(office), Browser(create_app(office))
    for payload in (*PAYLOADS, *SCHEMES):
        typed = quote(payload)
        for path in (f"/arsip?q={typed}&media={typed}&pantauan={typed}&lanjut={typed}", f"/telusur?url={typed}"):
            answer = browser.get(DESK + path)
            assert answer.status in (200, 400)
            assert executable(answer) == [], (path, payload)
        answer = stranger.get(f"/masuk?next={typed}&kabar={typed}")
        assert executable(answer) == []


def test_dead_letters_and_outlets_and_watches_are_text(folder: Path) -> None:
    office = newsroom.office_of(folder)
    payload = PAYLOADS[0]
    outlet = Outlet(id="jahat", name=payload, domain="jahat.test", feeds=("https://jahat.test/feed",), terms=payload)
    office = replace(office, outlets=Outlets(office.database, {**office.outlets, "jahat": outlet}))
    office.bus.publish(PAGES, [Outgoing(id=payload, key="suara", payload=payload.encode())])
    newsroom.work(office)
    with office.database.write() as connection:
        row = {"desk": newsroom.DESK.id, "address": "a@b.test", "name": payload, "since": newsroom.NOW, "token": "t"}
        office.database.upsert(connection, recipients, [{**row, "by": payload}])
    browser = _browser(office)
    form = {"judul": payload, "kata": "festival", "aksi": "simpan"}
    assert browser.post(f"{DESK}/pantauan/baru", form).status == 303
    for path in ("/sistem", "/media", "/pantauan", "/edisi"):
        answer = browser.get(DESK + path)
        assert executable(answer) == [], path
        assert html.escape(payload, quote=False) in answer.text or "&#34;" in answer.text, path
    newsroom.close(office)


def test_links_to_originals_are_web_addresses_only(folder: Path) -> None:
    office = newsroom.office_of(folder)
    browser = _browser(office)
    id_ = _first_clip(browser)
    shown = browser.get(f"{DESK}/kliping/{id_}").page.xpath("//a[contains(., 'berita aslinya')]")
    assert [(a.get("href")[:8], a.get("rel")) for a in shown] == [("https://", "noopener noreferrer nofollow")]
    for scheme in SCHEMES:
        with office.database.write() as connection:
            grouped = load_article(connection, id_)
            assert grouped is not None
            row = {"body": pack_article(replace(grouped.article, url=scheme))}
            connection.execute(update(articles).where(articles.c.id == id_).values(**row))
        answer = browser.get(f"{DESK}/kliping/{id_}")
        assert executable(answer) == []
        assert answer.page.xpath("//a[contains(., 'berita aslinya')]") == []
    newsroom.close(office)


def test_the_stored_page_is_never_rendered(browser: Browser) -> None:
    browser.log_in("reader", newsroom.PASSWORD)
    answer = browser.get(f"{DESK}/kliping/{_first_clip(browser)}/halaman")
    assert answer.status == 200
    assert answer["content-type"] == "application/octet-stream"
    assert answer["content-disposition"].startswith("attachment;")
    assert answer["x-content-type-options"] == "nosniff"
    assert b"<html" in answer.body


def test_marking_keeps_every_character() -> None:
    text = "a<b>&c"
    for spans in ([(0, 3)], [(1, 2), (2, 9)], [(-4, 1)], [(3, 1)], []):
        assert "".join(piece.text for piece in pieces(text, spans)) == text


def _first_clip(browser: Browser) -> str:
    link = browser.get(f"{DESK}/").page.xpath("//article//h3/a/@href")[0]
    return str(link).rpartition("/")[2]
