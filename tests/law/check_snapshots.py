"""Compares the snapshots with what the library says now, and the ledger with both.

Usage: python tests/law/check_snapshots.py

Prints the lines that changed and what the ledger lacks; last the figure. Exit code 1 for either.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import zip_longest

import fixed_sheets
import ledger
import refresh

import ocop


def current() -> dict[str, str]:
    """Return the snapshots as they would be written now, by file name."""
    made = {}
    for law in ocop.decisions():
        made[f"{law.id}.txt"] = refresh.snapshot(law)
        made[f"{law.id}-sheets.txt"] = fixed_sheets.snapshot(law)
    return made


def numbers() -> dict[str, str]:
    """Return the printed number of each snapshot's decision, by file name."""
    return {f"{d.id}{end}": d.number for d in ocop.decisions() for end in (".txt", "-sheets.txt")}


def changes(kept: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Yield each line that changed, was added or went, with its file and set."""
    for name in sorted(kept.keys() | now.keys()):
        before, after = (texts.get(name, "").splitlines() for texts in (kept, now))
        for tag, a, b, c, d in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
            if tag != "equal":
                for old, new in zip_longest(before[a:b], after[c:d], fillvalue=""):
                    yield f"{name}, {_set_of(after, c)}:\n  - {old.strip()}\n  + {new.strip()}"


def _set_of(lines: list[str], place: int) -> str:
    heads = [line for line in lines[: place + 1] if line.startswith("set ")]
    return heads[-1].split(":")[0] if heads else "head"


def main() -> int:
    """Print what changed and the figure; return the exit code."""
    kept, now, steps = ledger.texts(), current(), ledger.read()
    moved = [*changes(kept, now)]
    changelog = ledger.CHANGELOG.read_text(encoding="utf-8")
    lacking = [*ledger.problems(steps, kept | now, numbers(), changelog)]
    versions = ledger.earlier()
    for version in (versions or {}).values():
        lacking += ledger.forgotten(version, steps)
    print(*moved, *lacking, sep="\n", end="\n" if moved or lacking else "")
    history = "no history here" if versions is None else f"{len(versions)} versions in git"
    print(f"ledger: {sum(map(len, steps.values()))} steps for {len(kept)} snapshots, {history}")
    decisions = ocop.decisions()
    sets = sum(len(law.sets) for law in decisions)
    sheets = sum(fixed_sheets.count(t) for name, t in now.items() if name.endswith("-sheets.txt"))
    figure = f"snapshots: {sets} sets, {sheets:,} fixed sheets, {len(moved):,} answers changed"
    print(figure + (f", {len(lacking)} not explained" if lacking else ""))
    return int(bool(moved or lacking or not sheets))


if __name__ == "__main__":
    sys.exit(main())
