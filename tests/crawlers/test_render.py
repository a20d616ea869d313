"""Pages that need scripts, in a real Chromium that has no network but ours."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from crawlers.render import CHROMIUMS, renderer_for
from kliping.errors import ConfigError
from kliping.outlets import Outlet
from tests.crawlers.outlet_site import html, outlet, reply, story
from tests.evil.site import Internal

pytest.importorskip("playwright", reason="pip install 'kliping[render]'")
pytestmark = pytest.mark.skipif(not any(map(shutil.which, CHROMIUMS)), reason="no Chromium here: apt install chromium")

# asks for its text, then for everything that a page of an outlet must not reach
SCRIPT = """
fetch('/isi.json').then(r => r.json()).then(d => {{ document.getElementById('isi').textContent = d.teks; }});
const where = ['http://127.0.0.1:{internal}/a', 'http://localhost:{internal}/b', 'http://[::1]:{internal}/c',
               'http://2130706433:{internal}/d', '/pindah', 'http://169.254.169.254/latest/meta-data/'];
for (const url of where) fetch(url, {{mode: 'no-cors'}}).catch(() => 0);
for (const url of where) {{ const i = new Image(); i.src = url; document.body.append(i); }}
for (const url of where) {{ const f = document.createElement('iframe'); f.src = url; document.body.append(f); }}
try {{ new WebSocket('ws://127.0.0.1:{internal}/ws'); }} catch (e) {{}}
try {{ new EventSource('http://127.0.0.1:{internal}/es'); }} catch (e) {{}}
navigator.sendBeacon('http://127.0.0.1:{internal}/beacon', 'x');
const p = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{internal}'}}]}});
p.createDataChannel('x'); p.createOffer().then(o => p.setLocalDescription(o));
"""


def test_scripts_run_and_reach_nothing_that_a_crawl_cannot(tmp_path: Path) -> None:
    with Internal() as internal:
        shell = html("Warga menanam pohon", '<p id="isi">Memuat…</p><script src="/skrip.js"></script>')
        pages = {
            story(1): reply(shell),
            "/skrip.js": reply(SCRIPT.format(internal=internal.port), "text/javascript"),
            "/isi.json": reply('{"teks": "Pohon ditanam di taman kota."}', "application/json"),
            "/pindah": lambda visit: visit.answer(status=302, Location=f"http://127.0.0.1:{internal.port}/e"),
            "/robots.txt": reply("User-agent: *\nDisallow: /rahasia\n", "text/plain"),
        }
        with outlet(tmp_path, pages, render="yes") as kabar:
            said = kabar.crawl("pages", "-a", f"url={kabar.url(story(1))}")
            (page,) = kabar.pages()
            assert "Pohon ditanam di taman kota." in kabar.body(page).decode(), said
            assert kabar.asked().count(story(1)) == 1
            assert set(kabar.asked()) == {story(1), "/skrip.js", "/isi.json", "/pindah"}
            assert internal.connections == []


def test_without_an_outlet_that_asks_for_it_nothing_is_rendered(tmp_path: Path) -> None:
    shell = html("Warga menanam pohon", '<p id="isi">Memuat…</p><script src="/skrip.js"></script>')
    with outlet(tmp_path, {story(1): reply(shell)}) as kabar:
        kabar.crawl("pages", "-a", f"url={kabar.url(story(1))}")
        assert kabar.asked() == [story(1)]


def test_a_missing_playwright_is_told_only_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    crawler: Any = None
    plain = Outlet(id="a", name="A", domain="a.test")
    assert renderer_for(crawler, [plain]) is None
    with pytest.raises(ConfigError, match=r"kliping\[render\]"):
        renderer_for(crawler, [plain, Outlet(id="b", name="B", domain="b.test", render=True)])
