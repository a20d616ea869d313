"""The most memory that a process has held by itself.

Not `ru_maxrss`: Linux carries what the parent held over fork and exec into it, so a test in a large process would
measure itself.
"""

import re
from pathlib import Path


def peak(pid: int | str = "self") -> int:
    """Bytes of the high-water mark of a living process; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0
