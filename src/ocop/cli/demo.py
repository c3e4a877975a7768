"""``ocop demo``: the main job on the examples that ship with the package."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click
import numpy as np

from ocop._resources import resource
from ocop.cli._table import table
from ocop.scoring.ranking import rank
from ocop.scoring.scores import Scores, score
from ocop.tables.read_sheets import read_sheets

__all__ = ["demo"]

REAL = ("durian-2022.csv", "qd-781-2020", 1)
PROVINCE = ("province-made-up.csv", "qd-26-2026")


def read_example(name: str, decision: str, which: int | None, keep: tuple[str, ...]) -> Any:
    """Read one of the shipped example files."""
    with (resource("examples") / name).open("rb") as handle:
        return read_sheets(handle, decision, set=which, keep=keep)


@click.command()
def demo() -> None:
    """Score a real sheet of 2022 and rank a made-up province."""
    (real,) = (score(batch) for batch in read_example(*REAL, keep=()))
    click.echo("A real sheet: frozen durian, provincial council, 2022, under 781/QĐ-TTg")
    click.echo(table([_line(real, 0)]), nl=False)

    batches = [score(b) for b in read_example(*PROVINCE, None, keep=("name", "commune"))]
    count = sum(map(len, batches))
    click.echo(
        f"\nA made-up province: {count} products in {len(batches)} groups under 26/2026/QĐ-TTg"
    )
    click.echo(table(_bands_and_stars(batches)), nl=False)
    enough, short = _short_of_a_floor(batches)
    click.echo(
        f"\n{enough} products have 70 points or more; {short} of them miss a floor and stay below\n"
        "the star that their points alone would give."
    )
    click.echo("\nThe first ten:")
    ranking = rank(batches)
    places = zip(ranking.head(10), ranking.source.tolist(), ranking.row.tolist(), strict=False)
    click.echo(
        table(
            [
                {
                    "rank": place["rank"],
                    "product": place["product"],
                    "name": batches[s].sheets.columns["name"][r],
                    "total": place["total"],
                    "star": "★" * (place["star"] or 0),
                }
                for place, s, r in places
            ]
        ),
        nl=False,
    )


def _line(scores: Scores, row: int) -> dict[str, Any]:
    single = scores[row]
    return {
        "product": single.product,
        **single.parts,
        "total": single.total,
        "star": "★" * (single.star or 0),
    }


def _bands_and_stars(batches: list[Scores]) -> list[dict[str, Any]]:
    """Return, for each band of points, how many products have which star."""
    pairs: Counter[tuple[int, int]] = Counter()
    for batch in batches:
        pairs.update(zip(batch.band.tolist(), batch.star.tolist(), strict=True))
    stars = (5, 4, 3, 2, 1, 0)
    names = {5: "★★★★★", 4: "★★★★", 3: "★★★", 2: "★★", 1: "★", 0: "excluded"}
    return [
        {
            "band by points": names[band],
            **{names[star]: pairs[band, star] or None for star in stars},
        }
        for band in (5, 4, 3, 2, 1)
    ]


def _short_of_a_floor(batches: list[Scores]) -> tuple[int, int]:
    """Count products with 70 points or more, and those of them kept down by a floor."""
    total = np.concatenate([batch.total for batch in batches])
    band = np.concatenate([batch.band for batch in batches])
    star = np.concatenate([batch.star for batch in batches])
    enough = (total >= 70) & (star > 0)
    return int(enough.sum()), int((enough & (star < band)).sum())
