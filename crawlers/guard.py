"""The one way out: every connection is checked on the address that is really connected, at the moment it is.

`GuardedHandler` is the only download handler that the settings leave on, so pages, feeds, robots.txt, redirects and
meta refreshes all pass here. Per request Scrapy builds an agent, the agent an endpoint; ours gives that endpoint a
reactor whose `connectTCP` asks `addresses.refusal` first. Between the check and the connection there is no second
lookup, so an answer that changes (DNS rebinding) gains nothing.

Names are looked up for IPv4 alone: a second family would double the lookups and the time-outs of a crawler whose office
often has no IPv6, and a news site that is reachable by IPv6 only is not known to us. An address that stands in a URL as
IPv6 digits is checked and connected like any other; a host with AAAA records alone ends as `dns`.
"""

import logging
from typing import Any

from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _BindAddressAgent,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet._resolver import HostResolution
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IReactorPluggableNameResolver, IReactorTime
from twisted.web.client import URI, _StandardEndpointFactory
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.addresses import place, refusal
from crawlers.batches import check_lease
from crawlers.caps import BoundedFactory
from crawlers.pace import host_of, pace_of
from crawlers.reasons import BlockedAddress, Refused, count

log = logging.getLogger(__name__)


class Wall:
    """What GUARD_ALLOW and GUARD_HOSTS say: the places that may be private, and where those places lie."""

    def __init__(self, allowed: frozenset[str], hosts: dict[str, str]) -> None:
        self.allowed = allowed
        self.hosts = hosts

    @classmethod
    def of(cls, crawler: Crawler) -> "Wall":
        allowed = frozenset(item.lower() for item in crawler.settings.getlist("GUARD_ALLOW"))
        return cls(allowed, {k.lower(): v for k, v in crawler.settings.getdict("GUARD_HOSTS").items()})

    def known_address(self, host: str, port: int) -> str | None:
        """The address that needs no lookup: a mapped host of an allowed place, or a host that is an address."""
        if place(host, port) in self.allowed and host.lower() in self.hosts:
            return self.hosts[host.lower()]
        return host if isIPAddress(host) or isIPv6Address(host) else None


@implementer(IReactorPluggableNameResolver, IReactorTime)
class CheckedReactor:
    """The part of a reactor that an endpoint for `host:port` needs, with the wall in front of `connectTCP`."""

    def __init__(self, inner: Any, wall: Wall, host: str, port: int) -> None:
        self._inner = inner
        self._wall = wall
        self._host = host
        self._port = port
        self.nameResolver = _Resolver(inner.nameResolver, wall)
        self.callLater = inner.callLater
        self.seconds = inner.seconds

    def connectTCP(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:  # noqa: N802
        """Connect to the address `host`. Raises BlockedAddress when the wall refuses it."""
        why = refusal(self._host, self._port, host, self._wall.allowed)
        if why is not None:
            raise BlockedAddress(self._host, why)
        return self._inner.connectTCP(host, port, *args, **kwargs)


@implementer(IHostnameResolver)
class _Resolver:
    """Answers from the wall what needs no lookup (IPv6 digits, mapped hosts) and asks Scrapy's resolver the rest."""

    def __init__(self, inner: Any, wall: Wall) -> None:
        self._inner = inner
        self._wall = wall

    def resolveHostName(self, receiver: Any, host: str, portNumber: int = 0, *rest: Any) -> Any:  # noqa: N802, N803
        known = self._wall.known_address(host, portNumber)
        if known is None:
            return self._inner.resolveHostName(receiver, host, portNumber, *rest)
        resolution = HostResolution(host)
        receiver.resolutionBegan(resolution)
        kind = IPv6Address if ":" in known else IPv4Address
        receiver.addressResolved(kind("TCP", known, portNumber))
        receiver.resolutionComplete()
        return resolution


class _GuardedAgent(_BindAddressAgent):
    """Twisted's agent whose endpoints connect through a CheckedReactor."""

    wall: Wall

    def _getEndpoint(self, uri: URI) -> Any:  # noqa: N802
        from twisted.internet import reactor  # which one is known only once the crawl runs

        standard = self._endpointFactory
        checked = CheckedReactor(reactor, self.wall, uri.host.decode("ascii"), uri.port)
        return _StandardEndpointFactory(  # type: ignore[no-untyped-call]
            checked, standard._policyForHTTPS, standard._connectTimeout, standard._bindAddress
        ).endpointForURI(uri)


class _GuardedScrapyAgent(_ScrapyAgent):
    wall: Wall

    def _get_agent(self, request: Request, timeout: float) -> _GuardedAgent:  # noqa: ARG002
        from twisted.internet import reactor  # as above

        agent = _GuardedAgent(reactor, self._contextFactory, timeout, None, self._pool)
        agent.wall = self.wall
        return agent


@implementer(IPolicyForHTTPS)
class Certificates:
    """Checks the certificate of every host but those that an operator excepted by name."""

    def __init__(self, checking: Any, unverified: frozenset[str]) -> None:
        self._checking = checking
        self._trusting = _ScrapyClientContextFactory(verify_certificates=False)
        self._unverified = unverified

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802
        """What makes the TLS connection to a host."""
        excepted = hostname.decode("ascii", "replace").lower() in self._unverified
        return (self._trusting if excepted else self._checking).creatorForNetloc(hostname, port)


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler behind the wall, with the pause that a host asked for and a cap on headers.

    Raises BlockedAddress, Held, or what Scrapy's handler raises; counts refusals as `refused/<reason>` in the stats.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._wall = Wall.of(crawler)
        self._pool._factory = BoundedFactory
        unverified = frozenset(host.lower() for host in crawler.settings.getlist("GUARD_UNVERIFIED"))
        self._contextFactory: Any = Certificates(self._contextFactory, unverified)
        for host in sorted(unverified):
            log.warning("%s: its certificate is not checked, as [crawl] unverified says", host)

    async def download_request(self, request: Request) -> Response:
        host = host_of(request)
        pace = pace_of(self._crawler)
        try:
            self._refuse_proxy(request)
            pace.check(host)
            check_lease(self._crawler, request)  # again: it may have slept while it waited for its host's gap
            response = await self._download(request)
        except Refused as refused:
            count(self._crawler.stats, refused)
            raise
        pace.answered(host, response.status, response.headers.get("Retry-After"))
        return response

    def _refuse_proxy(self, request: Request) -> None:
        """A proxy would connect for us, to where nobody checks (FreshRSS/FreshRSS#8950)."""
        if request.meta.get("proxy"):
            raise BlockedAddress(host_of(request), "proxies are not supported")

    async def _download(self, request: Request) -> Response:
        agent = _GuardedScrapyAgent(
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        agent.wall = self._wall
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))
