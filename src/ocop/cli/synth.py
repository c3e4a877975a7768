"""``ocop synth``: made-up products with sheets, to try things out on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import click

from ocop.cli._options import decision_option, find_decision, format_option, set_option
from ocop.cli._output import choose_format, tell, write_columns, write_rows
from ocop.cli._table import Row
from ocop.cli.sheets import CHUNK, head_of, sheets_of
from ocop.errors import InputError, Problem
from ocop.law.catalogue import criteria_set
from ocop.scenario._population_columns import nested, wide
from ocop.scenario.population import Population
from ocop.scenario.population_model import PopulationModel
from ocop.scenario.synthesize import synthesize
from ocop.tables._packed_files import ENDINGS
from ocop.tables.dump_sheets import dump_sheets
from ocop.tables.read_places import read_places
from ocop.text import closest, number_of, quoted

__all__ = ["synth"]

PARAMETERS = tuple(a.name for a in attrs.fields(PopulationModel) if a.name != "difficulty")


@click.command(short_help="Make up products with sheets, with given shares of stars.")
@click.option("--products", type=click.IntRange(1), required=True, help="How many products.")
@decision_option
@set_option
@click.option("--stars", metavar="STAR=SHARE,...", help="Such as 5=1,4=30,3=89, or 4=0.3,3=0.7.")
@click.option("--groups", metavar="GROUP=SHARE,...", help="Product groups, adding up to 1.")
@click.option("--sectors", metavar="SECTOR=SHARE,...", help="Sectors, adding up to 1.")
@click.option("--places", metavar="FILE", help="CSV or .xlsx whose rows are places.")
@click.option(
    "--model",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the model, such as loading=0.8; may be repeated.",
)
@click.option("--nearest", is_flag=True, help="Take the nearest shares that can be reached.")
@click.option("--seed", type=click.IntRange(0), help="The same seed gives the same products.")
@format_option
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file (.csv, .json, .ndjson, .parquet, .npz), whole or not at all.",
)
def synth(
    products: int,
    decision_name: str | None,
    set_name: str | None,
    stars: str | None,
    groups: str | None,
    sectors: str | None,
    places: str | None,
    parameters: tuple[str, ...],
    nearest: bool,
    seed: int | None,
    form: str | None,
    output: Path | None,
) -> None:
    """Make up products with plausible sheets; nothing in them is real.

    Writes sheets that "ocop score" reads, with the column synthetic, which stays with them. A
    table shows the groups instead: how many products, which quality, which stars.
    """
    packed = output is not None and output.suffix.lower() in ENDINGS
    if packed and form is not None:
        raise click.UsageError("--format has no effect on a packed file; leave it out.")
    chosen_form = "" if packed else choose_format(form, output)
    law = find_decision(decision_name)
    shares = None if stars is None else {_star(k): v for k, v in _pairs(stars, "--stars").items()}
    made = synthesize(
        law if set_name is None else criteria_set(law, set_name),
        products=products,
        shares=shares,
        groups=None if groups is None else _pairs(groups, "--groups"),
        sectors=None if sectors is None else _pairs(sectors, "--sectors"),
        places=None if places is None else read_places(places),
        model=_model(parameters),
        nearest=nearest,
        rng=seed,
    )
    if packed and output is not None:
        dump_sheets(made.sheets, output)
    elif chosen_form == "table":
        write_rows(_group_rows(made), "groups", {}, "table", output, (), ("spread", "mean", "set"))
    else:
        head = {
            **head_of(law, [group.criteria_set for group in made.groups]),
            "synthetic": True,
            "seed": made.seed,
            "parameters": {number: m.to_dict() for number, m in made.parameters.items()},
            "stars": made.stars(),
        }
        if chosen_form == "json":
            asked = {"products": products, "set": set_name, "shares": shares, "groups": groups}
            asked |= {"sectors": sectors, "places": places is not None, "nearest": nearest}
            head |= {**sheets_of(made.sheets), "question": {**asked, "model": made.model.to_dict()}}
        columns = wide if chosen_form == "csv" else nested
        write_columns(columns(made.sheets, CHUNK), head, chosen_form, output, len(made))
    _tell(made, output)


def _pairs(text: str, option: str) -> dict[Any, Any]:
    """Return the pairs NAME=NUMBER of an option; what is no number stays text."""
    result: dict[Any, Any] = {}
    for pair in text.split(","):
        name, equals, value = (piece.strip() for piece in pair.partition("="))
        if not equals or not name or name in result:
            found = "twice" if name in result else f"in {quoted(pair)}"
            raise click.UsageError(f"{option}: found {quoted(name)} {found}, not NAME=SHARE,...")
        result[name] = _number(value)
    return result


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _star(text: str) -> Any:
    return int(text) if text.isdecimal() else text


def _model(given: tuple[str, ...]) -> PopulationModel:
    values: dict[str, Any] = {}
    for pair in given:
        values |= _pairs(pair, "--model")
    problems = []
    for name in [name for name in values if name not in PARAMETERS]:
        near = closest(name, PARAMETERS)
        hint = f"did you mean {quoted(near)}?" if near else None
        message = f"found {quoted(name)}, allowed are {', '.join(PARAMETERS)}"
        problems.append(Problem("unknown-key", message, path="--model", hint=hint))
    if problems:
        raise InputError(problems)
    return PopulationModel(**values)


def _group_rows(made: Population) -> list[Row]:
    return [
        {
            "set": group.criteria_set.number,
            "name": group.criteria_set.group.slug,
            "products": len(group),
            "mean": f"{group.parameters.mean:.2f}",
            "spread": f"{group.parameters.spread:.2f}",
            **{f"★{star}": group.star_counts[star] for star in (5, 4, 3, 2, 1)},
            "excluded": group.star_counts[0],
        }
        for group in made.groups
    ]


def _tell(made: Population, output: Path | None) -> None:
    """Say on standard error what was made, and that it is not real."""
    where = "" if output is None else f", written to {output}"
    products, groups = number_of(len(made), "product"), number_of(len(made.groups), "group")
    tell(
        f"synthetic, nothing is real: {products} in {groups} of {made.decision}, "
        f"seed {made.seed}{where}"
    )
    told = ["asked", "expected", "achieved"] if made.asked else ["achieved"]
    graded = [row for row in made.stars() if row["achieved"] is not None]
    rows = [row for row in graded if row["asked"] or row["count"]]
    for name in told if rows else ():
        shares = ", ".join(f"{row['star']}: {row[name]:.1%}" for row in rows)
        click.echo(f"{name:>8} stars {shares}", err=True)
