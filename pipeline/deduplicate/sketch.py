"""What an article's text is compared by before anyone reads it: digest, MinHash, and sampled word n-grams.

Sources: Broder 1997 (resemblance of shingled documents), Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets",
chapter 3 (banding), Manber 1994 and Brin, Davis and Garcia-Molina 1995 (n-grams whose hash is 0 mod p). MinHash bands
find copies; rewrites share a few verbatim passages and too little else for them, so sampled n-grams find those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from kliping.article import digest

Hashes = npt.NDArray[np.uint64]

PERMUTATIONS: Final = 128
BANDS: Final = 32  # of 4 rows: libraries.md section 2 finds .87 of heavily edited copies with it, 1.00 of others
SHINGLE: Final = 3  # words; the shingle of that measurement
SHORT: Final = 30  # words; below, one common sentence is most of the text: only equal texts are copies
TINY: Final = 20  # words; photo captions and live tickers repeat such texts, so equal titles are asked for as well
GRAM: Final = 5  # words of a sampled n-gram
SAMPLE: Final = 8  # one n-gram in four is kept: a common passage of 16 words is missed once in 30
MOST_GRAMS: Final = 256  # of one article: what 1,000 words have; a longer one keeps the smallest hashes
_CHUNK: Final = 2048  # shingles hashed at once: 2 MiB, however long the text is
_MASK: Final = (1 << 64) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """One text, small enough to be kept and compared by the thousand."""

    exact: str  # digest of the normalised words
    words: int
    minhash: bytes  # 128 little-endian uint32; b"" for a short text
    bands: tuple[int, ...]  # signed 64 bits; odd: a band of the MinHash, even: a sampled n-gram


def exact_digest(title: Sequence[str], words: Sequence[str]) -> str:
    """Equal for texts that differ in nothing but case, marks and blanks."""
    return digest(" ".join(words), " ".join(title) if len(words) < TINY else "")


def sketch(exact: str, words: Sequence[str]) -> Sketch:
    """The sketch of a text with a given exact digest, from its normalised words."""
    if len(words) < SHORT:
        return Sketch(exact=exact, words=len(words), minhash=b"", bands=())
    hashed = np.fromiter((crc32(word.encode()) for word in words), np.uint64, len(words))
    signature = _minhash(np.unique(_grams(hashed, SHINGLE)))
    bands = {*_bands(signature).tolist(), *_sampled(_grams(hashed, GRAM)).tolist()}
    return Sketch(exact=exact, words=len(words), minhash=signature.tobytes(), bands=tuple(sorted(bands)))


def resemblance(one: bytes, others: Sequence[bytes]) -> list[float]:
    """Estimated Jaccard similarity (of word 3-grams) of one MinHash with others; 0 where a text was short."""
    if not one:
        return [0.0] * len(others)
    mine = np.frombuffer(one, "<u4")
    return [float(np.mean(mine == np.frombuffer(other, "<u4"))) if other else 0.0 for other in others]


def _splitmix(state: int) -> int:
    """One step of SplitMix64 (Steele, Lea, Flood 2014): constants that no library version can change."""
    state = (state + 0x9E3779B97F4A7C15) & _MASK
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
    return state ^ (state >> 31)


def _mixed(values: Hashes) -> Hashes:
    """SplitMix64's finaliser on every element."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_FACTORS: Final = np.array([_splitmix(2 * n) | 1 for n in range(PERMUTATIONS)], np.uint64)
_OFFSETS: Final = np.array([_splitmix(2 * n + 1) for n in range(PERMUTATIONS)], np.uint64)


def _grams(hashed: Hashes, size: int) -> Hashes:
    """64-bit hashes of all word n-grams, in order. Overflow wraps, as it should."""
    total = np.zeros(len(hashed) - size + 1, np.uint64)
    for place in range(size):
        total = (total + hashed[place : place + len(total)]) * np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(29)
    return _mixed(total)


def _minhash(shingles: Hashes) -> npt.NDArray[np.uint32]:
    """Multiply-shift permutations (Dietzfelbinger 1997), the least value of each."""
    least = np.full(PERMUTATIONS, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, len(shingles), _CHUNK):
        part = shingles[start : start + _CHUNK, None] * _FACTORS + _OFFSETS
        least = np.minimum(least, (part >> np.uint64(32)).min(axis=0).astype(np.uint32))
    return least.astype("<u4")


def _bands(signature: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    rows = signature.astype(np.uint64).reshape(BANDS, -1)
    total = np.arange(BANDS, dtype=np.uint64)
    for column in rows.T:
        total = _mixed(total * np.uint64(0x9E3779B97F4A7C15) + column)
    return (total | np.uint64(1)).view(np.int64)


def _sampled(grams: Hashes) -> npt.NDArray[np.int64]:
    chosen = np.unique(grams[(grams >> np.uint64(32)) % np.uint64(SAMPLE) == 0])[:MOST_GRAMS]
    return (chosen & ~np.uint64(1)).view(np.int64)
