"""Seeds, and draws that are the same whatever is drawn beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.text import quoted

__all__ = ["BLOCK", "block_of", "fixed_blocks", "noted_seed", "seed_of"]

BLOCK = 256
"""Draws that are made at once; a number is found by its block and its place there."""

Array = TypeVar("Array", bound=NDArray[Any])
Draw = Callable[[np.random.Generator, int], Array]


def seed_of(rng: Any) -> int:
    """Return the seed of a generator or number: it gives the same draws again.

    A generator gives 64 of its bits, None gives fresh ones.
    """
    if rng is None:
        rng = np.random.default_rng()
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**64, dtype=np.uint64))
    if isinstance(rng, bool) or not isinstance(rng, int | np.integer):
        message = f"found {quoted(rng)}, allowed are a generator, a whole number or None"
        raise InputError([Problem("wrong-type", message, path="rng")])
    if rng < 0:
        message = f"found {rng}, allowed are numbers from 0 on"
        raise InputError([Problem("out-of-range", message, path="rng")])
    return int(rng)


def noted_seed(rng: Any, problems: list[Problem]) -> int:
    """Return the seed of a generator or number; where it is none, `problems` says so."""
    try:
        return seed_of(rng)
    except InputError as error:
        problems += error.problems
        return 0


def block_of(seed: int, key: tuple[int, ...], number: int, draw: Draw[Array]) -> Array:
    """Return one block of draws; `draw` takes a generator and how many to draw."""
    sequence = np.random.SeedSequence(seed, spawn_key=(*key, number))
    return draw(np.random.default_rng(sequence), BLOCK)


def fixed_blocks(seed: int, key: tuple[int, ...], count: int, draw: Draw[Array]) -> Iterator[Array]:
    """Yield `count` draws, a block at a time."""
    for low in range(0, count, BLOCK):
        block: Any = block_of(seed, key, low // BLOCK, draw)
        yield block[: count - low]
