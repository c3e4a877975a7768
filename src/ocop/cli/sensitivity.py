"""``ocop sensitivity``: which levers of the law move the number of products with a star."""

from __future__ import annotations

from math import prod

import click

from ocop.cli._options import (
    find_decision,
    keep_option,
    names_of,
    set_option,
)
from ocop.cli._output import choose_format, write_rows, writing
from ocop.cli._progress import scenario_bar
from ocop.cli._table import Row
from ocop.cli.certificate import form_option
from ocop.cli.sheets import head_of, read_batches, sheets_of, tell_gaps
from ocop.scenario._lever_space import Evaluate
from ocop.scenario._levers_file import plain_levers
from ocop.scenario.levers import Levers
from ocop.scenario.load_levers import load_levers
from ocop.scenario.pawn import pawn
from ocop.scenario.pawn_indices import PawnIndices
from ocop.scenario.sobol import sobol
from ocop.scenario.sobol_indices import SobolIndices
from ocop.scenario.star_outcome import star_outcome
from ocop.scenario.tornado import Tornado, tornado
from ocop.text import number_of

__all__ = ["sensitivity"]

SOBOL_SAMPLES = 1024
PAWN_SAMPLES = 4096

Found = Tornado | SobolIndices | PawnIndices


@click.command(short_help="Find which levers of the law move the stars of products.")
@click.argument("file")
@click.option(
    "--levers",
    "levers_file",
    required=True,
    metavar="LEVERS",
    type=click.Path(exists=True, dir_okay=False),
    help="YAML file of levers.",
)
@click.option(
    "--decision",
    "decision_name",
    metavar="ID|FOLDER",
    help="Decision, such as qd-26-2026, or a folder.  [default: the one that LEVERS names]",
)
@set_option
@click.option(
    "--method",
    type=click.Choice(["tornado", "sobol", "pawn"]),
    default="tornado",
    show_default=True,
    help="One lever at a time, shares of the variance, or moved distributions.",
)
@click.option(
    "--star",
    type=click.IntRange(1, 5),
    default=4,
    show_default=True,
    help="Count products with this star or a higher one.",
)
@click.option("--share", is_flag=True, help="Their share of all products instead.")
@click.option(
    "--samples",
    type=click.IntRange(1),
    help=f"For sobol a power of 2 [default: every combination of levels, or {SOBOL_SAMPLES} where "
    f"that is less work]; for pawn scenarios [default: {PAWN_SAMPLES}].",
)
@click.option("--seed", type=click.IntRange(0), help="The same seed gives the same result.")
@click.option("--fast", is_flag=True, help="Count with compiled loops (extra fast).")
@keep_option
@form_option
def sensitivity(
    file: str,
    levers_file: str,
    decision_name: str | None,
    set_name: str | None,
    method: str,
    star: int,
    share: bool,
    samples: int | None,
    seed: int | None,
    fast: bool,
    keep: str,
    form: str | None,
) -> None:
    """Find which levers move the number of products of FILE that have a star.

    FILE is as for "ocop score". A lever is a dial of the law with discrete levels. "tornado"
    moves one at a time from the law as it is; "sobol" (extra "analysis") and "pawn" move all
    together.
    """
    if method == "tornado" and (samples is not None or seed is not None):
        raise click.UsageError("--samples and --seed have no effect on --method tornado.")
    law = None if decision_name is None else find_decision(decision_name)
    levers = load_levers(levers_file, law)
    _, batches = read_batches(file, levers.decision, set_name, names_of(keep))
    sets = [batch.criteria_set for batch in batches]
    tell_gaps(levers.decision, sets)
    with scenario_bar() as progress:
        evaluate = star_outcome(
            batches, levers, star=star, share=share, progress=progress, fast=fast
        )
        found = _found(evaluate, levers, method, samples, seed)
    products = sum(map(len, batches))
    form = choose_format(form, None)
    if form == "table":
        counted = "share" if share else "number"
        with writing(None) as stream:
            what = f"{number_of(products, 'product')} with {number_of(star, 'star')} or more"
            stream.write(f"{counted} of {what}\n")
            stream.write(found.text())
        return
    head = (
        {}
        if form != "json"
        else {
            **head_of(levers.decision, sets),
            **sheets_of(batches),
            "question": {"levers": plain_levers(levers.levers, levers.decision.id)},
            "method": method,
            "star": star,
            "share": share,
            "products": products,
            **_about(found),
        }
    )
    write_rows(found.rows(), "levers", head, form, None)


def _found(
    evaluate: Evaluate, levers: Levers, method: str, samples: int | None, seed: int | None
) -> Found:
    if method == "tornado":
        # Without a level that leaves the law as it is there is nothing to start from.
        levers.one_at_a_time()
        return tornado(evaluate, levers)
    if method == "sobol":
        return sobol(evaluate, levers, samples=_samples(levers, samples), rng=seed)
    count = PAWN_SAMPLES if samples is None else samples
    return pawn(evaluate, levers, samples=count, rng=seed)


def _samples(levers: Levers, given: int | None) -> int | None:
    """Return how many samples to take for Sobol indices; None for every combination."""
    if given is None and prod(levers.sizes) > SOBOL_SAMPLES * (len(levers) + 2):
        return SOBOL_SAMPLES
    return given


def _about(found: Found) -> Row:
    """Return what JSON says of the whole."""
    if isinstance(found, Tornado):
        return {"status": found.status, "base_outcome": found.base_outcome}
    names = ["status", "samples", "confidence", "seed"]
    if isinstance(found, SobolIndices):
        names += ["mean", "variance", "resamples", "evaluations"]
    else:
        names += ["dummies"]
    return {name: getattr(found, name) for name in names}
