"""The best scenarios that move at most three levers: every combination of levels is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ocop._version import __version__
from ocop.errors import InputError, Problem
from ocop.scenario._joint_gains import JointGains, Steps, joint_gains
from ocop.scenario.levers import Levers
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.scores import score
from ocop.scoring.sheet import Sheets
from ocop.text import closest, number_of, quoted

__all__ = ["FoundScenario", "ScenarioSearch", "search_scenarios"]

MOST_MOVED = 3
MOST_ROWS = 10_000


@frozen(kw_only=True)
class FoundScenario:
    """A scenario that was found, and how many products it brings to the star.

    Attributes
    ----------
    rank : int
        1 for the most products; scenarios with equally many share a rank.
    levers, levels : tuple of str
        Names of the levers that it moves, and the labels of their levels.
    choice : tuple of int
        The scenario, a level of each lever, as `Levers.reform` takes it.
    moved : int
        Products that it brings to the star.
    tied : int
        Scenarios of the search with equally many products, this one among them.
    """

    rank: int
    levers: tuple[str, ...]
    levels: tuple[str, ...]
    choice: tuple[int, ...] = field(repr=False)
    moved: int
    tied: int


@frozen(kw_only=True, eq=False, repr=False)
class ScenarioSearch:
    """Every scenario that moves few levers, with the products that it brings to a star.

    Attributes
    ----------
    levers : Levers
    star, reach : int
        Products with exactly `star` stars were counted that get `reach` or more.
    products : int
        Products with `star` stars.
    at_most : int
        The most levers that a scenario moves.
    digests : dict of int to str
        Set number to the content digest of the criteria set.
    version : str
        Version of ocop that made the search.
    """

    levers: Levers
    star: int
    reach: int
    products: int
    at_most: int
    digests: dict[int, str]
    version: str = __version__
    _steps: Steps = field(alias="steps")
    _gains: JointGains = field(alias="gains")

    def __len__(self) -> int:
        """Return how many scenarios were counted, without the law as it is."""
        return len(self.levers.at_most(self.at_most)) - 1

    def __repr__(self) -> str:
        what = f"{number_of(self.products, 'product')} from {self.star} to {self.reach} stars"
        found = number_of(len(self), "scenario")
        return f"<ScenarioSearch {self.levers.decision.id}: {found}, {what}>"

    def best(
        self,
        count: int = 10,
        *,
        sizes: Iterable[int] | None = None,
        among: Iterable[str] | None = None,
    ) -> tuple[FoundScenario, ...]:
        """Return the scenarios that bring most products to the star.

        Parameters
        ----------
        count : int, default 10
            How many.
        sizes : iterable of int, optional
            How many levers a scenario moves; 1 to `at_most` by default.
        among : iterable of str, optional
            Names of the levers that may be moved; all by default.

        Returns
        -------
        tuple of FoundScenario
            Products falling; of equal ones those that move fewer levers first, then in order of
            levers and levels. There are fewer than `count` where there are not so many.

        Raises
        ------
        InputError
            ``out-of-range``, ``unknown-key``.
        """
        names = self.levers.names
        wanted = sorted({*range(1, self.at_most + 1)} if sizes is None else {*sizes})
        chosen = {*names} if among is None else {*among}
        problems = [*_out_of_range("count", [count], 1, MOST_ROWS)]
        problems += _out_of_range("sizes", wanted, 1, self.at_most)
        for name in sorted(chosen - {*names}):
            near = closest(name, names)
            hint = f"did you mean {quoted(near)}?" if near else None
            message = f"there is no lever {quoted(name)}"
            problems.append(Problem("unknown-key", message, path="among", hint=hint))
        if problems:
            raise InputError(problems[:MAX_LISTED], max(0, len(problems) - MAX_LISTED))
        steps = self._steps
        used = np.flatnonzero([names[n] in chosen for n in steps.lever.tolist()])
        rows, tied = _most_moved(self._gains.among(used), wanted, count)
        rank_of = {moved: n for n, (moved, _) in reversed([*enumerate(rows, start=1)])}
        labels = self.levers.labels
        found = []
        for moved, places in rows:
            own = used[list(places)]
            levers, levels = steps.lever[own].tolist(), steps.level[own].tolist()
            found.append(
                FoundScenario(
                    rank=rank_of[moved],
                    levers=tuple(names[n] for n in levers),
                    levels=tuple(labels[n][m] for n, m in zip(levers, levels, strict=True)),
                    choice=tuple(steps.choices(own[None])[0].tolist()),
                    moved=moved,
                    tied=int(tied[moved]),
                )
            )
        return tuple(found)


Row = tuple[int, tuple[int, ...]]


def _most_moved(
    gains: JointGains, sizes: Sequence[int], count: int
) -> tuple[list[Row], NDArray[np.int64]]:
    """Return the first combinations in order, and how many combinations move each number."""
    kept: list[Row] = []
    tied = np.zeros(0, dtype=np.int64)
    for size in sizes:
        for i in range(len(gains.single)):
            moved = gains.with_first(i, size)
            counts = np.bincount(moved[moved >= 0], minlength=len(tied))
            counts[: len(tied)] += tied
            tied = counts
            # Of equal ones the first stay: sorts are stable, and what comes later has to be more.
            least = kept[-1][0] + 1 if len(kept) == count else 0
            flat = np.flatnonzero(moved >= least)
            flat = flat[np.argsort(-moved.flat[flat], kind="stable")[:count]]
            others = np.transpose(np.unravel_index(flat, moved.shape)) + i + 1
            kept += [
                (int(moved.flat[n]), (i, *(rest if size > 1 else ())))
                for n, rest in zip(flat.tolist(), others.tolist(), strict=True)
            ]
            kept.sort(key=lambda row: -row[0])
            del kept[count:]
    return kept, tied


def search_scenarios(
    sheets: Sheets | Iterable[Sheets],
    levers: Levers,
    *,
    star: int = 3,
    reach: int = 4,
    at_most: int = 3,
) -> ScenarioSearch:
    """Count for every scenario that moves few levers how many products it brings to a star.

    Nothing is left out and nothing is estimated. Each set is scored under all combinations of the
    levels that concern it; what a scenario moves is the sum over the sets. So work grows with the
    third power of the levels that concern one set, and hardly with those of all sets together.

    Parameters
    ----------
    sheets : Sheets or iterable of Sheets
        Batches of the levers' decision, such as ``population.sheets``.
    levers : Levers
        Each with a level that leaves the law as it is.
    star, reach : int, default 3 and 4
        Products with exactly `star` stars are counted that get `reach` or more.
    at_most : int, default 3
        The most levers that a scenario moves, 1 to 3.

    Returns
    -------
    ScenarioSearch

    Raises
    ------
    InputError
        ``no-sheets``, ``mixed-sets``, ``out-of-range``, ``no-base-level``.

    See Also
    --------
    ocop.Levers.reform : A scenario as a reform.

    Examples
    --------
    >>> import ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> made = ocop.synthesize(tea, products=500, shares={4: 0.3, 3: 0.7}, rng=1)
    >>> levers = ocop.Levers(
    ...     "qd-26-2026",
    ...     [
    ...         ocop.Lever.of_threshold(4, [70, 69]),
    ...         ocop.Lever.of_mark("5.1", 5, [4, 5], sets="tea", name="story"),
    ...         ocop.Lever.of_points("1.2", 2, [1, 2], sets="tea", name="quality"),
    ...     ],
    ... )
    >>> found = search_scenarios(made.sheets, levers)
    >>> found
    <ScenarioSearch qd-26-2026: 7 scenarios, 339 products from 3 to 4 stars>
    >>> for scenario in found.best(2):
    ...     print(scenario.rank, scenario.moved, scenario.tied, *scenario.levers)
    1 5 4 story
    1 5 4 4 stars from story
    """
    batches = (sheets,) if isinstance(sheets, Sheets) else tuple(sheets)
    problems = [*_problems(batches, levers)]
    problems += _out_of_range("star", [star], 1, 4)
    problems += _out_of_range("reach", [reach], star + 1, 5)
    problems += _out_of_range("at_most", [at_most], 1, MOST_MOVED)
    if problems:
        raise InputError(problems[:MAX_LISTED], max(0, len(problems) - MAX_LISTED))
    at_most = min(at_most, len(levers))
    levers.at_most(at_most)
    steps = Steps.of(levers)
    chosen = [_with_star(batch, star) for batch in batches]
    return ScenarioSearch(
        levers=levers,
        star=star,
        reach=reach,
        products=sum(map(len, chosen)),
        at_most=at_most,
        digests={b.criteria_set.number: b.criteria_set.digest for b in batches},
        steps=steps,
        gains=joint_gains(steps, chosen, reach, at_most),
    )


def _out_of_range(name: str, values: Iterable[int], low: int, high: int) -> Iterator[Problem]:
    for value in values:
        if not low <= value <= high:
            message = f"found {value}, allowed are {low} to {high}"
            yield Problem("out-of-range", message, path=name)


def _problems(batches: Sequence[Sheets], levers: Levers) -> Iterator[Problem]:
    if not batches:
        yield Problem("no-sheets", "found no sheets, allowed is one or more")
    law = levers.decision
    for n, batch in enumerate(batches):
        source = batch.criteria_set
        if source.number not in law.sets or law.sets[source.number].digest != source.digest:
            message = f"found {batch!r}, allowed are sheets of the sets of {law.id}"
            yield Problem("mixed-sets", message, path=f"sheets[{n}]")


def _with_star(batch: Sheets, star: int) -> Sheets:
    """Return the sheets that have exactly this star, without what does not count here."""
    rows = np.flatnonzero(score(batch).star == star)
    return Sheets(
        criteria_set=batch.criteria_set,
        products=[str(n) for n in rows.tolist()],
        answers=batch.answers[rows],
    )
