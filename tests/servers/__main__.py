"""`make servers`: Kafka, Elasticsearch, PostgreSQL, S3 and a mail catcher for a developer, until Ctrl-C."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from tests.digests.mailserver import mail_server
from tests.servers.packages import MissingError
from tests.servers.run import hold
from tests.servers.s3 import S3Server
from tests.servers.server import Server, ServerError
from tests.servers.shared import KINDS, require, shared


def main(argv: Sequence[str]) -> int:
    try:
        for kind in KINDS.values():
            require(kind)
        if "--fetch" not in argv:
            _serve()
    except (MissingError, ServerError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _serve() -> None:
    stops = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)  # before any thread, so that only `sigwait` gets them
    with ExitStack() as stack:
        run = stack.enter_context(hold())
        servers = {name: shared(run, kind) for name, kind in KINDS.items()}
        for server in servers.values():
            server.wait()
        store = stack.enter_context(S3Server.running())
        post = stack.enter_context(mail_server(None))
        for name, value in settings(servers, store, post.port):
            print(f"export {name}='{value}'")
        print(
            f"# process {os.getpid()}; logs and data below {run.folder}; Ctrl-C stops all and removes them", flush=True
        )
        signal.sigwait(stops)


def settings(servers: dict[str, Server], store: S3Server, mail_port: int) -> Iterator[tuple[str, str]]:
    """The environment in which the shipped cluster configuration uses these servers."""
    yield "KLIPING_CONFIG", "config/kliping.cluster.toml"
    yield "KLIPING_BUS", f"{servers['kafka'].url}/kliping"
    yield "KLIPING_ARCHIVE", f"{servers['elasticsearch'].url}/kliping"
    yield "KLIPING_ELASTICSEARCH_PASSWORD", "none-asked"
    yield "KLIPING_DATABASE", servers["postgresql"].url
    yield "KLIPING_PAGES", store.bucket()
    yield "KLIPING_S3_ENDPOINT", store.endpoint
    yield "KLIPING_S3_KEY", store.key
    yield "KLIPING_S3_SECRET", store.secret
    yield "KLIPING_MAIL", f"smtp://127.0.0.1:{mail_port}"
    yield "KLIPING_MAILER_STARTTLS", "false"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
