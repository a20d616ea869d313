"""Certificates are checked, but of hosts that an operator excepted by name."""

from pathlib import Path

from tests.crawlers.crawl import crawl, press_settings
from tests.evil.certificate import self_signed
from tests.evil.site import EvilSite
from tests.evil.traps import TRAPS


def test_only_the_excepted_host_is_read_without_a_certificate_that_counts(tmp_path: Path) -> None:
    with EvilSite(TRAPS, certificate=self_signed(tmp_path, "satu.test")) as tls:
        settings = press_settings(tls, ("satu.test", "dua.test"), GUARD_UNVERIFIED=["SATU.test"])
        urls = [f"https://{host}:{tls.port}/a" for host in ("satu.test", "dua.test")]
        done = crawl({"urls": urls, "settings": settings})
        assert [done.of(url).reason for url in urls] == ["ok", "tls"]
        assert {seen.host for seen in tls.log} == {"satu.test"}
