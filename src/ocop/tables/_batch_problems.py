"""The problems of one batch: placed by row of the stream, product and column."""

from __future__ import annotations

from collections.abc import Sequence

from ocop.errors import Problem, SheetError
from ocop.tables._batch_header import SHOWN, BatchHeader
from ocop.tables._problems import Problems
from ocop.tables._rows import describe


class BatchProblems:
    """Gathers problems of a batch that `before` rows of the stream stand above.

    `products` names the rows once they are known: in an engine each worker counts its own stream,
    so that a row's number alone does not find it.
    """

    def __init__(self, header: BatchHeader, before: int) -> None:
        self._before, self._all = before, Problems(SHOWN)
        self._all.at = header.at
        self.products: Sequence[str] = ()
        for problem in header.problems:
            self._all.add(problem)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, problem: Problem) -> None:
        """Take a problem of no single row."""
        self._all.add(problem)

    def count(self, more: int) -> None:
        """Count problems that were found and not kept."""
        self._all.count(more)

    def column(self, code: str, message: str, name: str, hint: str | None = None) -> None:
        """Take the problem of a column."""
        self._all.column(code, message, name, hint)

    def cell(self, code: str, message: str, row: int, name: str, hint: str | None = None) -> None:
        """Take the problem of a row of the batch, counted from 0, in the column `name`."""
        product = self.products[row] if self.products else ""
        path = f"{describe(product)}: {name}" if product else name
        self._all.cell(code, message, self._before + row + 1, name, hint, path)

    def error(self) -> SheetError:
        """Return the error that tells them, by row and column."""
        return self._all.error()
