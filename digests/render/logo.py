"""The logo of a desk's letterhead, checked before a sheet rests on it."""

import io
import logging
from pathlib import Path
from typing import Final

from PIL import Image

from kliping.desks import Desk

log = logging.getLogger(__name__)

LARGEST: Final = 2 * 1024 * 1024  # bytes; the sheet carries it in every mail
SIDE: Final = 300  # pixels: 18 mm at 400 dpi


def logo_of(desk: Desk) -> bytes | None:
    """The desk's logo as a small PNG; None, with a warning, where it names none that can be read."""
    if not desk.logo or not desk.file:
        return None
    path = Path(desk.file).parent / desk.logo
    try:
        _check_size(path)
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            image.thumbnail((SIDE, SIDE))
            kept = io.BytesIO()
            image.convert("RGBA").save(kept, "PNG", optimize=True)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        log.warning("desk %s: logo %s: %s", desk.id, path, error)
        return None
    return kept.getvalue()


def _check_size(path: Path) -> None:
    if path.stat().st_size > LARGEST:
        raise OSError(f"larger than {LARGEST} bytes")
