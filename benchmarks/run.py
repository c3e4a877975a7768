"""Measure ocop against other ways to do the same work; write the figures and their page.

Usage: python benchmarks/run.py [--short] [--only NAME] [--json FILE]

A whole run writes docs/benchmarks.json and from it docs/benchmarks.md and its pictures; with --json
it writes FILE instead. A short run takes small sizes and writes nothing but FILE. Everything is
compared within one run, in turn. Exit code 1 only where results differ, never for time; then
nothing is published.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import machine
import ocop
from contest import Row, Run
from measures import (
    files,
    memory,
    noise,
    packed,
    programme,
    score_and_rank,
    start,
    sweep,
    upgrade,
)

FIGURES = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.json"


def score_with_memory(run: Run) -> Row:
    """Measure memory first: it says who can take the largest size."""
    sheets, contestants = 1_000_000, run.load(score_and_rank.PEERS)
    if run.short:
        few = ("ocop", "numpy, straightforward")
        sheets, contestants = 10_000, [c for c in contestants if c.name in few]
    needs = {"sheets": sheets, "rows": memory.measure(run, "score", contestants, sheets)}
    return {"memory": needs, **score_and_rank.measure(run, needs)}


MEASURES: dict[str, Callable[[Run], Row]] = {
    "score": score_with_memory,
    "sweep": sweep.measure,
    "noise": noise.measure,
    "upgrade": upgrade.measure,
    "files": files.measure,
    "packed": packed.measure,
    "programme": programme.measure,
    "start": start.measure,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--short", action="store_true", help="small sizes, to see that it runs")
    parser.add_argument("--only", choices=MEASURES, action="append", help="measure only this")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(arguments)
    chosen = options.only or list(MEASURES)
    run = Run(short=options.short)
    begun = time.perf_counter()
    figures: Row = {"format": "ocop-benchmarks/1", "short": run.short}
    figures |= {"commit": machine.commit(), "machine": machine.machine()}
    for name in chosen:
        run.say(f"\n{name}")
        try:
            figures[name] = MEASURES[name](run)
        except ocop.OcopError as error:
            # The others are still worth having; what the error says may be long.
            run.wrong.append(f"{name}: {' '.join(str(error).split()[:40])}")
    figures["minutes"] = round((time.perf_counter() - begun) / 60, 1)
    figures["missing"] = run.missing
    figures["wrong"] = run.wrong
    return finish(run, figures, options.json, whole=not run.short and chosen == list(MEASURES))


def finish(run: Run, figures: Row, target: Path | None, *, whole: bool) -> int:
    """Write what is asked for and tell what differs."""
    run.say(f"\n{figures['minutes']} minutes")
    if run.missing:
        run.say(f"not installed, so not compared: {', '.join(run.missing)}")
    text = json.dumps(figures, indent=1) + "\n"
    if target is not None:
        target.write_text(text, encoding="utf-8")
    if run.wrong:
        print("wrong:", *run.wrong, sep="\n  ", file=sys.stderr)
        return 1
    if whole and target is None:
        import page  # needs matplotlib, which a short run does without

        FIGURES.write_text(text, encoding="utf-8")
        page.write(figures)
        run.say(f"written: {FIGURES}, its page and its pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
