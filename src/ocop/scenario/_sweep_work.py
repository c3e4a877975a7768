"""The work of a sweep: a piece of scenarios over all sheets, in this process or another one."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ocop.scoring._rank_keys import slots_of
from ocop.scoring._variant_sheets import ReadySheets, exactly
from ocop.scoring.ranking import Ranking, Ties
from ocop.scoring.sheet import Sheets
from ocop.scoring.variants import Variants

__all__ = ["Counts", "Group", "Piece", "Question", "RankCounts", "Source", "Work", "work_on"]


@frozen(eq=False)
class Piece:
    """Some scenarios: the number of the first, how many, and what a source needs to make them."""

    first: int
    count: int
    given: Any = None


@frozen(eq=False)
class Group:
    """Scenarios of a piece with the same criteria and options.

    `which` are places in the piece, `row` the variant of each; every variant stands for `times`
    scenarios. `open_answers` is what the law asks for and the sheets do not say.
    """

    ready: ReadySheets
    variants: Variants
    which: NDArray[np.int64]
    row: NDArray[np.int64]
    times: int = 1
    open_answers: int = 0


class Source(Protocol):
    """Makes point tables of scenarios."""

    def laws(self, piece: Piece) -> Any:
        """Return what is worked out once for a piece and all criteria sets."""

    def groups(self, ready: ReadySheets, piece: Piece, laws: Any) -> Iterator[Group]:
        """Yield the scenarios of a piece as groups that cover it."""


@frozen(eq=False, kw_only=True)
class Question:
    """What a sweep asks; it is sent to other processes."""

    batches: tuple[Sheets, ...]
    source: Source
    ties: Ties | None
    order: tuple[str, ...]
    fast: bool


@frozen(eq=False)
class RankCounts:
    """Ranks of products over scenarios: lowest and highest number, and the sum."""

    least: NDArray[np.int64]
    most: NDArray[np.int64]
    total: NDArray[np.int64]


@frozen(eq=False)
class Counts:
    """What a piece gives: by scenario, and summed over scenarios by product.

    `stars` is (scenarios, batches, 6), `open_answers` (scenarios,), `at_least` (products, 5).
    """

    stars: NDArray[np.int32]
    open_answers: NDArray[np.int64]
    at_least: NDArray[np.int32]
    ranks: RankCounts | None


@frozen(eq=False)
class Work:
    """A question with what is worked out once for all its pieces."""

    question: Question
    ready: tuple[ReadySheets, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "ready", tuple(map(ReadySheets, self.question.batches)))

    def count(self, piece: Piece, threads: int | None) -> Counts:
        """Score all sheets under the scenarios of a piece."""
        source = self.question.source
        laws = source.laws(piece)
        groups = [list(source.groups(ready, piece, laws)) for ready in self.ready]
        open_answers = np.zeros(piece.count, dtype=np.int64)
        for batch in groups:
            for group in batch:
                open_answers[group.which] += group.open_answers
        how = self._with_ranks if self.question.ties is not None else self._stars_alone
        return how(piece.count, groups, open_answers, threads)

    def _stars_alone(
        self,
        count: int,
        groups: list[list[Group]],
        open_answers: NDArray[np.int64],
        threads: int | None,
    ) -> Counts:
        stars = np.zeros((count, len(groups), 6), dtype=np.int32)
        by_product = []
        for n, batch in enumerate(groups):
            at_least = np.zeros((len(self.ready[n].sheets), 5), dtype=np.int64)
            for group in batch:
                found = group.ready.count(group.variants, threads, fast=self.question.fast)
                by_scenario = exactly(found.by_variant, len(at_least))
                stars[group.which, n] = by_scenario[group.row]
                at_least += group.times * found.by_product
            by_product.append(at_least.astype(np.int32))
        return Counts(stars, open_answers, np.concatenate(by_product), None)

    def _with_ranks(
        self,
        count: int,
        groups: list[list[Group]],
        open_answers: NDArray[np.int64],
        threads: int | None,  # noqa: ARG002 - rankings share the work themselves
    ) -> Counts:
        assert self.question.ties is not None
        products = sum(len(ready.sheets) for ready in self.ready)
        stars = np.zeros((count, len(groups), 6), dtype=np.int32)
        at_least = np.zeros((products, 5), dtype=np.int32)
        least = np.full(products, products + 1, dtype=np.int64)
        most, total = np.zeros((2, products), dtype=np.int64)
        place = [_by_scenario(batch, count) for batch in groups]
        for k in range(count):
            batches = []
            for n, where in enumerate(place):
                group, row = where[k]
                scores = group.ready.scores(group.variants, row)
                stars[k, n] = np.bincount(scores.star, minlength=6)
                batches.append(scores)
            reached = np.concatenate([scores.star for scores in batches])
            at_least += reached[:, None] >= np.arange(1, 6)
            slots = slots_of(batches, self.question.order, fast=self.question.fast)
            ranks = Ranking(
                scores=tuple(batches),
                ties=self.question.ties,
                order=self.question.order,
                slots=slots,
                groups=None,
            ).ranks
            np.minimum(least, ranks, out=least)
            np.maximum(most, ranks, out=most)
            total += ranks
        return Counts(stars, open_answers, at_least, RankCounts(least, most, total))


def _by_scenario(groups: list[Group], count: int) -> list[tuple[Group, int]]:
    """Return the group of each scenario, and its variant there."""
    found: list[Any] = [None] * count
    for group in groups:
        for k, row in zip(group.which.tolist(), group.row.tolist(), strict=True):
            found[k] = group, row
    return found


class _Kept:
    """The question that this process works on, so that it is sent once and not with each piece."""

    def __init__(self) -> None:
        self.held: tuple[str, Work] | None = None


_KEPT = _Kept()


def work_on(name: str, packed: bytes | None, piece: Piece) -> Counts | None:
    """Do a piece in a worker process; None asks for the question, which it does not have.

    `name` is the digest of the packed question.
    """
    held = _KEPT.held
    if held is None or held[0] != name:
        if packed is None:
            return None
        held = name, Work(pickle.loads(packed))
        _KEPT.held = held
    # Workers share the machine already.
    return held[1].count(piece, threads=1)
