"""Pages of the sample press as large as real ones: what news sites put around a story, made up.

A page of the press has 3 to 6 KB, a real one ten times as much (31 of pages-id: median 64 KB, a fifth of it scripts,
with 800 elements, 160 links, 30 pictures and 40 scripts). So scripts, styles, a menu, a column of most read stories
and lists of others below the story are put in, of a size between 60 and 150 KB that is always the same for a page.
They are marked as real sites mark them. The story, its head and its marks are not touched.
"""

import random
import re
from collections.abc import Callable
from typing import Final

SMALLEST, LARGEST = 60_000, 150_000  # characters of a page
_HEAD, _MENU, _LISTS, _TAIL = 0.2, 0.12, 0.48, 0.2  # of what is put in
_HEAD_END = re.compile(r"</head\s*>", re.IGNORECASE)
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
_NOUNS: Final = """
warga kota sungai pasar jalan taman sekolah bupati camat panen harga beras cuaca hujan laga juara stasiun kereta bandara
rumah listrik lomba desa museum festival pelabuhan nelayan pabrik buruh kuliner wisata pelatih pemain murah baru sore
"""
_WORDS: Final = _NOUNS.split()


def padded(body: bytes, seed: str) -> bytes:
    """A page in UTF-8 with all that around it; `seed` names the page."""
    html = body.decode("utf-8", "surrogateescape")
    chance = random.Random(seed)
    room = chance.randint(SMALLEST, LARGEST) - len(html)
    html = _put(html, _HEAD_END, _filled(chance, _HEAD * room, _script))
    lists = f'<section class="terkait"><h3>Berita Lainnya</h3>{_filled(chance, _LISTS * room, _card)}</section>'
    html = _put(html, _BODY_END, lists + _filled(chance, _TAIL * room, _script))
    menu = f'<nav class="menu-utama"><ul>{_filled(chance, _MENU * room, _entry)}</ul></nav>'
    return _BODY.sub(lambda found: found[0] + menu, html, count=1).encode("utf-8", "surrogateescape")


def _put(html: str, before: re.Pattern[str], text: str) -> str:
    return before.sub(lambda found: text + found[0], html, count=1)


def _filled(chance: random.Random, size: float, make: Callable[[random.Random], str]) -> str:
    """Pieces up to `size` characters."""
    pieces: list[str] = []
    while size > 0:
        pieces.append(make(chance))
        size -= len(pieces[-1])
    return "\n".join(pieces)


def _script(chance: random.Random) -> str:
    """One of a few hundred characters, as most are; one in four a style."""
    lines = chance.randint(3, 12)
    if chance.random() < 1 / 4:
        rules = (
            f".{_word(chance)}-{_word(chance)} > .item{{margin:0 {line}px;color:#1a2b3c}}" for line in range(lines)
        )
        return f"<style>{''.join(rules)}</style>"
    calls = (
        f'window.{_word(chance)}=window.{_word(chance)}||[];pushed("{_slug(chance)}",{line});' for line in range(lines)
    )
    return f"<script>(function(){{{''.join(calls)}}})();</script>"


def _entry(chance: random.Random) -> str:
    name = _word(chance)
    link = f'<a href="/kanal/{name}/{_word(chance)}" title="{name}">{name.title()}</a>'
    return f'<li class="menu-item menu-item-{name}">{link}</li>'


def _card(chance: random.Random) -> str:
    """Another story: its picture, headline and time."""
    slug = _slug(chance)
    title = slug.replace("-", " ").title()
    day = f"{chance.randint(1, 28)}/{chance.randint(1, 11)}/2026"
    return (
        f'<div class="card card--small"><a class="card__link" href="/baca/{chance.randint(10_000, 99_999)}/{slug}">'
        f'<img class="lazy" src="/foto/kecil/{slug}.jpg" data-srcset="/foto/{slug}-640.jpg 640w"'
        f' alt="{title}"></a><div class="card__text"><span class="card__channel">{_word(chance).title()}</span>'
        f'<h4 class="card__title"><a href="/baca/{slug}">{title}</a></h4>'
        f'<span class="card__date">{day}</span></div></div>'
    )


def _slug(chance: random.Random) -> str:
    return "-".join(chance.choices(_WORDS, k=chance.randint(6, 11)))


def _word(chance: random.Random) -> str:
    return chance.choice(_WORDS)
