"""The page's sections on scoring: how, what must hold, score and rank, numba."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from musts import FAST, MILLION, TEN_MILLION, WORTH, gain, musts
from wording import (
    STRAIGHT,
    contest_table,
    median,
    number,
    of,
    prose,
    ratio,
    simple_table,
    size,
    table,
    times,
)

Row = dict[str, Any]
PACKED, BYTES = "numpy, careful: packed key", "numpy, careful: byte keys"


def head(figures: Row) -> str:
    """Say what this page is, and with what it was made."""
    where, commit = figures["machine"], figures["commit"]
    versions = ", ".join(f"{name} {version}" for name, version in where["versions"].items())
    missing = f". Not installed: {', '.join(figures['missing'])}" if figures["missing"] else ""
    changed = ", with changes that were not committed" if commit and commit["changed"] else ""
    at = f"`{commit['id'][:12]}` of {commit['date']}{changed}" if commit else "not known"
    machine = (where["processor"], f"{where['cores']} cores", size(where["memory_bytes"]))
    lines = [
        ["Repeat it", "`nox -s bench`, or `python benchmarks/run.py`; `--short` for a minute"],
        ["Machine", ", ".join([*machine, where["system"]])],
        ["Versions", f"{where['python']}; {versions}{missing}"],
        ["Commit", at],
    ]
    return "\n".join(
        [
            "# Benchmarks\n",
            prose(
                f"""`ocop` against other ways to do the same work, all measured in one run of
                {figures["minutes"]} minutes. This page and its pictures are made from
                [the figures of that run](benchmarks.json)."""
            ),
            table(["", ""], lines).replace("---:", "---"),
            prose(
                """Ratios carry over to other machines, times do not. No test asserts a time; a
                result that differs between contestants fails the run, and no page is written."""
            ),
        ]
    )


def method(_: Row) -> str:
    """Say how it was measured."""
    return """## How it is measured

- **In turn.** Contestants run one after the other, round after round, in one process: a busy moment
  of the machine meets all of them. The tables give the median of the rounds, then the quartiles
  and the extremes; ratios are ratios of medians.
- **Natural input.** Each gets the sheets in the form that is natural for it (matrix, data frame,
  table), made outside the clock. Libraries have started, and compiled what they compile, before.
- **No memory of the last round.** ocop starts every round from a batch that was never used.
- **Equal results.** The first round of every contestant is compared with ocop in full: parts,
  total, band, star, criteria answered, exclusion, rank. ocop itself is compared with a plain
  scorer, sheet by sheet, in its tests.
- **Memory.** A child process for each contestant: the highest resident memory while it runs, over
  the memory with its input ready. Results that are returned count.
- **Sheets.** Made up from a seed, for set 11 (tea) of 26/2026 with 32 criteria: good and poor ones,
  missed floors, criteria not met or not assessed, 1 % excluded by a finding. Product codes are in
  no order.
- **Extrapolated.** What would take too long is measured on fewer sheets, scenarios or replicates
  and multiplied; the tables say from how many. What would take more than 30 s or 12 GB at the
  largest size, going by the size before, is not run, and the tables say so.

The contestants are small modules under `benchmarks/peers`, written to be read and copied.
"""


def must(figures: Row) -> str:
    """Return what must hold, and whether it does."""
    rows = [[m.text, m.measured, "yes" if m.holds else "**no**"] for m in musts(figures)]
    return "## Aims\n\n" + table(["", "measured", "holds"], rows)


def score(figures: Row) -> str:
    """Return the tables of scoring and ranking."""
    found = figures["score"]
    parts = [
        "## Score and rank\n",
        "![Bars: seconds for a million sheets](img/bench-score.svg)\n",
        _score_words(found["score_and_rank"][MILLION]),
    ]
    for count, rows in found["score_and_rank"].items():
        memory = found["memory"]["rows"] if count == MILLION else None
        parts += [f"### {int(count):,} sheets\n", contest_table(rows, memory)]
    parts.append(
        prose(
            """† Libraries for multi-criteria decisions compute a weighted sum and a rank by it,
            from a matrix of points that is ready. They know no options, parts, bands, floors or
            rules, so they do less here: total and rank by total only. Weights are equal.
            scikit-criteria makes its decision matrix of that matrix first; the second line has it
            ready. pymcdm runs without its checks of the input; pyDecision returns totals, and
            numpy sorts them."""
        )
    )
    return "\n".join(parts)


def _score_words(rows: list[Row]) -> str:
    text = f"""A matrix of answers in memory becomes points by part, total, band, star, criteria
        answered, exclusion and rank; equal products share a rank. With a million sheets ocop is
        faster by these factors: {_factors(rows, "ocop")}."""
    if with_extra := _factors(rows, FAST):
        text += f" With its extra fast: {with_extra}."
    intro = prose(text)
    return f"""{intro}
- **memory floor**: reads the answers once by the cheapest pass that numpy has, writes arrays as
  large as ocop's results, and computes nothing.
- **numpy, straightforward**: a lookup per criterion, sums, comparisons, `np.lexsort` over five
  keys.
- **numpy, careful**: the same steps in bytes. *Packed key* ranks by one integer per sheet and a
  stable argsort; *byte keys* by `np.lexsort` over bytes, for which numpy has a faster sort.
- **plain Python**: one sheet after the other.
- **pandas, polars, duckdb**: operations on columns, or one SQL query. pandas ranks by
  `sort_values` over five columns; with a *packed key* by `Series.rank` of one integer per sheet.
- **extra fast, numba**: the same ideas as compiled loops, see [below](#compiled-code).
"""


def _factors(rows: list[Row], ours: str) -> str:
    others = (STRAIGHT, PACKED, BYTES, "pandas", "pandas, packed key", "polars", "duckdb SQL")
    listed = [(name, times(rows, name, ours)) for name in others]
    return ", ".join(f"{number(value)} ({name})" for name, value in listed if value)


def steps(figures: Row) -> str:
    """Return ocop's steps alone, and row-major input."""
    found = figures["score"]
    parts = ["### Each step alone\n"]
    parts += [simple_table(f"{int(n):,} sheets", rows) for n, rows in found["steps"].items()]
    parts.append(
        prose(
            """`Sheets` checks every answer and that product codes are unique; other contestants
            check nothing, so this step is not part of the contest above. The listing puts rows in
            order, equal products by product code, and is computed only when asked for.
            `np.lexsort` is given ready results; its line *by product code* gives the same order."""
        )
    )
    parts.append("### Input row by row\n")
    parts.append(
        prose(
            """A matrix with one row of answers per sheet, as files and people give it. Here ocop's
            times include making `Sheets` with all checks; the others check nothing."""
        )
    )
    parts += [simple_table(f"{int(n):,} sheets", rows) for n, rows in found["row_major"].items()]
    return "\n".join(parts)


def growth(figures: Row) -> str:
    """Say how times grow with the number of sheets, and what a second core gives."""
    found = figures["score"]["score_and_rank"]
    counts = list(found)
    lines = []
    for name in (row["name"] for row in found[MILLION]):
        last = of(found[TEN_MILLION], name)
        if last is not None and "extrapolated_from" not in last:
            medians = [median(found[count], name) for count in counts]
            lines.append([name, *(ratio(after, before) for before, after in pairwise(medians))])
    grown = ["", *(f"{int(few):,} to {int(many):,}" for few, many in pairwise(counts))]
    contests = [(f"{int(count):,} sheets", rows) for count, rows in found.items()]
    sweeps = figures["sweep"]["times"].items()
    contests += [(f"{int(count):,} scenarios", rows) for count, rows in sweeps]
    gains = [(what, times(rows, "ocop, 1 thread", "ocop")) for what, rows in contests]
    threads = [[what, number(gain)] for what, gain in gains if gain is not None]
    return "\n".join(
        [
            "### Growth and threads\n",
            "![Lines: seconds by number of sheets](img/bench-growth.svg)\n",
            "How many times as long the larger size takes:\n",
            table(grown, lines),
            prose(
                f"""How many times as fast ocop is with its default, all
                {figures["machine"]["cores"]} cores where there is enough work, as with `threads=1`.
                The steps of numpy and pandas use one core; polars, duckdb and numpy's matrix
                product use all."""
            ),
            table(["", "times"], threads),
        ]
    )


def memory(figures: Row) -> str:
    """Return extra memory."""
    found = figures["score"]["memory"]
    lines = [
        [row["name"], size(row["extra_bytes"]), number(row["extra_bytes"] / found["sheets"])]
        for row in found["rows"]
    ]
    return "\n".join(
        [
            "### Memory\n",
            f"![Bars: extra memory for {found['sheets']:,} sheets](img/bench-memory.svg)\n",
            table([f"{found['sheets']:,} sheets", "extra memory", "bytes a sheet"], lines),
        ]
    )


def compiled(figures: Row) -> str:
    """Say what compiled code wins."""
    scoring = figures["score"]["score_and_rank"]
    tasks = [(f"score and rank {int(count):,} sheets", rows) for count, rows in scoring.items()]
    sweeps = figures["sweep"]["times"].items()
    tasks += [(f"sweep of {int(count):,} scenarios", rows) for count, rows in sweeps]
    lines = []
    for task, rows in tasks:
        gains = (gain(rows, FAST), gain(rows, "numba"))
        lines.append([task, *("" if value is None else number(value) for value in gains)])
    return "\n".join(
        [
            "## Compiled code\n",
            prose(
                f"""The extra `fast` (`fast=True`) is there for what is at least {WORTH} times as
                fast with it, on large batches, as with numpy alone. The numba lines are the best
                kernels that we could write outside: the same results in the same types, but no
                checks, and nothing but this law. How many times as fast the best line of each is
                as the best of ocop with numpy alone:"""
            ),
            table(["", "extra fast", "numba kernel"], lines),
        ]
        + ([] if any(any(line[1:]) for line in lines) else ["numba was not installed in this run."])
    )


SECTIONS = [head, method, must, score, steps, growth, memory, compiled]
