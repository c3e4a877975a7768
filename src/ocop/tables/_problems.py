"""The problems of one file of sheets: the first ones by place are kept, the rest counted."""

from __future__ import annotations

from ocop.errors import Problem, SheetError
from ocop.scoring._sheet_checks import MAX_LISTED


class Problems:
    """Gathers problems; `at` says where columns stand, from 0, once the header is read."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.at: dict[str, int] = {}
        self._kept: list[Problem] = []
        self._more = 0
        self._worksheets: dict[str | None, int] = {}

    def __len__(self) -> int:
        return len(self._kept) + self._more

    def add(self, problem: Problem) -> None:
        """Take a problem."""
        self._kept.append(problem)
        self._worksheets.setdefault(problem.worksheet, len(self._worksheets))
        if len(self._kept) >= 2 * MAX_LISTED:
            self._cut()

    def count(self, more: int) -> None:
        """Count problems that were found elsewhere and not kept."""
        self._more += more

    def cell(
        self,
        code: str,
        message: str,
        row: int,
        name: str | None = None,
        hint: str | None = None,
        path: str | None = None,
    ) -> None:
        """Take the problem of a row, or of its cell in the column `name`; `path` is told first."""
        column = self.at[name] + 1 if name in self.at and name is not None else None
        self.add(Problem(code, message, self.shown, row, column, path or name, hint))

    def place(self, problem: Problem, row: int, name: str, path: str) -> None:
        """Take a problem that was found without its place: a row's cell in the column `name`."""
        self.cell(problem.code, problem.message, row, name, problem.hint, path)

    def column(self, code: str, message: str, name: str, hint: str | None = None) -> None:
        """Take the problem of the whole column `name`."""
        place = self.shown, None, self.at[name] + 1
        self.add(Problem(code, message, *place, path=name, hint=hint))

    def error(self) -> SheetError:
        """Return the error that tells them, by row and column."""
        return SheetError(*self.listed())

    def listed(self) -> tuple[list[Problem], int]:
        """Return those that were kept, by row and column, and how many more there are."""
        self._cut()
        return self._kept, self._more

    def _cut(self) -> None:
        self._kept.sort(key=lambda p: (self._worksheets[p.worksheet], p.line or 0, p.column or 0))
        self._more += len(self._kept[MAX_LISTED:])
        del self._kept[MAX_LISTED:]
