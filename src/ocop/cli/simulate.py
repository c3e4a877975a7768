"""``ocop simulate``: a file of sheets under many scenarios of the law."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from ocop.cli._options import (
    decision_option,
    find_decision,
    format_option,
    keep_option,
    names_of,
    output_option,
    set_option,
)
from ocop.cli._output import Columns, choose_format, tell, write_columns
from ocop.cli._progress import scenario_bar
from ocop.cli._table import Row
from ocop.cli.sheets import CHUNK, head_of, read_batches, sheets_of
from ocop.errors import LawError, Problem, ProblemsError
from ocop.law.decision import Decision
from ocop.scenario._levers_file import plain_levers
from ocop.scenario.choices import Choices
from ocop.scenario.draws import Draws
from ocop.scenario.load_levers import load_levers
from ocop.scenario.load_reform import decision_beside, load_reform
from ocop.scenario.reform import Reform, plain_reform
from ocop.scenario.sweep import sweep
from ocop.scenario.sweep_result import NAMES, STARS, Sweep
from ocop.text import number_of

__all__ = ["simulate"]

Scenarios = Choices | Draws | list[Reform]


@click.command(short_help="Score the sheets of a file under many scenarios of the law.")
@click.argument("file")
@decision_option
@set_option
@keep_option
@click.option(
    "--levers",
    "levers_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="Levers in YAML: every combination of their levels, or some.",
)
@click.option("--all", "every", is_flag=True, help="Every combination of levels.  [default]")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="N combinations at random.")
@click.option("--most", type=click.IntRange(0), metavar="K", help="At most K levers moved.")
@click.option(
    "--reform",
    "reforms",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="A reform in YAML; may be repeated.",
)
@click.option("--draws", type=click.IntRange(1), metavar="N", help="N draws around the law.")
@click.option("--points", type=int, metavar="D", help="Draws move options by up to D points.")
@click.option("--thresholds", type=int, metavar="D", help="Draws move thresholds so far.")
@click.option("--seed", type=click.IntRange(0), help="The same seed gives the same scenarios.")
@click.option("--ranks", is_flag=True, help="With --by-product: the range of ranks too.")
@click.option("--by-product", is_flag=True, help="A row a product, not a row a scenario.")
@click.option("--best", type=click.IntRange(1), metavar="N", help="Only the N best scenarios.")
@click.option(
    "--star", type=click.IntRange(1, 5), default=4, show_default=True, help="What --best counts."
)
@click.option(
    "--checkpoint",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep what is done in this file; the same call goes on from it.",
)
@click.option("--fast", is_flag=True, help="Count with compiled loops (extra fast).")
@format_option
@output_option
def simulate(
    file: str,
    decision_name: str | None,
    set_name: str | None,
    keep: str,
    levers_file: str | None,
    every: bool,
    sample: int | None,
    most: int | None,
    reforms: tuple[str, ...],
    draws: int | None,
    points: int | None,
    thresholds: int | None,
    seed: int | None,
    ranks: bool,
    by_product: bool,
    best: int | None,
    star: int,
    checkpoint: Path | None,
    fast: bool,
    form: str | None,
    output: Path | None,
) -> None:
    """Score the sheets of FILE under many scenarios of the law, and count the stars.

    FILE is as for "ocop score". Scenarios are combinations of --levers, reforms, or random
    --draws around the law. A row says how many products have each star in a scenario; with
    --by-product, in which share of the scenarios a product has each star.
    """
    ways = {"--all": every, "--sample": sample, "--most": most}
    _one_of({"--levers": levers_file, "--reform": reforms, "--draws": draws}, "scenarios")
    _only_with("--levers", levers_file, ways)
    _only_with("--draws", draws, {"--points": points, "--thresholds": thresholds})
    _only_with("--sample or --draws", sample or draws, {"--seed": seed})
    _only_with("--by-product", by_product, {"--ranks": ranks})
    if levers_file is not None and len([name for name, value in ways.items() if _given(value)]) > 1:
        raise click.UsageError("choose one of --all, --sample and --most.")
    if best is not None and by_product:
        raise click.UsageError("--best lists scenarios; leave out --by-product.")
    chosen_form = choose_format(form, output)
    law = None if decision_name is None else find_decision(decision_name)
    scenarios: Scenarios
    if levers_file is not None:
        levers = load_levers(levers_file, law)
        law = levers.decision
        if sample is not None:
            scenarios = levers.sample(sample, rng=seed)
        else:
            scenarios = levers.every() if most is None else levers.at_most(most)
    elif draws is not None:
        scenarios = Draws(scenarios=draws, points=points or 0, thresholds=thresholds or 0, rng=seed)
    else:
        law, scenarios = _reforms(reforms, law)
    law, batches = read_batches(file, law, set_name, names_of(keep))
    with scenario_bar() as progress:
        found = sweep(
            batches,
            scenarios,
            law=law,
            ranks=ranks,
            checkpoint=checkpoint,
            progress=progress,
            fast=fast,
        )
    head = _head(law, found)
    if chosen_form == "json":
        head |= {**sheets_of(found.sheets), "question": _question(scenarios, most)}
    if by_product:
        count = len(found.star_frequencies)
        chunks = (_columns(found.product_rows(n, n + CHUNK)) for n in range(0, count, CHUNK))
        write_columns(chunks, head, chosen_form, output, count, _short_product)
    elif best is not None:
        rows = found.rows(numbers=found.best(star, best).tolist())
        write_columns(iter([_columns(rows)]), head, chosen_form, output, len(rows), _short_scenario)
    else:
        write_columns(found.pieces(CHUNK), head, chosen_form, output, len(found), _short_scenario)
    _tell(found, output)


def _given(value: object) -> bool:
    return value is not None and value is not False and value != ()


def _one_of(options: Mapping[str, object], what: str) -> None:
    found = [name for name, value in options.items() if _given(value)]
    if len(found) != 1:
        raise click.UsageError(f"{what}: give one of {', '.join(options)}.")


def _only_with(name: str, value: object, options: Mapping[str, object]) -> None:
    for option, given in options.items():
        if _given(given) and not _given(value):
            raise click.UsageError(f"{option} has no effect without {name}.")


def _reforms(paths: tuple[str, ...], law: Decision | None) -> tuple[Decision, list[Reform]]:
    """Return the reforms of all files and the decision they change, or all that is wrong."""
    if law is None:
        named = [(path, load_reform(path).decision) for path in paths]
        first = next(((path, name) for path, name in named if name is not None), None)
        law = find_decision(None) if first is None else decision_beside(Path(first[0]), first[1])
    loaded: list[Reform] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            loaded.append(load_reform(path, law))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise LawError(problems)
    return law, loaded


def _head(law: Decision, found: Sweep) -> Row:
    return {
        **head_of(law, [batch.criteria_set for batch in found.sheets]),
        "scenarios": len(found),
        "products": sum(map(len, found.sheets)),
        "seed": found.seed,
        "baseline": {NAMES[star]: int(found.baseline[star]) for star in (*STARS, 0)},
    }


def _question(scenarios: Scenarios, most: int | None) -> Row:
    """Return which scenarios were asked for, as their files have them."""
    if isinstance(scenarios, Choices):
        own = scenarios.levers
        levers = plain_levers(own.levers, own.decision.id)
        return {"levers": levers, "sampled": scenarios.seed is not None, "most": most}
    if isinstance(scenarios, Draws):
        moves = {"points": scenarios.points, "thresholds": scenarios.thresholds}
        return {"draws": len(scenarios), **moves}
    return {"reforms": [plain_reform(reform) for reform in scenarios]}


def _columns(rows: list[Row]) -> Columns:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _short_product(row: Row) -> Row:
    """Return a product as a terminal has room for it: shares in percent, ranks in one column."""
    shown = {"product": row["product"]}
    shown |= {name: f"{row[name]:.1%}" for name in NAMES.values()}
    if "rank_mean" in row:
        span = f"{row['rank_lowest']} to {row['rank_highest']}"
        shown["ranks"] = f"{span}, mean {row['rank_mean']:.1f}"
    return shown


def _short_scenario(row: Row) -> Row:
    """Return a scenario as a terminal has room for it: the levels of all levers in one column."""
    own = [name for name in row if name not in ("scenario", "reform", *NAMES.values())]
    levels = {"levels": ", ".join(row[name] for name in own)} if own else {}
    kept = {name: value for name, value in row.items() if name not in own}
    return {"scenario": kept.pop("scenario"), **levels, **kept}


def _tell(found: Sweep, output: Path | None) -> None:
    """Say on standard error what was computed, and how the law itself does."""
    stars = ", ".join(f"{NAMES[star]}: {found.baseline[star]:,}" for star in (*STARS, 0))
    seed = "" if found.seed is None else f", seed {found.seed}"
    where = "" if output is None else f", written to {output}"
    many = number_of(len(found), "scenario")
    products = number_of(sum(map(len, found.sheets)), "product")
    tell(f"{many}, {products}{seed}{where}")
    click.echo(f"the law as it is: {stars}", err=True)
    if found.open_answers.any():
        most = number_of(int(found.open_answers.max()), "open answer")
        click.echo(f"note: up to {most}, counted as not assessed", err=True)
