"""The far side of `extract_newsplease`, run by the interpreter of news-please's own environment: it imports nothing of
ours. Standard output is the wire, so what the libraries print goes to standard error.
"""

import base64
import json
import sys
import time
import warnings
from typing import Any


def main() -> None:
    wire, sys.stdout = sys.stdout, sys.stderr
    warnings.simplefilter("ignore")
    from newsplease import NewsPlease  # type: ignore[import-not-found]

    for line in sys.stdin:
        asked = json.loads(line)
        wire.write(json.dumps(answer(NewsPlease, base64.b64decode(asked["body"]), asked["url"])) + "\n")
        wire.flush()


def answer(reader: Any, body: bytes, url: str) -> dict[str, Any]:
    """What it reads of one page, without a look at its pictures, which would be fetched."""
    started = time.process_time()
    told: dict[str, Any] = {"text": "", "title": "", "published": "", "byline": [], "error": ""}
    try:
        read = reader.from_html(body.decode("utf-8", "replace"), url=url or None, fetch_images=False)
        if read:
            date = read.date_publish
            told |= {"text": read.maintext or "", "title": read.title or "", "byline": list(read.authors or ())}
            told["published"] = date.isoformat() if date else ""
    except Exception as error:  # noqa: BLE001 - whatever it raises on a page is its result
        told["error"] = repr(error)
    return told | {"seconds": time.process_time() - started}


if __name__ == "__main__":
    main()
