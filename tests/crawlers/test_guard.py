"""The wall stands at connect time: on Twisted's in-memory reactor, without a network, and in real crawls."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from scrapy.http import Request, Response
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import MemoryReactorClock

from crawlers.caps import CodingsMiddleware
from crawlers.guard import CheckedReactor, Wall
from crawlers.reasons import BadEncoding, BlockedAddress
from tests.crawlers.crawl import Crawl, crawl, press_settings
from tests.evil.site import EvilSite, Internal
from tests.evil.traps import TRAPS

PUBLIC = "93.184.215.14"
# Forms of local, private and special addresses, as an attacker writes them in a URL. {name} is this machine's own.
_FORMS = """
127.0.0.1 127.0.0.2 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 0177.0.0.1 017700000001 127.000.000.001
0 0.0.0.0 localhost LOCALHOST localhost. ip6-localhost {name} [::] [::1] [0:0:0:0:0:0:0:1] [::127.0.0.1]
[::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::]
[2001:0:7f00:1::] [2001:0:0:0:0:0:80ff:fffe] [fe80::1] [fc00::1] [fd00:ec2::254] [fec0::1] [ff02::1] [2001:db8::1]
10.0.0.1 172.16.0.1 192.168.0.1 169.254.169.254 100.64.0.1 100.100.100.200 192.0.0.8 192.0.0.192 198.18.0.1
192.0.2.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16 192.88.99.1
１２７.０.０.１ ①②⑦.⓪.⓪.① 127%2e0%2e0%2e1 good.test@127.0.0.1 127.0.0.1%00.good.test mapped.test allowed.test
"""
FORMS = _FORMS.split()
UNRESOLVABLE = {"127%2e0%2e0%2e1", "127.0.0.1%00.good.test", "ip6-localhost", "localhost.", "{name}"}  # machines differ


class Answers:
    """A name server whose answers change from one lookup to the next (DNS rebinding)."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def resolveHostName(self, receiver: Any, host: str, portNumber: int = 0, *rest: Any) -> None:  # noqa: N802, N803
        receiver.resolutionBegan(None)
        for address in self.answers.pop(0):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, portNumber))
        receiver.resolutionComplete()


def connect(reactor: MemoryReactorClock, answers: Answers, host: str = "outlet.test", wall: Wall | None = None) -> Any:
    reactor.nameResolver = answers  # type: ignore[assignment]
    checked = CheckedReactor(reactor, wall or Wall(frozenset(), {}), host, 8080)
    errors: list[Any] = []
    factory: Any = Factory.forProtocol(Protocol)
    HostnameEndpoint(checked, host, 8080).connect(factory).addErrback(errors.append)
    reactor.advance(5)
    return errors[0].value if errors else None


@pytest.fixture
def reactor() -> MemoryReactorClock:
    return MemoryReactorClock()  # type: ignore[no-untyped-call]


def test_rebinding_gains_nothing(reactor: MemoryReactorClock) -> None:
    answers = Answers([PUBLIC], ["127.0.0.1"], ["::1"], ["10.0.0.1"])
    assert connect(reactor, answers) is None
    assert all(isinstance(connect(reactor, answers), BlockedAddress) for _ in range(3))
    assert [client[0] for client in reactor.tcpClients] == [PUBLIC]


def test_of_mixed_answers_only_the_public_one_is_connected(reactor: MemoryReactorClock) -> None:
    connect(reactor, Answers(["127.0.0.1", PUBLIC, "fd00::1"]))
    assert {client[0] for client in reactor.tcpClients} == {PUBLIC}


def test_a_map_counts_only_for_allowed_places(reactor: MemoryReactorClock) -> None:
    hosts = {"press.test": "127.0.0.1"}
    allowed = Wall(frozenset({"press.test:8080"}), hosts)
    assert connect(reactor, Answers(), "press.test", allowed) is None
    assert [client[0] for client in reactor.tcpClients] == ["127.0.0.1"]
    elsewhere = Wall(frozenset({"press.test:8081"}), hosts)
    connect(reactor, Answers([PUBLIC]), "press.test", elsewhere)
    assert reactor.tcpClients[-1][0] == PUBLIC


def test_bodies_packed_too_often_are_refused() -> None:
    request = Request("http://outlet.test/")
    twice = Response(request.url, headers={"Content-Encoding": ["gzip", "br"]})
    assert CodingsMiddleware().process_response(request, twice) is twice
    for packed in (["gzip, gzip, gzip"], ["gzip"] * 3):
        with pytest.raises(BadEncoding):
            CodingsMiddleware().process_response(request, Response(request.url, headers={"Content-Encoding": packed}))


@pytest.fixture(scope="module")
def internal() -> Iterator[Internal]:
    with Internal() as listener:
        yield listener


@pytest.fixture(scope="module")
def urls(internal: Internal) -> dict[str, str]:
    own = socket.gethostname()
    return {form: f"http://{form.format(name=own)}:{internal.port}/secret" for form in FORMS}


@pytest.fixture(scope="module")
def forms(internal: Internal, urls: dict[str, str]) -> Crawl:
    """Every form, with proxies in the environment, one name mapped but not allowed, one allowed on another port."""
    with EvilSite(TRAPS, internal.port) as site:
        settings = press_settings(site, ["good.test", "allowed.test"])
        settings["GUARD_HOSTS"] |= {"mapped.test": "127.0.0.1"}
        extra = [f"http://good.test:{site.port}/page", "ftp://127.0.0.1/x", "file:///etc/passwd", "data:,x", "s3://b/k"]
        proxy = f"http://127.0.0.1:{internal.port}"
        plan = {"urls": [*urls.values(), *extra], "settings": settings}
        return crawl(plan, http_proxy=proxy, https_proxy=proxy, HTTP_PROXY=proxy, all_proxy=proxy)


def test_no_form_of_a_private_address_is_connected(internal: Internal, urls: dict[str, str], forms: Crawl) -> None:
    sure = [url for form, url in urls.items() if form not in UNRESOLVABLE and not form.endswith(".test")]
    assert len(sure) >= 30
    assert forms.reasons(sure) == {"blocked_address"}
    assert forms.reasons(urls.values()) <= {"blocked_address", "dns", "bad_url"}
    assert internal.connections == []
    assert forms.stats["refused/blocked_address"] >= len(sure)


def test_a_proxy_in_the_environment_is_not_used(internal: Internal, forms: Crawl) -> None:
    (page,) = [result for result in forms.results if result.url.endswith("/page")]
    assert page.reason == "ok"
    assert internal.connections == []


def test_a_proxy_on_a_request_is_refused(internal: Internal) -> None:
    with EvilSite(TRAPS) as site:
        meta = {"proxy": f"http://127.0.0.1:{internal.port}"}
        done = crawl({"urls": [site.url("good/a")], "meta": meta, "settings": press_settings(site, ["good.test"])})
        assert done.of(site.url("good/a")).reason == "blocked_address"
        assert site.pages("good.test") == []
    assert internal.connections == []


def test_other_schemes_are_off(forms: Crawl) -> None:
    assert {r.reason for r in forms.results if not r.url.startswith("http")} == {"bad_url"}


def test_the_listener_would_have_noticed(urls: dict[str, str], forms: Crawl) -> None:
    with Internal() as listener:
        for address in ("127.0.0.1", "::1"):
            with socket.create_connection((address, listener.port), timeout=5) as connection:
                connection.recv(1)
        assert len(listener.connections) == 2
