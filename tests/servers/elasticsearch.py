"""Elasticsearch: one node of the genuine server, in Elastic's own reduced distribution for integration tests."""

import http.client
import secrets
import shutil
from dataclasses import dataclass

from tests.servers import packages, unprivileged
from tests.servers.server import Server

SETTINGS = """
cluster.name: kliping-{port}
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: {inner}
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
cluster.max_shards_per_node: 5000
action.destructive_requires_name: false
node.processors: 2
"""
JVM = """
-XX:+UseSerialGC
-Djava.io.tmpdir=${ES_TMPDIR}
-XX:+ExitOnOutOfMemoryError
"""
MEMORY = "-Xms384m -Xmx384m -XX:TieredStopAtLevel=1 -XX:-AlwaysPreTouch"  # see shared/design.md section 7


@dataclass(frozen=True)
class Elasticsearch(Server):
    """`url` is `http://127.0.0.1:PORT`."""

    name = "Elasticsearch"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fresh(self) -> str:
        """The URL with a prefix that nobody has."""
        return f"{self.url}/t{secrets.token_hex(4)}"

    def clear(self, url: str) -> None:
        """Delete indices and index templates below the prefix of `url`."""
        prefix = url.rpartition("/")[2]
        self.request("DELETE", f"/{prefix}*")
        self.request("DELETE", f"/_index_template/{prefix}*")

    def request(self, method: str, path: str, body: str | None = None) -> int:
        """One request; its status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            return connection.getresponse().status
        finally:
            connection.close()

    def prepare(self) -> None:
        config = self.folder / "config"
        for place in (config, self.folder / "data", self.folder / "logs", self.folder / "tmp"):
            place.mkdir()
        home = packages.elasticsearch_home()
        shutil.copy(home / "config" / "log4j2.properties", config)
        (config / "jvm.options").write_text(JVM, "utf-8")
        settings = SETTINGS.format(port=self.port, inner=self.inner_port, folder=self.folder)
        (config / "elasticsearch.yml").write_text(settings, "utf-8")
        unprivileged.hand_over(self.folder)

    def command(self) -> list[str]:
        environ = {
            "ES_JAVA_HOME": packages.java(packages.ELASTICSEARCH_JAVA),
            "ES_PATH_CONF": self.folder / "config",
            "ES_TMPDIR": self.folder / "tmp",
            "ES_JAVA_OPTS": MEMORY,
        }
        program = packages.elasticsearch_home() / "bin" / "elasticsearch"
        return [*unprivileged.prefix(), "env", *(f"{k}={v}" for k, v in environ.items()), "bash", str(program)]

    def answers(self) -> bool:
        try:
            return self.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s") == 200
        except (OSError, http.client.HTTPException):
            return False
