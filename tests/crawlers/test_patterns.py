"""What was read before says which shapes of address are articles."""

from crawlers.links import read_listing
from crawlers.patterns import LEAST, Patterns, learned, shapes

BASE = "https://a.test"


def known(good: str, bad: str, number: int = 20) -> Patterns:
    read = [(BASE + good.format(n=n), True) for n in range(number)]
    return learned(read + [(BASE + bad.format(n=n), False) for n in range(number)])


def test_a_shape_is_what_most_of_its_addresses_were() -> None:
    patterns = known("/ekonomi/warga-menanam-pohon-{n}", "/topik/warga-dan-pohon-{n}")
    assert patterns.is_article(f"{BASE}/ekonomi/harga-beras-naik-lagi") is True
    assert patterns.is_article(f"{BASE}/topik/harga-beras-hari-ini") is False
    assert patterns.is_article(f"{BASE}/olahraga/tim-kota-menang-lagi") is None  # the rough shape was both
    assert patterns.is_article(f"{BASE}/a/b/c/d") is None


def test_a_word_never_seen_is_judged_by_the_rough_shape() -> None:
    patterns = known("/ekonomi/warga-menanam-pohon-{n}", "/foto/{n}")
    assert patterns.is_article(f"{BASE}/olahraga/tim-kota-menang-lagi") is True
    assert patterns.is_article(f"{BASE}/video/17") is False


def test_few_addresses_say_nothing() -> None:
    patterns = known("/x/warga-menanam-pohon-{n}", "/y/{n}", LEAST - 1)
    assert patterns.is_article(f"{BASE}/x/harga-beras-naik-lagi") is None


def test_twins_have_one_shape() -> None:
    assert shapes("https://www.a.test/x/1") == shapes("http://m.a.test/x/22")


def test_a_listing_takes_what_was_learned_before_what_it_looks_like() -> None:
    slug = "/berita/warga-menanam-pohon-di-kota-{n}"
    pair = f'<a href="/rd/{{n}}x">Baca</a><a href="{slug}">Judul panjang sekali di sini</a>'
    links = "".join(pair.format(n=n) for n in range(6))
    assert {link.url.split("/")[3] for link in read_listing(links, BASE).links} == {"berita"}
    patterns = known("/rd/{n}x", slug)
    assert {link.url.split("/")[3] for link in read_listing(links, BASE, patterns).links} == {"rd"}
