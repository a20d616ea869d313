"""An S3-compatible store on loopback: moto's server, in a thread of this process."""

import http.client
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from moto.server import ThreadedMotoServer


@dataclass(frozen=True)
class S3Server:
    """moto looks at no key; a client wants one."""

    endpoint: str
    key: str = "kliping"
    secret: str = "no-secret"

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["S3Server"]:
        """A store in memory, gone on leaving."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for every request
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        try:
            host, port = server.get_host_and_port()
            yield cls(f"http://{host}:{port}")
        finally:
            server.stop()

    def bucket(self) -> str:
        """The page setting of a new, empty bucket."""
        name = f"kliping-{secrets.token_hex(4)}"
        place = urlsplit(self.endpoint)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
        connection.request("PUT", f"/{name}", headers={"Content-Length": "0"})
        status = connection.getresponse().status
        connection.close()
        if status != 200:
            raise OSError(f"{self.endpoint}: bucket {name}: status {status}")
        return f"s3://{name}"
