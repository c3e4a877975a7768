"""The third scorer: one SQL query a criteria set, made from its data files, run by DuckDB.

It shares no code with the kernel, which compares and adds whole columns, nor with the plain scorer,
which walks through a sheet: here the law is text, stage after stage in the order of the model.
``python tests/proof/sql_scorer.py qd-26-2026 16`` prints the query of a set.

The table ``sheets`` holds a row a sheet: its number `sheet`, a column for the answer to each
criterion (0 where no option is met, null where it was not assessed), and one for each finding.
"""

from __future__ import annotations

import sys
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from law_files import Law, every_set, floor, rising_floors
from numpy.typing import NDArray

UNANSWERED = 255


def query(law: Law) -> str:
    """Return the SQL that scores the table ``sheets`` under one criteria set."""
    codes = list(law["criteria"])
    stages = [
        ("printed", [f"{_points(law, code)} as {points(code)}" for code in codes]),
        ("counted", [f"{_counted(law, code)} as {counted(code)}" for code in codes]),
        ("added", [f"{_sum(inside)} as {part(name)}" for name, inside in law["parts"].items()]),
        ("summed", [f"{' + '.join(map(part, law['parts']))} as total"]),
        ("banded", [f"{_band(law)} as band"]),
        (
            "checked",
            [
                f"{_joined(_missing(law))} as missing",
                f"{_joined(_reasons(law))} as excluded",
                f"{' + '.join(f'({answer(c)} is not null)::int' for c in codes)} as answered",
                f"{_mixed(law)} as mixed",
            ],
        ),
        ("scored", [f"{_star(law)} as star"]),
    ]
    before, texts = "sheets", []
    for name, columns in stages:
        listed = ",\n    ".join(["*", *columns])
        texts.append(f"{name} as (\n  select\n    {listed}\n  from {before}\n)")
        before = name
    return "with " + ",\n".join(texts) + "\nselect * from scored order by sheet"


def answer(code: str) -> str:
    """Return the column of an answer."""
    return f'"{code}"'


def points(code: str) -> str:
    """Return the column of an option's points, before rules."""
    return f'"{code} points"'


def counted(code: str) -> str:
    """Return the column of the points that count, after rules."""
    return f'"{code} counted"'


def part(name: str) -> str:
    """Return the column of a part's points."""
    return f'"part {name}"'


def finding(name: str) -> str:
    """Return the column that says whether a finding was stated."""
    return f'"finding {name}"'


def _points(law: Law, code: str) -> str:
    options = enumerate(law["criteria"][code]["options"], start=1)
    lines = " ".join(f"when {n} then {option['points']}" for n, option in options)
    return f"case {answer(code)} {lines} else 0 end"


def _counted(law: Law, code: str) -> str:
    other = law["needs"].get(code)
    if other is None:
        return points(code)
    return f"case when {points(other)} > 0 then {points(code)} else 0 end"


def _sum(codes: list[str]) -> str:
    return " + ".join(counted(code) for code in codes)


def _band(law: Law) -> str:
    falling = sorted(law["thresholds"].items(), reverse=True)
    lines = " ".join(f"when total >= {least} then {star}" for star, least in falling)
    return f"case {lines} end"


def _star(law: Law) -> str:
    lines = ["when excluded <> '' then null"]
    for star, least in sorted(law["thresholds"].items(), reverse=True):
        asked = [f"total >= {least}"]
        if star >= 3:
            needed = {code: floor(law, code, star) for code in law["criteria"]}
            asked += [f"{counted(code)} >= {n}" for code, n in needed.items() if n > 0]
        lines.append(f"when {' and '.join(asked)} then {star}")
    return f"case {' '.join(lines)} end"


def _missing(law: Law) -> list[str]:
    """Return, for each criterion with floors, the text of the first one that a sheet misses."""
    lines: dict[str, list[str]] = {}
    for code, star, needed in rising_floors(law):
        text = missed(code, star, needed)
        condition = f"band >= {star} and {counted(code)} < {needed}"
        lines.setdefault(code, []).append(f"when {condition} then '{text}'")
    return [f"case {' '.join(each)} end" for each in lines.values()]


def missed(code: str, star: int, needed: int) -> str:
    """Return a missed floor as text."""
    return f"{code}:{star}:{needed}"


def _reasons(law: Law) -> list[str]:
    stated = [f"case when {finding(name)} then '{name}' end" for name in law["findings"]]
    zeros = [
        f"case when {answer(code)} is not null and {counted(code)} = 0 then 'zero:{code}' end"
        for code in law["knock_outs"]
    ]
    return stated + zeros


def _joined(texts: list[str]) -> str:
    return f"concat_ws(';', {', '.join(texts)})" if texts else "''"


def _mixed(law: Law) -> str:
    """Return whether a sheet uses more than one case of a kind, which no assessor may."""
    conditions = []
    for kind, cases in law["cases"].items():
        inside = {c: e["options"] for c, e in law["criteria"].items() if e.get("case_kind") == kind}
        used = []
        for case in cases:
            places = {
                code: [str(n) for n, option in enumerate(options, 1) if option["case"] == case]
                for code, options in inside.items()
            }
            listed = [f"{answer(c)} in ({', '.join(ns)})" for c, ns in places.items() if ns]
            used.append(f"coalesce({' or '.join(listed)}, false)::int")
        conditions.append(f"{' + '.join(used)} > 1")
    return " or ".join(conditions) or "false"


def table(law: Law, answers: NDArray[np.uint8], stated: NDArray[np.bool_]) -> pa.Table:
    """Return sheets as the table that the query reads; `stated` has a column a finding."""
    columns: dict[str, Any] = {"sheet": pa.array(np.arange(len(answers)))}
    for n, code in enumerate(law["criteria"]):
        column = np.ascontiguousarray(answers[:, n])
        columns[code] = pa.array(column, mask=column == UNANSWERED)
    for n, name in enumerate(law["findings"]):
        columns[f"finding {name}"] = pa.array(np.ascontiguousarray(stated[:, n]))
    return pa.table(columns)


def connect() -> duckdb.DuckDBPyConnection:
    """Return a database in memory, for one thread, that prints nothing."""
    db = duckdb.connect(config={"threads": 1})
    db.execute("set enable_progress_bar = false")
    return db


def run(
    db: duckdb.DuckDBPyConnection,
    law: Law,
    answers: NDArray[np.uint8],
    stated: NDArray[np.bool_],
) -> list[tuple[Any, ...]]:
    """Score sheets; leave the table ``scored`` in the database, and return its results.

    A row is: the parts' points, total, band, star, answered, criteria, missed floors, reasons.
    """
    db.register("sheets", table(law, answers, stated))
    db.execute(f"create or replace temp table scored as {query(law)}")
    db.unregister("sheets")
    results = [*map(part, law["parts"]), "total", "band", "star", "answered"]
    results += [str(len(law["criteria"])), "missing", "excluded"]
    return db.execute(f"select {', '.join(results)} from scored order by sheet").fetchall()


def main(decision: str, number: str) -> None:
    """Print the query of a criteria set."""
    (law,) = (s for s in every_set() if (s["decision"], str(s["number"])) == (decision, number))
    sys.stdout.write(query(law) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
