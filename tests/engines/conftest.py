"""What the tests of engines share: made-up sheets, as files and as what is expected of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

import ocop

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

LAW = "qd-26-2026"
PIECE = 97


@frozen
class Pile:
    """Sheets as they lie in files, and their results in the order of the rows."""

    wide: Path
    pieces: tuple[Path, ...]
    packed: Path
    expected: list[dict[str, Any]]


@pytest.fixture(scope="session")
def pile(tmp_path_factory: pytest.TempPathFactory) -> Pile:
    """Return 600 made-up products: one Parquet file, pieces of it, and the packed form."""
    folder = tmp_path_factory.mktemp("pile")
    model = ocop.PopulationModel(findings=0.05)
    made = ocop.synthesize(LAW, products=600, model=model, rng=5)
    ocop.dump_sheets(made.sheets, folder / "packed.parquet")
    codes = dict.fromkeys(c for sheets in made.sheets for c in sheets.criteria_set.codes)
    rows, expected = [], []
    for sheets in made.sheets:
        scores = ocop.score(sheets)
        known = [exclusion.finding.id for exclusion in sheets.criteria_set.exclusions]
        for n, product in enumerate(sheets.products):
            stated = int(sheets.findings[n]) if sheets.findings is not None else 0
            answers = zip(sheets.criteria_set.codes, sheets.answers[n].tolist(), strict=True)
            rows.append(
                {
                    "product": product,
                    "set": sheets.criteria_set.number,
                    "findings": ";".join(f for k, f in enumerate(known) if stated >> k & 1),
                    "synthetic": "yes",
                    **dict.fromkeys(codes),
                    **{code: None if answer == 255 else answer for code, answer in answers},
                }
            )
        columns = scores.columns(pa.array(range(len(scores))).to_numpy())
        expected += [
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        ]
    schema = {"product": pa.string(), "set": pa.int32(), "findings": pa.string()}
    schema |= {"synthetic": pa.string(), **dict.fromkeys(codes, pa.int8())}
    table = pa.Table.from_pylist(rows, pa.schema(schema.items()))
    parquet.write_table(table, folder / "wide.parquet")
    pieces = []
    for low in range(0, len(table), PIECE):
        pieces.append(folder / f"piece-{low // PIECE}.parquet")
        parquet.write_table(table.slice(low, PIECE), pieces[-1])
    return Pile(folder / "wide.parquet", tuple(pieces), folder / "packed.parquet", expected)
