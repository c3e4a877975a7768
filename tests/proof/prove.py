"""Compares the kernel, the plain scorer and the SQL scorer on generated sheets of every set.

Usage: python tests/proof/prove.py [--sheets N] [--seed S] [--sets ID[:NUMBER] ...] [--jobs N]

Prints what was compared, and last the figure. Exit code 1 where scorers differ on a sheet, where
the two readings of the law differ, or where the sheets do not reach everything that they must.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

from law_files import Law, every_set, name_of
from made_sheets import sheets
from three import Bench, Outcome

import ocop
from ocop.scoring.kernel import usable_cores

SHEETS = 10_000_000
Key = tuple[str, int]


@cache
def laws() -> dict[Key, Law]:
    """Return the criteria sets of the data files by decision and number."""
    return {(law["decision"], law["number"]): law for law in every_set()}


def compare(key: Key, count: int, seed: int) -> Outcome:
    """Compare the scorers on sheets of one set."""
    bench = Bench(laws()[key], ocop.criteria_set(*key))
    return bench.run(sheets(laws()[key], count, seed))


def chosen(names: Sequence[str]) -> list[Key]:
    """Return the sets with these names, such as ``qd-26-2026`` or ``qd-26-2026:16``."""
    known = {key: {key[0], f"{key[0]}:{key[1]}"} for key in laws()}
    unknown = set(names) - set().union(*known.values())
    if unknown:
        raise SystemExit(f"unknown sets: {', '.join(sorted(unknown))}")
    return [key for key, called in known.items() if not names or called & set(names)]


def outcomes(keys: list[Key], count: int, seed: int, jobs: int) -> Iterator[Outcome]:
    """Yield what comparing `count` sheets, shared between the sets, finds for each set."""
    share, more = divmod(count, len(keys))
    counts = [share + (n < more) for n in range(len(keys))]
    seeds = [seed] * len(keys)
    if jobs == 1:
        yield from map(compare, keys, counts, seeds)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(compare, keys, counts, seeds)


def unlike(keys: list[Key], whole: bool) -> list[str]:
    """Say which sets only the files have, or only ocop."""
    theirs = {(law.id, number) for law in ocop.decisions() for number in law.sets}
    wrong = set(keys) - theirs | (theirs - set(keys) if whole else set())
    return [f"{key[0]} set {key[1]}: not in both the files and ocop" for key in sorted(wrong)]


def main(arguments: Sequence[str]) -> int:
    """Run the comparison; return the exit code."""
    parser = argparse.ArgumentParser(description="Compare three scorers on generated sheets.")
    parser.add_argument("--sheets", type=int, default=SHEETS, help="how many in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sets", nargs="+", default=[], metavar="ID[:NUMBER]")
    parser.add_argument("--jobs", type=int, default=usable_cores(), help="how many processes")
    options = parser.parse_args(arguments)
    keys = chosen(options.sets)
    stories = unlike(keys, whole=not options.sets)
    if stories:
        print(*stories, f"proof: {len(stories)} sets are not there twice", sep="\n")
        return 1

    started, compared, differ = time.monotonic(), 0, 0
    ways: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    absent: list[str] = []
    each = outcomes(keys, options.sheets, options.seed, options.jobs)
    for key, outcome in zip(keys, each, strict=True):
        compared += outcome.sheets
        differ += outcome.differ
        ways.update(outcome.ways)
        groups.update(group for group, _ in outcome.reached)
        name = name_of(laws()[key])
        absent += [f"{name}: {' '.join(s)}" for s, times in outcome.reached.items() if not times]
        print(f"{name}: {outcome.sheets:,} sheets, {outcome.differ:,} differ", flush=True)
        if outcome.first:
            print(outcome.first, flush=True)

    print(f"seed {options.seed}, {time.monotonic() - started:.0f} s, {options.jobs} processes")
    print("kernel:", "; ".join(f"{way}: {count:,}" for way, count in ways.items()))
    print("situations:", ", ".join(f"{count:,} {group}" for group, count in groups.items()))
    print(*(f"no sheet reaches: {each}" for each in absent), sep="\n", end="\n" if absent else "")
    figure = f"proof: {compared:,} sheets of {len(keys)} sets by three scorers, {differ:,} differ"
    print(figure + (f", {len(absent):,} situations not reached" if absent else ""))
    return int(differ > 0 or bool(absent) or compared == 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
