"""trafilatura's defaults in a process with the limits of ours: `python -m benchmarks.hostile.peer BYTES`.

Its standard input is a page. Says "ready" once it has loaded, then as JSON what the page cost and what came of it.
"""

import json
import resource
import subprocess
import sys
import time
from typing import Any

from benchmarks.extract_peers import trafilatura

WARMING = b"<html><body><p>Teks.</p></body></html>"


def read_as_peer(body: bytes, *, seconds: float, memory: int) -> dict[str, Any]:
    """What a page costs trafilatura: `outcome`, and `cpu` and `wall` in seconds and `peak` in MiB where it ended."""
    command = [sys.executable, "-m", "benchmarks.hostile.peer", str(memory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            answer, _ = process.communicate(body, timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return {"outcome": "timeout", "wall": seconds}
        return json.loads(answer) if process.returncode == 0 else {"outcome": f"died ({process.returncode})"}


def main() -> None:
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    trafilatura(WARMING, "")
    print("ready", flush=True)
    body = sys.stdin.buffer.read()
    wall, cpu = time.perf_counter(), time.process_time()
    found = trafilatura(body, "https://kabar.example/b/1")
    cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"outcome": f"{len(found.text)} characters", **cost, "peak": peak}))


if __name__ == "__main__":
    main()
