"""Noise: exact chances of every star against simulated ones, and against enumeration."""

from __future__ import annotations

import numpy as np

from contest import Arrays, Contestant, Row, Run, race, rounded, summary, warm_up
from measures.score_and_rank import told
from peers import noise_own
from peers.noise_numpy import DOWN, SIMULATION, UP, Replicates
from problem import problem, small_set
from scenarios import PRODUCTS

REPLICATES = 1_000
TIMED = 50
SMALL_SHEETS = 40
MOST_ERROR = 1e-12
# Six standard deviations of a simulated share whose chance is 1/2.
FAR_OFF = 6 * np.sqrt(0.25 / REPLICATES)


def measure(run: Run) -> Row:
    """Measure time, the error of the simulation, and the error of the exact chances."""
    products = 2_000 if run.short else PRODUCTS
    contestants = [noise_own.OCOP, SIMULATION]
    warm_up(contestants, Replicates(sheets=problem(100), count=2))
    timed = Replicates(sheets=problem(products), count=TIMED)
    times = race(contestants, {c.name: timed for c in contestants}, 5, _unchecked)
    rows = []
    for contestant in contestants:
        factor = REPLICATES / TIMED if contestant is SIMULATION else 1
        row = {"name": contestant.name, "seconds": summary(times[contestant.name], factor)}
        if factor > 1:
            row["extrapolated_from"] = TIMED
        rows.append(row)
        run.say(told(row, products, "products"))
    return {
        "products": products,
        "replicates": REPLICATES,
        "up": UP,
        "down": DOWN,
        "rows": rows,
        **simulated(run),
        **enumerated(run),
    }


def simulated(run: Run) -> Row:
    """Return how far the shares of a whole simulation lie from the exact chances."""
    given = Replicates(sheets=problem(500, seed=1), count=REPLICATES)
    exact, simulation = (_shares(c, given) for c in (noise_own.OCOP, SIMULATION))
    error = np.abs(exact - simulation)
    if not error.max() < FAR_OFF:
        run.wrong.append(f"noise: simulated shares are up to {error.max():.3f} off")
    found = {"largest": rounded(error.max()), "mean": rounded(error.mean())}
    run.say(f"noise: {REPLICATES:,} replicates of 500 products are up to {error.max():.3f} off")
    return {"simulation_error": found, "simulation_products": 500}


def enumerated(run: Run) -> Row:
    """Return how far the exact chances lie from enumeration on a small set."""
    sheets = problem(SMALL_SHEETS, source=small_set())
    given = Replicates(sheets=sheets, count=0)
    expected = [
        noise_own.enumerated(sheets.law, answers, findings)
        for answers, findings in zip(
            sheets.columns.T.tolist(), sheets.findings.tolist(), strict=True
        )
    ]
    error = float(np.abs(_shares(noise_own.OCOP, given) - expected).max())
    if not error <= MOST_ERROR:
        run.wrong.append(f"noise: exact chances are up to {error:.1e} off")
    run.say(f"noise: exact chances of {SMALL_SHEETS} small sheets are up to {error:.1e} off")
    return {"exact_error": rounded(error), "exact_sheets": SMALL_SHEETS}


def _shares(contestant: Contestant, given: Replicates) -> np.ndarray:
    found = contestant.read(contestant.run(contestant.prepare(given)))
    return np.asarray(found["shares"])


def _unchecked(contestant: Contestant, found: Arrays) -> None:
    """Compare nothing here: simulated shares are never equal."""
