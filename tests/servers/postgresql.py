"""PostgreSQL: a private cluster of the installed server."""

import secrets
import signal
import subprocess
from dataclasses import dataclass

import psycopg

from tests.servers import packages, unprivileged
from tests.servers.server import Server

USER = "kliping"
# no fsync: it guards against power cuts, which no test can make; a killed server loses nothing without it
SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
fsync = off
shared_buffers = 64MB
max_connections = 200
"""


@dataclass(frozen=True)
class PostgreSQL(Server):
    """`url` is `postgresql+psycopg://kliping@127.0.0.1:PORT/postgres`; loopback is trusted, there is no password."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": disconnects clients and ends cleanly

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def fresh(self) -> str:
        """The URL of a new, empty database."""
        name = f"t{secrets.token_hex(4)}"
        self._execute(f"CREATE DATABASE {name}")
        return self.url_of(name)

    def clear(self, url: str) -> None:
        """Drop the database of `url`; whoever is still connected is thrown out."""
        self._execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def prepare(self) -> None:
        unprivileged.hand_over(self.folder)
        program = packages.postgresql_programs() / "initdb"
        options = ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", f"--username={USER}"]
        command = [*unprivileged.prefix(), str(program), "-D", str(self.folder / "data"), *options]
        subprocess.run(command, cwd=self.folder, capture_output=True, check=True)
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(SETTINGS.format(port=self.port))

    def command(self) -> list[str]:
        program = packages.postgresql_programs() / "postgres"
        return [*unprivileged.prefix(), str(program), "-D", str(self.folder / "data")]

    def answers(self) -> bool:
        try:
            self._execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname="postgres", connect_timeout=5, autocommit=True
        ) as connection:
            connection.execute(statement)
