"""All targets by name, and where their corpus lies."""

from __future__ import annotations

import hashlib
from pathlib import Path

from . import book_targets, law_targets, programme_targets, sheet_targets
from .contract import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for group in (law_targets, sheet_targets, programme_targets, book_targets)
    for target in group.TARGETS
}

HERE = Path(__file__).resolve().parents[1]
CORPUS = HERE / "corpus"
MENDED = HERE / "mended"
"""Inputs that once broke the contract, by target; each stays here for good."""


def name_of(data: bytes) -> str:
    """Return the name of an input: its digest, as far as it is needed."""
    return hashlib.sha256(data).hexdigest()[:16]


def stored(target: str) -> dict[str, bytes]:
    """Return the inputs of the repository for a target: the corpus and what was mended."""
    paths = [*sorted((CORPUS / target).glob("*")), *sorted((MENDED / target).glob("*"))]
    return {f"{path.parent.parent.name}/{target}/{path.name}": path.read_bytes() for path in paths}
