"""The lock on past answers: every text of a snapshot needs a changelog entry of its own.

``snapshots/ledger.yaml`` holds for each snapshot its digests, oldest first, and with each the
changelog entry of type law that says why the snapshot reads so. It is written by hand: a reason
cannot be computed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
SNAPSHOTS = HERE / "snapshots"
LEDGER = SNAPSHOTS / "ledger.yaml"
CHANGELOG = HERE.parents[1] / "CHANGELOG.md"
LAW_ENTRY = re.compile(r"^- \*\*law\*\* (.*(?:\n  .*)*)", re.MULTILINE)

Ledger = Mapping[str, list[dict[str, Any]]]
"""File name of a snapshot to its history: `sha256` and `entry`."""


def digest(text: str) -> str:
    """Return the SHA-256 of a snapshot's text, whatever its line ends."""
    return hashlib.sha256("\n".join(text.splitlines()).encode()).hexdigest()


def law_entries(changelog: str) -> set[str]:
    """Return the changelog's entries of type law, each on one line."""
    return {" ".join(text.split()) for text in LAW_ENTRY.findall(changelog)}


def problems(
    ledger: Ledger, texts: Mapping[str, str], numbers: Mapping[str, str], changelog: str
) -> Iterator[str]:
    """Yield what the ledger does not account for, and what to do.

    `texts` are the snapshots by file name, `numbers` the decisions' printed numbers by file name.
    """
    for name in sorted(ledger.keys() - texts.keys()):
        yield f"{name}: the ledger names a snapshot that is not there; restore the snapshot"
    entries = law_entries(changelog)
    for name in sorted(texts.keys() - numbers.keys()):
        yield f"{name}: no shipped decision has this snapshot; bring back the decision"
    for name in sorted(texts.keys() & numbers.keys()):
        text = texts[name]
        history = ledger.get(name, [])
        if not history or history[-1]["sha256"] != digest(text):
            yield _how_to(name, digest(text), numbers[name])
        reasons = [" ".join(step["entry"].split()) for step in history]
        for reason in sorted({r for r in reasons if reasons.count(r) > 1}):
            yield (
                f"{name}: one changelog entry explains two changes; write a new one for the later:"
                f" {reason}"
            )
        for reason in dict.fromkeys(reasons):
            if reason not in entries:
                yield f"{name}: CHANGELOG.md has no entry of type **law** that reads: {reason}"
            elif not re.search(rf"(?<!\d){re.escape(numbers[name])}", reason):
                yield f"{name}: the entry does not name {numbers[name]}: {reason}"


def _how_to(name: str, sha256: str, number: str) -> str:
    return f"""{name}: the snapshot changed, so a past answer changes.
  1. Read the change: git diff tests/law/snapshots. If it is not meant, mend what caused it.
  2. If it is, write an entry of type **law** in CHANGELOG.md that names {number}, the day, and what
     it does to results.
  3. Add below {name} in tests/law/snapshots/ledger.yaml, behind what stands there:
       - sha256: "{sha256}"
         entry: "the text of that entry" """.rstrip()


def forgotten(earlier: Ledger, now: Ledger) -> Iterator[str]:
    """Yield where the ledger no longer says what it said before: it only grows."""
    for name, history in earlier.items():
        kept = now.get(name, [])[: len(history)]
        for before, after in zip(history, kept + [None] * len(history), strict=False):
            if before != after:
                yield f"{name}: the ledger's step {before['sha256'][:12]} was changed; put it back"


def earlier() -> dict[str, Ledger] | None:
    """Return the ledger by commit that wrote it, None where there is no history to read."""
    root, name = CHANGELOG.parent, LEDGER.relative_to(CHANGELOG.parent).as_posix()
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None

    def said(*words: str) -> str:
        run = [git, "-C", str(root), *words]
        return subprocess.run(run, capture_output=True, check=True, encoding="utf-8").stdout

    commits = said("log", "--format=%H", "--diff-filter=AM", "--", name).split()
    return {commit: dict(yaml.safe_load(said("show", f"{commit}:{name}"))) for commit in commits}


def read() -> Ledger:
    """Return the ledger."""
    return dict(yaml.safe_load(LEDGER.read_text(encoding="utf-8")))


def texts() -> dict[str, str]:
    """Return the snapshots by file name."""
    return {path.name: path.read_text("utf-8") for path in sorted(SNAPSHOTS.glob("*.txt"))}
