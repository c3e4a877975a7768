"""Which edit wrote what, so that two edits that write the same thing differently are found."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Claimed", "Claims"]

Claimed = tuple[object, ...]


class Claims:
    """What was written, as paths such as (11, "criterion", "1.2", 3, "points").

    A path holds everything below it: who drops a criterion writes all its options.
    """

    def __init__(self) -> None:
        self._taken: dict[Claimed, tuple[int, object]] = {}
        self._above: dict[Claimed, int] = {}
        self._scaled: dict[tuple[int, str], int] = {}

    @property
    def taken(self) -> dict[Claimed, object]:
        """What was written, by path."""
        return {path: value for path, (_, value) in self._taken.items()}

    @property
    def scaled(self) -> Iterable[tuple[int, str]]:
        """The sections that were scaled, by set number and code."""
        return self._scaled.keys()

    def take(self, index: int, path: Claimed, value: object) -> int | None:
        """Note that edit `index` writes `value` at `path`; return an edit that it collides with."""
        prefixes = [path[:end] for end in range(1, len(path))]
        for prefix in prefixes:
            if prefix in self._taken:
                return self._taken[prefix][0]
        if path in self._taken:
            first, written = self._taken[path]
            return None if written == value else first
        if path in self._above:
            return self._above[path]
        self._taken[path] = (index, value)
        for prefix in prefixes:
            self._above.setdefault(prefix, index)
        return None

    def scale(self, index: int, number: int, section: str) -> None:
        """Note that edit `index` scaled a section of a set: later edits leave its points alone."""
        self._scaled.setdefault((number, section), index)

    def scaled_by(self, number: int, section: str) -> int | None:
        """Return the edit that scaled a section of a set."""
        return self._scaled.get((number, section))
