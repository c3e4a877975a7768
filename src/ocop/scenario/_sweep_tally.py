"""The sum of all pieces that are done, kept in a file where asked for."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from ocop._whole_file import writing
from ocop.errors import InputError, Problem
from ocop.scenario._sweep_work import Counts, RankCounts

__all__ = ["Tally"]

FORMAT = "ocop-sweep/1"


@define(eq=False, kw_only=True)
class Tally:
    """Counts of the pieces that are done, in whatever order they came.

    Attributes
    ----------
    question : str
        Digest of what is asked.
    products, batches : int
    by_set : bool
        Keep the counts of each batch, not only their sum.
    path : Path or None
        Where it is kept.
    """

    question: str
    products: int
    batches: int
    by_set: bool
    ranked: bool
    path: Path | None
    digests: dict[int, str] = field(init=False, factory=dict)
    stars: dict[int, NDArray[np.int32]] = field(init=False, factory=dict)
    open_answers: dict[int, NDArray[np.int64]] = field(init=False, factory=dict)
    at_least: NDArray[np.int64] = field(init=False)
    ranks: RankCounts | None = field(init=False, default=None)
    unsaved: int = field(init=False, default=0)
    whole: bool = field(init=False, default=True)

    def __attrs_post_init__(self) -> None:
        self.at_least = np.zeros((self.products, 5), dtype=np.int64)
        if self.ranked:
            least = np.full(self.products, np.iinfo(np.int64).max)
            most, total = np.zeros((2, self.products), dtype=np.int64)
            self.ranks = RankCounts(least, most, total)

    @property
    def scenarios(self) -> int:
        """How many scenarios are done."""
        return sum(map(len, self.open_answers.values()))

    def add(self, number: int, digest: str, counts: Counts) -> None:
        """Add a piece."""
        self.whole = False
        self.digests[number] = digest
        self.stars[number] = (
            counts.stars if self.by_set else counts.stars.sum(axis=1, dtype=np.int32)
        )
        self.open_answers[number] = counts.open_answers
        self.at_least += counts.at_least
        if self.ranks is not None and counts.ranks is not None:
            np.minimum(self.ranks.least, counts.ranks.least, out=self.ranks.least)
            np.maximum(self.ranks.most, counts.ranks.most, out=self.ranks.most)
            self.ranks.total[:] += counts.ranks.total
        self.unsaved += 1
        self.whole = True
        # The file is written whole: the more there is in it, the more must be new.
        if self.unsaved * SHARE >= len(self.digests):
            self.save()

    def joined(self, found: dict[int, Any]) -> NDArray[np.int64]:
        """Return arrays of pieces as one, in the order of the scenarios."""
        return np.concatenate([found[n] for n in sorted(found)]).astype(np.int64)

    def save(self) -> None:
        """Write the file, whole or not at all; nothing where a piece is half added."""
        if self.path is None or not self.unsaved or not self.whole:
            return
        numbers = sorted(self.digests)
        arrays: dict[str, Any] = {
            "numbers": np.array(numbers, dtype=np.int64),
            "sizes": np.array([len(self.stars[n]) for n in numbers], dtype=np.int64),
            "digests": np.array([self.digests[n] for n in numbers], dtype="S64"),
            "stars": np.concatenate([self.stars[n] for n in numbers]),
            "open_answers": np.concatenate([self.open_answers[n] for n in numbers]),
            "at_least": self.at_least,
        }
        if self.ranks is not None:
            arrays |= {name: getattr(self.ranks, name) for name in RANKS}
        head = json.dumps({"format": FORMAT, "question": self.question}).encode()
        with writing(self.path) as stream:
            _write(stream, {"head": np.frombuffer(head, dtype=np.uint8), **arrays})
        self.unsaved = 0

    def load(self) -> None:
        """Take over what the file holds; without a file nothing is done yet.

        Raises
        ------
        InputError
            ``other-checkpoint``, ``damaged-checkpoint``, ``cannot-read``.
        """
        if self.path is None:
            return
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:  # no file can have some names
            message = f"cannot read the file: {getattr(error, 'strerror', None) or error}"
            raise InputError([Problem("cannot-read", message, file=str(self.path))]) from error
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                # It is written as it stands: whatever unpacks to more is another's.
                if sum(part.file_size for part in archive.infolist()) > len(raw):
                    raise ValueError("it unpacks to more than it has")
            with np.load(io.BytesIO(raw), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            head = json.loads(bytes(arrays["head"]))
            same = head["format"] == FORMAT and head["question"] == self.question
            if same:
                self._take(arrays)
        except Exception as error:  # a damaged file fails in many ways
            message = f"the file is no whole checkpoint: {error}"
            hint = "remove it, or name another file"
            problem = Problem("damaged-checkpoint", message, file=str(self.path), hint=hint)
            raise InputError([problem]) from error
        if not same:
            self.turn_away("the file belongs to another sweep")

    def turn_away(self, message: str) -> None:
        """Say that the file answers another question."""
        hint = "name another file, or remove it to start again"
        raise InputError([Problem("other-checkpoint", message, file=str(self.path), hint=hint)])

    def _take(self, arrays: dict[str, NDArray[Any]]) -> None:
        sizes = arrays["sizes"].tolist()
        shape = (sum(sizes), self.batches, 6) if self.by_set else (sum(sizes), 6)
        expected = {"stars": shape, "open_answers": (sum(sizes),), "at_least": (self.products, 5)}
        if self.ranks is not None:
            expected |= dict.fromkeys(RANKS, (self.products,))
        wrong = [name for name, size in expected.items() if arrays[name].shape != size]
        if wrong:
            raise ValueError(f"{wrong[0]} has the shape {arrays[wrong[0]].shape}")
        numbers = arrays["numbers"].tolist()
        self.digests = dict(
            zip(numbers, (d.decode() for d in arrays["digests"].tolist()), strict=True)
        )
        self.stars = dict(zip(numbers, _cut(arrays["stars"], sizes), strict=True))
        self.open_answers = dict(zip(numbers, _cut(arrays["open_answers"], sizes), strict=True))
        self.at_least = arrays["at_least"]
        if self.ranks is not None:
            self.ranks = RankCounts(*(arrays[name] for name in RANKS))


SHARE = 16
RANKS = ("least", "most", "total")


def _cut(array: NDArray[Any], sizes: list[int]) -> Iterator[NDArray[Any]]:
    low = 0
    for size in sizes:
        yield array[low : low + size]
        low += size


def _write(stream: IO[bytes], arrays: dict[str, NDArray[Any]]) -> None:
    """Write arrays as `numpy.savez` does, whose first versions leave an archive open that fails."""
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
