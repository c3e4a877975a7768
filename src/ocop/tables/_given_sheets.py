"""The sheets that a result is checked against: batches, or a file that is read when needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen

from ocop.law.decision import Decision
from ocop.scoring.sheet import Sheets
from ocop.tables._packed_files import ENDINGS
from ocop.tables.load_sheets import load_sheets
from ocop.tables.read_sheets import read_sheets

__all__ = ["GivenSheets"]


@frozen(eq=False)
class GivenSheets:
    """What was given as sheets, and how to read it where it is a file."""

    source: str | Path | Sheets | Iterable[Sheets] | None
    which: int | str | None
    layout: str | Path | None

    def read(self, law: str | Decision, keep: Sequence[str]) -> tuple[Sheets, ...] | None:
        """Return the sheets with the columns `keep`; None where none were given."""
        source = self.source
        if source is None:
            return None
        if isinstance(source, Sheets):
            return (source,)
        if not isinstance(source, str | Path):
            return tuple(source)
        if Path(source).suffix.lower() in ENDINGS:
            return load_sheets(source, law, set=self.which)
        return read_sheets(source, law, set=self.which, keep=keep, layout=self.layout)
