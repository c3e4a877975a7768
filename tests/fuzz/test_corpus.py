"""Every input of the corpus, and every one that once did harm, over its target."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("limits on time and memory are set as on Linux", allow_module_level=True)

import random

from fuzzing.contract import MEGABYTES, SECONDS, examine
from fuzzing.parent import replay
from fuzzing.targets import CORPUS, MENDED, TARGETS, name_of, stored
from hypothesis import given
from hypothesis import strategies as st

FOLDERS = (CORPUS, MENDED)
MOST_BYTES = 2_000_000
# Targets whose compiled libraries could end the program: they run in a process of their own.
COMPILED = {"xlsx", "ods", "npz", "parquet", "frame"}


def test_the_corpus_keeps_the_contract() -> None:
    """Sound results or our own errors, the same each time, within the bounds."""
    inputs = [(path.parent.name, path) for folder in FOLDERS for path in sorted(folder.glob("*/*"))]
    ran = replay(inputs)
    assert [(each.target, each.name, each.what) for each in ran.broken] == []
    assert ran.inputs == len(inputs) >= 10 * len(TARGETS)
    assert ran.slowest <= SECONDS
    assert ran.most <= MEGABYTES * 1024


def test_the_corpus_is_small_and_has_every_target() -> None:
    """Folders are targets, names say the content, nothing stands there twice."""
    paths = [path for folder in FOLDERS for path in folder.glob("*/*")]
    assert {path.parent.name for path in CORPUS.glob("*/*")} == set(TARGETS)
    assert {path.parent.name for path in MENDED.glob("*/*")} <= set(TARGETS)
    assert [path for path in paths if path.name != name_of(path.read_bytes())] == []
    assert sum(path.stat().st_size for path in paths) < MOST_BYTES


@pytest.mark.parametrize("name", sorted(set(TARGETS) - COMPILED))
def test_changed_inputs_keep_the_contract(name: str) -> None:
    """What Hypothesis makes of the corpus by the changes of the session."""
    target, pool = TARGETS[name], sorted(stored(name).values())

    @given(st.sampled_from(pool), st.integers(0, 2**32))
    def check(data: bytes, seed: int) -> None:
        examine(target, target.mutate(data, random.Random(seed), pool), twice=False)

    check()


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_changes_give_something_else_and_always_the_same(name: str, tmp_path: Path) -> None:
    """Changes come from the seed alone, and hardly ever leave an input as it is."""
    target, pool = TARGETS[name], sorted(stored(name).values())[:5]
    made = [target.mutate(pool[0], random.Random(seed), pool) for seed in range(40)]
    assert made == [target.mutate(pool[0], random.Random(seed), pool) for seed in range(40)]
    assert len(set(made) - {pool[0]}) > 20
