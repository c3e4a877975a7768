"""Write what `read_sheets` says of every broken table in tests/bad/sheets/ beside it.

Usage: python tests/tables/refresh_bad.py

Read the changes as a diff before they are committed: the messages are part of the product.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import ocop

FOLDER = Path(__file__).parents[1] / "bad" / "sheets"


def cases() -> dict[str, dict[str, Any]]:
    """Return how each broken table is read, by name."""
    return tomllib.loads((FOLDER / "cases.toml").read_text(encoding="utf-8"))


def messages(name: str, case: dict[str, Any]) -> str:
    """Return what is said of one table, a problem a line, and how many there are."""
    source = FOLDER / f"{name}.csv"
    try:
        ocop.read_sheets(
            source, case["decision"], set=case.get("set"), keep=tuple(case.get("keep", ()))
        )
    except ocop.ProblemsError as error:
        lines = [str(problem).replace(f"{FOLDER}/", "") for problem in error.problems]
        return "\n".join([f"{type(error).__name__}: {len(lines)}", *lines]) + "\n"
    return "no problems\n"


def main() -> None:
    """Write every file anew."""
    for name, case in cases().items():
        (FOLDER / f"{name}.txt").write_text(messages(name, case), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
