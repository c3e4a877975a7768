"""Mutation testing: change the code in one place, and see whether a test notices.

``python tools/mutants [--sample N] [--seed S] [--all] [--jobs N] [MODULE ...]`` tries mutants of
law and scoring; a MODULE is a pattern such as ``scoring.kernel`` or ``law.*``. The last line is
the figure. Exit code 1: a survivor that tests/mutants/survivors.toml does not explain, an explained
one that a test kills or that is no more, fewer than nine of ten killed in scoring, a fault of the
harness, or nothing tried.

What was tried is kept in the folder ``.mutants``: a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from trial import Suite

from run import run

ROOT = Path(__file__).resolve().parents[2]
SUITES = [
    Suite(
        root=ROOT,
        package="ocop",
        area="scoring",
        paths=("tests/scoring", "tests/test_reprs.py", "tests/test_results.py", "src/ocop/scoring"),
        # Compiled by numba, which keeps what it made: a change of the source does not reach the
        # tests, and as plain Python the loops take minutes. tests/scoring/test_compiled.py
        # compares them with numpy's.
        left=("ocop.scoring._compiled", "ocop.scoring._compiled_sweep"),
        wanted=0.9,
    ),
    Suite(root=ROOT, package="ocop", area="law", paths=("tests/law", "src/ocop/law")),
]
HEAVY = (
    "numpy", "hypothesis", "yaml", "cattrs", "narwhals.stable.v1", "pandas", "polars", "pyarrow",
    "duckdb", "scipy.stats", "numba", "jsonschema", "openpyxl", "matplotlib",
)  # fmt: skip
"""What cold children find imported: none of it imports the package."""


def main(arguments: Sequence[str]) -> int:
    """Try mutants as the command line says."""
    parser = argparse.ArgumentParser(prog="mutants", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("patterns", nargs="*", metavar="MODULE")
    parser.add_argument("--sample", type=int, default=200, help="mutants of each area (200)")
    parser.add_argument("--seed", type=int, default=1, help="which sample (1)")
    parser.add_argument("--all", action="store_true", help="all mutants, not a sample")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    chosen = parser.parse_args(arguments)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
        os.environ[name] = "1"  # forks and threads do not go together
    for name in HEAVY:
        importlib.import_module(name)
    size = None if chosen.all else chosen.sample
    listed = ROOT / "tests/mutants/survivors.toml"
    return run(SUITES, chosen.patterns, size, chosen.seed, chosen.jobs, listed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
