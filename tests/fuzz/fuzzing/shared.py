"""What targets share: files of the repository, a scratch folder, the plain scorer."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import ocop

from .contract import require

ROOT = Path(__file__).resolve().parents[3]
TESTS = ROOT / "tests"
LAW = "qd-26-2026"

SCRATCH = "OCOP_FUZZ_SCRATCH"
"""Names the folder for scratch files of a process that may end without any warning."""


@cache
def scratch() -> Path:
    """Return a folder of this process: the one that its parent will remove, else its own."""
    given = os.environ.get(SCRATCH)
    folder = Path(tempfile.mkdtemp(dir=given))
    if given is None:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def written(name: str, data: bytes) -> Path:
    """Write a file into the scratch folder; return its path."""
    path = scratch() / name
    path.write_bytes(data)
    return path


def files(*patterns: str) -> Iterator[bytes]:
    """Yield the content of files of the repository."""
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            yield path.read_bytes()


def module(path: Path) -> ModuleType:
    """Return a module of the test suite, loaded from its file."""
    name = f"ocop_fuzz_{path.parent.name}_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def plain() -> ModuleType:
    """Return the plain scorer."""
    return module(TESTS / "scoring" / "plain.py")


def key_of_sheets(batches: Iterable[ocop.Sheets]) -> Any:
    """Return what is equal in equal sheets."""
    return [
        (
            batch.criteria_set.digest,
            batch.products,
            batch.answers.shape,
            batch.answers.tobytes(),
            None if batch.findings is None else batch.findings.tolist(),
            batch.assessors,
            list(batch.columns.items()),
            None if batch.rows is None else batch.rows.tolist(),
        )
        for batch in batches
    ]


def check_scores(batches: Iterable[ocop.Sheets], most: int = 5) -> None:
    """Require that the first sheets of each batch have the scores of the plain scorer."""
    for batch in batches:
        scores = ocop.score(batch)
        codes = batch.criteria_set.codes
        findings = [exclusion.finding.id for exclusion in batch.criteria_set.exclusions]
        for n in range(min(most, len(batch))):
            given = (None if answer == 255 else answer for answer in batch.answers[n].tolist())
            answers = dict(zip(codes, given, strict=True))
            bits = 0 if batch.findings is None else int(batch.findings[n])
            found = [name for bit, name in enumerate(findings) if bits >> bit & 1]
            expected = plain().score(batch.criteria_set, answers, found)
            require(plain().of(scores[n]) == expected, "score", f"{answers} {found} differs")


def check_law(law: ocop.Decision, most: int = 3) -> None:
    """Require that made-up sheets of a decision have the scores of the plain scorer."""
    rng = np.random.default_rng(0)
    for criteria_set in law.sets.values():
        sizes = [
            0 if i.criterion.case_kind else len(i.criterion.options) for i in criteria_set.items
        ]
        drawn = [rng.choice([255, *range(size + 1)], most) for size in sizes]
        answers = np.array(drawn, dtype=np.uint8).reshape(len(sizes), most).T
        products = tuple(map(str, range(most)))
        check_scores([ocop.Sheets(criteria_set=criteria_set, products=products, answers=answers)])


SPLIT = b"=== "
"""Begins the line that names the file that follows, in inputs of several files."""


def split(data: bytes) -> dict[str, bytes]:
    """Return the files of an input of several, by their names."""
    found: dict[str, bytes] = {}
    for piece in (b"\n" + data).split(b"\n" + SPLIT)[1:]:
        head, _, rest = piece.partition(b"\n")
        found[head.decode("utf-8", "replace").strip()] = rest
    return found


def joined(parts: dict[str, bytes]) -> bytes:
    """Return several files as one input."""
    return b"\n".join(SPLIT + name.encode() + b"\n" + content for name, content in parts.items())
