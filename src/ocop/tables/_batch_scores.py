"""Results as Arrow batches: the columns that `ocop score` writes, in the order of the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop._version import __version__
from ocop.law.decision import Decision
from ocop.scoring._score_columns import floor_texts, numbers_of, reason_texts
from ocop.scoring.scores import score
from ocop.tables._batch_sheets import BatchSheets
from ocop.tables._packed_text import ROWS

TEXT, SHORT, TINY = "string", "int16", "int8"

SPARK = {TEXT: "string", SHORT: "smallint", TINY: "tinyint"}

TextPlaces = NDArray[np.int32]


def result_columns(law: Decision, keep: Sequence[str]) -> dict[str, str]:
    """Return the columns of results with the names of their Arrow types."""
    first = [name for name in ("assessor",) if name in keep]
    kept = [*first, *(name for name in keep if name not in first)]
    return {
        "product": TEXT,
        "set": SHORT,
        **dict.fromkeys(kept, TEXT),
        **{part.code: SHORT for part in law.parts},
        "total": SHORT,
        "band": TINY,
        "star": TINY,
        "answered": SHORT,
        "of": SHORT,
        "missing_floors": TEXT,
        "excluded": TEXT,
    }


def result_schema(law: Decision, keep: Sequence[str], arrow: Any) -> Any:
    """Return the Arrow schema of results; its metadata says what they were computed with."""
    fields = [
        arrow.field(name, getattr(arrow, kind)(), nullable=name == "star" or name in keep)
        for name, kind in result_columns(law, keep).items()
    ]
    made_with = {"ocop": __version__, "decision": law.id, "digest": law.digest}
    return arrow.schema(fields, {f"ocop.scores.{key}": value for key, value in made_with.items()})


def spark_ddl(law: Decision, keep: Sequence[str]) -> str:
    """Return the schema of results as Spark writes it."""
    return ", ".join(
        f"`{name.replace('`', '``')}` {SPARK[kind]}"
        for name, kind in result_columns(law, keep).items()
    )


class _Texts:
    """A column of few distinct texts: where in `texts` that of each row stands."""

    def __init__(self, count: int) -> None:
        self.texts = [""]
        self.places: TextPlaces = np.zeros(count, dtype=np.int32)

    def put(self, rows: NDArray[np.int64], texts: Sequence[str], which: NDArray[np.int64]) -> None:
        """Give rows their texts: for each row, which of the texts."""
        self.places[rows] = which + len(self.texts)
        self.texts += texts

    def array(self, arrow: Any, rows: slice) -> Any:
        """Return some rows as Arrow text."""
        texts = arrow.array(self.texts, arrow.string())
        return arrow.DictionaryArray.from_arrays(self.places[rows], texts).dictionary_decode()


def result_batches(sheets: BatchSheets, schema: Any, arrow: Any) -> Iterator[Any]:
    """Yield the results of a batch: as one batch, or as several of `ROWS` rows where it is large.

    So texts never outgrow what one column of text holds.
    """
    count = len(sheets.numbers)
    numbers = {
        field.name: np.zeros(count, dtype=str(field.type))
        for field in schema
        if field.type != arrow.string()
    }
    floors, reasons = _Texts(count), _Texts(count)
    for rows, part in sheets.parts:
        scores = score(part, threads=1)
        for name, values in numbers_of(scores).items():
            numbers[name][rows] = values
        for column, (places, found, which) in (
            (floors, floor_texts(scores)),
            (reasons, reason_texts(scores)),
        ):
            column.put(rows[places], found, which)
    texts = {"missing_floors": floors, "excluded": reasons}
    for low in range(0, max(count, 1), ROWS):
        here = slice(low, min(low + ROWS, count))
        arrays = []
        for field in schema:
            if field.name in texts:
                arrays.append(texts[field.name].array(arrow, here))
            elif field.name in numbers:
                values = numbers[field.name][here]
                nothing = values == 0 if field.name == "star" else None
                arrays.append(arrow.array(values, field.type, mask=nothing))
            else:
                arrays.append(sheets.texts[field.name][here].cast(field.type))
        yield arrow.record_batch(arrays, schema=schema)
