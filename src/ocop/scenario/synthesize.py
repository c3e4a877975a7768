"""Make up products with plausible sheets, calibrated to shares of stars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.law.catalogue import decision
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scenario._calibrate import BLOCK, LEAST_KEPT, Fit, calibrate
from ocop.scenario._draws import Maker
from ocop.scenario._population_checks import Asked
from ocop.scenario.population import Population, PopulationGroup, off
from ocop.scenario.population_model import PopulationModel
from ocop.scoring.kernel import run
from ocop.scoring.sheet import Sheets
from ocop.types import SYNTHETIC

__all__ = ["synthesize"]

NEAR = 0.01
"""How far from its share a star may be expected to stay, as a share of products."""

DIFFICULTY, CALIBRATION, SHEETS, FINDINGS, PLACES = range(5)
"""What random numbers are for: each group has a stream of its own for each."""


def synthesize(
    law: str | Decision | CriteriaSet,
    *,
    products: int | Mapping[str | int, int],
    shares: Mapping[int, float] | None = None,
    groups: Mapping[str | int, float] | None = None,
    sectors: Mapping[str, float] | None = None,
    places: Mapping[str, Sequence[str]] | None = None,
    model: PopulationModel | None = None,
    nearest: bool = False,
    rng: np.random.Generator | int | None = None,
) -> Population:
    """Make up products with plausible sheets, so that stars have the shares asked for.

    Parameters
    ----------
    law : str, Decision or CriteriaSet
        A decision or its id for products of its sets, or one set.
    products : int or mapping of str or int to int
        How many products; or how many of each group, by slug or set number.
    shares : mapping of int to float, optional
        Star to its share: fractions that add up to 1, or whole numbers as counts, such as
        ``{5: 1, 4: 30, 3: 89}``. Stars that are left out do not occur: such products are drawn
        again, as published figures hold recognised products only. Mean and spread of the quality
        are calibrated for each set so that its floors, rules and bands give the shares. Without
        `shares` those of the model are used, and all stars occur.
    groups : mapping of str or int to float, optional
        Product group, by slug or set number, to its share of the products; they add up to 1.
    sectors : mapping of str to float, optional
        The same by sector; the groups of a sector get equal shares. Without `groups` and
        `sectors` the shares of sectors are made up: food 0.7, drinks 0.1, handicrafts 0.08,
        medicinal 0.06, ornamental and tourism 0.03 each, as far as the decision has them.
    places : mapping of str to sequence of str, optional
        Columns such as ``commune``, all of one length. A row is a place, and each product gets
        one with equal chances.
    model : PopulationModel, optional
        How products answer; by default its made-up defaults.
    nearest : bool, default False
        Whether to go on with the nearest shares found, where those asked for cannot be reached.
    rng : Generator, int or None
        The same number gives the same population. A group's products depend on the seed and on
        what is asked of it, not on the other groups or their order.

    Returns
    -------
    Population
        Shares hold within the sampling error: each product's star is drawn, not dealt out.
        Excluded products (`model.findings`) are on top of the shares.

    Raises
    ------
    InputError
        ``out-of-range``, ``not-a-number``, ``not-a-whole-number``, ``wrong-sum``,
        ``wrong-type``, ``wrong-length``, ``name-taken``, ``bad-character``, ``unknown-set``,
        ``set-not-transcribed``, ``unknown-sector``, ``unknown-criterion``, ``duplicate-id``,
        ``several-ways``: all of them at once. ``shares-not-reached`` where a set's expected
        shares stay more than 0.01 away, with the nearest that were found.
    UnknownDecisionError
        ``unknown-decision``.

    See Also
    --------
    PopulationModel : The model and its parameters.

    Notes
    -----
    Calibration looks at fixed random numbers, the shared factor evenly spread: 4,096 to 32,768
    products, four times those to be made. For a spread the mean is found by secants; the spread
    by bisection. The shares expected are those of these numbers. Their own error adds up to about
    a quarter to the variance that a group's counts have from sampling, and more beyond 8,192
    products in a group.

    Examples
    --------
    Stars of Thanh Hóa in 2021, as published: 1, 30 and 89 of 120 products.

    >>> import ocop
    >>> made = ocop.synthesize(
    ...     "qd-781-2020", products=120, shares={5: 1, 4: 30, 3: 89}, rng=2021
    ... )
    >>> made
    <Population qd-781-2020: 120 synthetic products in 26 groups,
    stars {5: 1, 4: 32, 3: 87, 2: 0, 1: 0, 0: 0}, seed 2021>
    """
    chosen = decision(law) if isinstance(law, str) else law
    asking = Asked(chosen)
    asked = asking.shares(shares)
    counts = asking.counts(products, groups, sectors)
    columns = asking.places(places)
    seed = asking.seed(rng)
    used = PopulationModel() if model is None else model
    asking.codes(used.difficulty, [source for source, _ in counts])
    if asking.problems:
        raise InputError(asking.problems)
    makers = [_maker(source, used, seed) for source, _ in counts]
    fits = [_fit(maker, asked, n, seed) for maker, (_, n) in zip(makers, counts, strict=True)]
    problems = list(_unreached(makers, fits, asked, nearest))
    if problems:
        raise InputError(problems)
    made = tuple(
        _group(maker, fit, count, asked, columns, seed)
        for maker, fit, (_, count) in zip(makers, fits, counts, strict=True)
    )
    name = chosen.decision if isinstance(chosen, CriteriaSet) else chosen.id
    return Population(decision=name, groups=made, asked=asked, model=used, seed=seed)


def _stream(source: CriteriaSet, seed: int, purpose: int) -> np.random.Generator:
    """Return the random numbers of a set for one purpose."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(source.number, purpose)))


def _maker(source: CriteriaSet, model: PopulationModel, seed: int) -> Maker:
    drawn = _stream(source, seed, DIFFICULTY).standard_normal(len(source.items))
    difficulty = model.difficulty_spread * drawn
    for i, code in enumerate(source.codes):
        difficulty[i] = model.difficulty.get(code, difficulty[i])
    difficulty.setflags(write=False)
    return Maker(source, model, difficulty)


def _fit(maker: Maker, asked: Mapping[int, float] | None, count: int, seed: int) -> Fit:
    if asked is None:
        return Fit(maker.model.mean, maker.model.spread, None, 1.0)
    return calibrate(maker, _stream(maker.criteria_set, seed, CALIBRATION), asked, count)


def _unreached(
    makers: Sequence[Maker], fits: Sequence[Fit], asked: Mapping[int, float] | None, nearest: bool
) -> Iterator[Problem]:
    """Yield the sets whose shares cannot be reached, with the nearest that were found."""
    for maker, fit in zip(makers, fits, strict=True):
        if asked is None or fit.expected is None:
            continue
        source = maker.criteria_set
        path = f"shares: set {source.number} {source.group.slug}"
        if fit.kept < LEAST_KEPT:
            message = f"fewer than {LEAST_KEPT:.0%} of the products drawn have these stars"
            hint = "ask for stars that lie side by side, or for other shares"
            yield Problem("shares-not-reached", message, path=path, hint=hint)
        elif not nearest and off(fit.expected, asked) > NEAR:
            message = f"asked are {_listed(asked)}; the nearest found are {_listed(fit.expected)}"
            hint = "ask for other shares, change the model, or take the nearest (nearest=True)"
            yield Problem("shares-not-reached", message, path=path, hint=hint)


def _listed(shares: Mapping[int, float]) -> str:
    return ", ".join(f"{star}: {share:.1%}" for star, share in shares.items() if share)


def _group(
    maker: Maker,
    fit: Fit,
    count: int,
    asked: Mapping[int, float] | None,
    places: Mapping[str, Sequence[str]],
    seed: int,
) -> PopulationGroup:
    """Make the products of one set."""
    source, model = maker.criteria_set, maker.model
    answers, quality = _drawn(maker, fit, count, asked, _stream(source, seed, SHEETS))
    findings = _findings(source, model.findings, count, _stream(source, seed, FINDINGS))
    star = run(maker.table, answers, findings).star
    which = _stream(source, seed, PLACES)
    columns: dict[str, tuple[str, ...]] = {SYNTHETIC: ("yes",) * count}
    if places:
        rows = which.integers(len(next(iter(places.values()))), size=count).tolist()
        columns |= {name: tuple(map(values.__getitem__, rows)) for name, values in places.items()}
    return PopulationGroup(
        sheets=Sheets(
            criteria_set=source,
            products=_codes(f"SYN-{source.number:02}-", count),
            answers=answers,
            findings=findings,
            columns=columns,
        ),
        quality=quality,
        difficulty=maker.difficulty,
        parameters=attrs.evolve(model, mean=fit.mean, spread=fit.spread),
        expected=fit.expected,
        kept=fit.kept,
        star_counts=dict(enumerate(np.bincount(star, minlength=6).tolist())),
    )


def _codes(start: str, count: int) -> list[str]:
    """Return a code for each product, numbers of equal length from 000001 on."""
    above = 10 ** max(6, len(str(count)))
    return [start + str(number)[1:] for number in range(above + 1, above + count + 1)]


def _drawn(
    maker: Maker,
    fit: Fit,
    count: int,
    asked: Mapping[int, float] | None,
    rng: np.random.Generator,
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Return answers and quality; products are drawn again until their stars are asked for."""
    wanted = np.array([asked is None or asked.get(star, 0) > 0 for star in range(6)])
    answers = np.empty((len(maker.table.codes), count), dtype=np.uint8)
    quality = np.empty(count)
    block = min(BLOCK, count if asked is None else int(1.1 * count / fit.kept) + 16)
    done = 0
    while done < count:
        draws = maker.draw(rng, block)
        if asked is None:
            made, kept = maker.answers(draws, fit.mean, fit.spread), np.arange(block)
        else:
            made, star = maker.stars(draws, fit.mean, fit.spread)
            kept = np.flatnonzero(wanted[star])
        kept = kept[: count - done]
        rows = slice(done, done + len(kept))
        answers[:, rows] = made.T.take(kept, axis=1)
        quality[rows] = fit.mean + fit.spread * draws.shared[kept]
        done += len(kept)
    quality.setflags(write=False)
    return answers.T, quality


def _findings(
    source: CriteriaSet, share: float, count: int, rng: np.random.Generator
) -> NDArray[np.uint64] | None:
    """Return one finding for a share of the products, as bits."""
    known = len(source.exclusions)
    if not share or not known:
        return None
    bits = np.uint64(1) << rng.integers(known, size=count, dtype=np.uint64)
    return np.where(rng.random(count) < share, bits, np.uint64(0))
