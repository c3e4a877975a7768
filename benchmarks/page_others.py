"""The page's sections on everything else: sweeps, noise, upgrades, files, the programme, start."""

from __future__ import annotations

from typing import Any

from musts import import_ratio, upgrade_ratio
from wording import (
    OWN,
    contest_table,
    median,
    number,
    prose,
    ratio,
    seconds,
    simple_table,
    size,
    table,
    times,
)

Row = dict[str, Any]


def sweep(figures: Row) -> str:
    """Return the tables of sweeps."""
    found = figures["sweep"]
    parts = [
        "## Sweeps\n",
        "![Bars: seconds for ten thousand scenarios](img/bench-sweep.svg)\n",
        prose(
            f"""Many scenarios of points over {found["products"]:,} products: how many products have
            each star under each scenario, and how often each product has each star. Floors follow
            the points of the scenario. Each option is drawn one point more, one less, or as it is,
            and options keep their order. ocop's times include checking the scenarios. polars,
            pandas and duckdb run the queries of the contest above once per scenario."""
        ),
    ]
    for count, rows in found["times"].items():
        parts.append(f"### {int(count):,} scenarios\n")
        parts.append(contest_table(rows, found["memory"][count], floor=False))
    for count, rows in found["any_order"].items():
        parts.append(f"### {int(count):,} scenarios that may turn options around\n")
        parts.append(contest_table(rows, floor=False))
    parts.append(_sweep_growth(found))
    if "levers" in found:
        parts.append(_levers(found))
    return "\n".join(parts)


def _levers(found: Row) -> str:
    figures = found["levers"]
    parts = [
        "### Levers\n",
        prose(
            f"""`ocop.sweep` over choices of {figures["levers"]} levers with three levels each, on
            the same {found["products"]:,} products. ocop's times include making the point tables;
            straightforward numpy is given them ready."""
        ),
    ]
    for count, rows in figures["times"].items():
        parts.append(f"#### {int(count):,} scenarios of levers\n")
        parts.append(contest_table(rows, figures["memory"][count], floor=False))
    return "\n".join(parts)


def _sweep_growth(found: Row) -> str:
    (first, few), (second, many) = found["times"].items()
    grown = [
        [row["name"], ratio(row["seconds"]["median"], median(few, row["name"]))]
        for row in many
        if "extrapolated_from" not in row
    ]
    extra = [
        [f"{int(count):,} scenarios", size(row["extra_bytes"])]
        for count, rows in found["memory"].items()
        for row in rows
        if row["name"] == "ocop"
    ]
    return "\n".join(
        [
            "### Growth with scenarios\n",
            f"How many times as long {int(second):,} scenarios take as {int(first):,}:\n",
            table(["", "times"], grown),
            "Extra memory of ocop, its counts included:\n",
            table(["", "extra memory"], extra),
        ]
    )


def noise(figures: Row) -> str:
    """Return exact chances against simulated ones."""
    found = figures["noise"]
    faster = times(found["rows"], "numpy, simulated", "ocop, exact")
    error = found["simulation_error"]
    return "\n".join(
        [
            "## Noise\n",
            prose(
                f"""The chance of every star where each answer may be one option too high or too
                low, with chance {found["up"]} each. `ocop.star_probabilities` computes it;
                straightforward numpy draws all answers anew and scores,
                {found["replicates"]:,} times."""
            ),
            simple_table(f"{found['products']:,} products", found["rows"]),
            prose(
                f"""Exact is {number(faster or 0)} times as fast. The simulated shares of
                {found["simulation_products"]:,} products are up to {error["largest"]} off
                ({error["mean"]} on average). The exact chances are up to
                {found["exact_error"]:.1e} off from listing everything that can happen, on
                {found["exact_sheets"]} sheets of a set of eight criteria."""
            ),
        ]
    )


def upgrade(figures: Row) -> str:
    """Return upgrades against integer programmes."""
    found = figures["upgrade"]
    gain = upgrade_ratio(found)
    words = "scipy was not installed, so nothing was compared."
    if gain is not None:
        words = f"""One mixed-integer programme per product with `scipy.optimize.milp`, built and
        solved, takes {seconds(found["per_programme"]["median"])} (median of
        {found["programmes"]:,}): {number(gain)} times as long. Its plans cost the same."""
    return "## Upgrades\n\n" + prose(
        f"""`ocop.upgrade` finds the least change that lifts each of
        {found["products"]:,} products to its next star:
        {seconds(found["per_plan"]["median"])} for each of {found["plans"]:,} plans. {words}"""
    )


def files(figures: Row) -> str:
    """Return the tables of CSV files."""
    found = figures["files"]
    parts = [
        "## Files\n",
        prose(
            """Files lie in the system's cache, so disks are not measured. `ocop.read_sheets` checks
            every cell and reports every problem with its place; `pandas.read_csv` parses numbers
            and checks nothing. The wide form has a row per product, the long form a row per
            product and criterion."""
        ),
    ]
    for form in ("wide", "long"):
        for count, read in found[form].items():
            head = f"{form}, {int(count):,} sheets, {size(read['file_bytes'])}"
            parts.append(simple_table(head, read["rows"], over=OWN))
    lines = [
        [
            f"{int(count):,} sheets",
            size(row["file_bytes"]),
            seconds(row["seconds"]["median"]),
            seconds(row["seconds"]["median"] / int(count)),
            size(row["peak_bytes"]),
        ]
        for count, row in found["command_line"].items()
    ]
    parts.append("### CSV to ranked CSV\n")
    parts.append("`ocop rank` from a file to a file, in a process of its own, start included.\n")
    parts.append(table(["", "file", "time", "per sheet", "peak memory"], lines))
    return "\n".join(parts)


def packed(figures: Row) -> str:
    """Return the tables of packed files."""
    parts = [
        "### Packed files\n",
        prose(
            """`ocop.dump_sheets` and `ocop.load_sheets`, with all checks, beside a pandas frame of
            the same answers without any."""
        ),
    ]
    for count, rows in figures["packed"].items():
        lines = [
            [
                row["name"],
                size(row["file_bytes"]),
                number(row["bytes_per_sheet"]),
                seconds(row["dump"]["median"]),
                seconds(row["load"]["median"]),
            ]
            for row in rows
        ]
        head = [f"{int(count):,} sheets", "file", "bytes a sheet", "write", "read"]
        parts.append(table(head, lines))
    return "\n".join(parts)


def programme(figures: Row) -> str:
    """Return translating and counting."""
    found = figures["programme"]
    parts = [
        "## Translating and counting\n",
        "`ocop.translate` of sheets of 148/2023 to 26/2026, against scoring the same sheets:\n",
    ]
    for row in found["translating"]:
        rows = [{"name": name, "seconds": row[name]} for name in ("translate", "score")]
        parts.append(simple_table(f"{row['sheets']:,} sheets", rows, over="score"))
    counted = found["counting"]
    parts.append(
        prose(
            f"""Summing up a portfolio of {counted["recognitions"]:,} recognitions by star, group
            and commune takes {seconds(counted["counts"]["median"])}."""
        )
    )
    return "\n".join(parts)


def start(figures: Row) -> str:
    """Return starts and loading."""
    found = figures["start"]
    starts, loads = (
        [{"name": name, "seconds": row} for name, row in found[kind].items()]
        for kind in ("starts", "loading")
    )
    return "\n".join(
        [
            "## Start\n",
            "Each in a fresh process; reading a set includes all checks of its files.\n",
            simple_table("", starts),
            prose(
                f"""`import ocop` alone loads no numpy. Up to the first score, imports take
                {number(import_ratio(found))} times as long as `import numpy`."""
            ),
            "Inside one process, after its imports:\n",
            simple_table("", loads),
        ]
    )


def limits(_: Row) -> str:
    """Say what is not compared."""
    return """## What is not compared

- One criteria set, one machine, made-up sheets. Time goes with the number of criteria and options.
- No disks, no network, no clusters. Data that already lies in a database is not moved here.
- Libraries for multi-criteria decisions are made for other questions, with few alternatives and
  many methods; their lines say what the shared part of the work costs, not how good they are.
- Data frames and SQL are general tools. A query that knew ocop's ideas would be faster than the one
  that a competent user writes. For numpy there are two careful versions beside the straightforward
  one.
- Making frames and tables out of files is left out, and so are ocop's `Sheets`; they have a line of
  their own.
"""


SECTIONS = [sweep, noise, upgrade, files, packed, programme, start, limits]
