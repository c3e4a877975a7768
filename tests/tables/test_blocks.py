"""How `read_sheets` takes in large files: blocks, streams that break, cells of every size."""

from __future__ import annotations

import csv
import io
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ocop
from ocop.tables import _source, _table
from ocop.tables._slots import FACTOR
from ocop.tables._vocabulary import Vocabulary

pytestmark = pytest.mark.usefixtures("fast")

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea").codes
HEADER = ",".join(["product", "note", *TEA]) + "\n"


def rows(count: int, note: str = "", answer: str = "1") -> str:
    """Return rows of a file with a note."""
    return "".join(f"P{n:05},{note}{f',{answer}' * len(TEA)}\n" for n in range(count))


def read(data: bytes, **options: Any) -> ocop.Sheets:
    """Read a file for tea, by blocks."""
    source: Any = io.BufferedReader(io.BytesIO(data))  # type: ignore[type-var]  # raw bytes stand in for a file
    (sheets,) = ocop.read_sheets(source, LAW, set="tea", keep=("note",), **options)
    return sheets


def told(data: bytes) -> list[tuple[int | None, str]]:
    """Return the rows and codes of what is wrong with a file for tea, read by blocks."""
    with pytest.raises(ocop.SheetError) as caught:
        read(data)
    return [(problem.line, problem.code) for problem in caught.value.problems]


def test_a_file_of_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file longer than a block is read whole, and `progress` hears of every byte of it."""
    monkeypatch.setattr(_source, "STEP", 10_000)
    path = tmp_path / "a.csv"
    path.write_text(HEADER + rows(2000), encoding="utf-8")
    heard: list[int] = []
    (sheets,) = ocop.read_sheets(path, LAW, set="tea", keep=["note"], progress=heard.append)
    assert sheets.products == tuple(f"P{n:05}" for n in range(2000))
    assert sheets.rows is not None
    assert sheets.rows.tolist() == list(range(2, 2002))
    assert (sheets.answers == 1).all()
    assert sum(heard) == path.stat().st_size
    assert max(heard) == 10_000


def test_a_pipe() -> None:
    """A pipe, as standard input is one, is read to its end."""
    out, into = os.pipe()
    data = (HEADER + rows(3000)).encode()

    def write() -> None:
        with open(into, "wb") as stream:  # noqa: PTH123 - a descriptor, not a path
            stream.write(data)

    writer = threading.Thread(target=write)
    writer.start()
    with open(out, "rb") as stream:  # noqa: PTH123 - an open file is the case
        (sheets,) = ocop.read_sheets(stream, LAW, set="tea", keep=["note"])
    writer.join()
    assert len(sheets) == 3000


def test_problems_far_down_have_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are counted over blocks, with blank rows and rows of several lines in between."""
    monkeypatch.setattr(_source, "STEP", 3000)
    parts = [HEADER, rows(200), "\n\r\n", rows(200).replace("P", '"P', 1).replace(",", 'b",', 1)]
    parts += ['Q,"a\nb"' + ",1" * len(TEA) + "\n", rows(100).replace("P", "R"), "S,,9\n"]
    # 1 header, 200 rows, 2 blank, 200 rows, 1 row of two lines, 100 rows, then a short one.
    assert told("".join(parts).encode())[-1] == (505, "wrong-width")


def test_a_cell_longer_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quoted cell of many lines is read, though no block holds it whole."""
    monkeypatch.setattr(_source, "STEP", 100)
    note = "dòng\n" * 500
    data = (
        HEADER + rows(3) + rows(1, note=f'"{note}"').replace("P", "Q") + rows(1).replace("P", "R")
    )
    sheets = read(data.encode())
    assert sheets.columns["note"] == ("", "", "", note, "")


def test_the_longest_cell() -> None:
    """A cell may be as long as the csv module allows; a longer one is told with its row."""
    limit = csv.field_size_limit()
    assert read((HEADER + rows(1, note="x" * limit)).encode()).columns["note"] == ("x" * limit,)
    data = HEADER + rows(2) + rows(1, note="x" * (limit + 1)).replace("P", "Q") + rows(1)
    assert told(data.encode()) == [(4, "csv-syntax")]


def test_the_longest_line() -> None:
    """A line of a mebibyte is read, whatever is wrong with it; one byte more is refused."""
    wide = "P1" + f",{'x' * 65_000}" * 16
    wide += "," + "x" * (_source.MAX_LINE - len(wide) - 2) + "\n"
    assert told((HEADER + wide).encode()) == [(2, "wrong-width")]
    assert told((HEADER + wide.replace("P1", "P12")).encode()) == [(2, "line-too-long")]


class Breaking(io.BytesIO):
    """A stream that fails after some lines."""

    def __init__(self, data: bytes, lines: int) -> None:
        super().__init__(data)
        self.left = lines

    def readline(self, size: int | None = -1, /) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise OSError(5, "Input/output error")
        return super().readline(size)


def test_what_stands_above_a_break_is_checked() -> None:
    """When a stream fails, the rows that came before are told of all the same."""
    data = (HEADER + rows(3, answer="9")).encode()
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(Breaking(data, 3), LAW, set="tea", keep=["note"])
    found = [(problem.line, problem.code) for problem in caught.value.problems]
    assert found[0] == (None, "cannot-read")
    assert {line for line, _ in found[1:]} == {2, 3}
    assert len(found) > 2


def test_beyond_the_bound_the_first_problems_by_place_are_kept() -> None:
    """Which of too many problems are told does not depend on how the file was read."""
    data = (HEADER + rows(700, answer="x")).encode()
    with pytest.raises(ocop.SheetError) as caught:
        read(data)
    kept = [(problem.line, problem.column) for problem in caught.value.problems]
    width = len(TEA)
    every = [(row, column) for row in range(2, 702) for column in range(3, 3 + width)]
    assert kept == every[:10_000]
    assert caught.value.more == len(every) - 10_000


def test_few_rows_go_the_careful_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block with a stray quotation mark is read row by row, the blocks after it are not."""
    monkeypatch.setattr(_source, "STEP", 2000)
    refused: list[bool] = []
    split = _table.split

    def spy(*args: Any) -> Any:
        found = split(*args)
        refused.append(found is None)
        return found

    monkeypatch.setattr(_table, "split", spy)
    data = HEADER + rows(100) + rows(1, note='6" x').replace("P", "Q") + rows(100).replace("P", "R")
    sheets = read(data.encode())
    assert sheets.columns["note"][100] == '6" x'
    assert len(sheets) == 201
    assert refused.count(True) == 1
    assert refused.count(False) > 5


def test_many_different_texts_in_answers() -> None:
    """Thousands of different wrong answers are told one by one."""
    lines = [f"P{n},,{n + 4}{',1' * (len(TEA) - 1)}\n" for n in range(6000)]
    assert told((HEADER + "".join(lines)).encode()) == [
        (row, "option-out-of-range") for row in range(2, 6002)
    ]


def test_different_keys_with_one_hash() -> None:
    """Keys that fall together in every way keep numbers of their own."""
    first, second = 5, 9
    step = np.arange(40, dtype=np.uint64)
    # A word more in the second place is made up for by a factor less in the first.
    keys = np.stack((first - step * np.uint64(FACTOR), second + step)).astype(np.uint64)
    vocabulary = Vocabulary()
    numbers, new = vocabulary.numbers(keys[:, [0, 1, 0, 2, 1]])
    assert sorted({*numbers.tolist()}) == [0, 1, 2]
    assert numbers[0] == numbers[2] != numbers[1] == numbers[4] != numbers[3]
    assert new.tolist() == [0, 1, 3]
    again, new = vocabulary.numbers(keys)
    assert again[:3].tolist() == numbers[[0, 1, 3]].tolist()
    assert sorted(again.tolist()) == list(range(40))
    assert len(new) == 37


def test_numbers_of_very_many_keys() -> None:
    """The table grows with its keys; keys of more words are other keys."""
    rng = np.random.default_rng(0)
    vocabulary, known = Vocabulary(), dict[tuple[int, ...], int]()
    for words in (1, 3, 2, 1):
        keys = rng.integers(1, 400, size=(words, 3000)).astype(np.uint64)
        numbers, new = vocabulary.numbers(keys)
        for place in new.tolist():
            known[tuple(keys[:, place].tolist())] = int(numbers[place])
        assert numbers.tolist() == [known[tuple(key)] for key in keys.T.tolist()]
    assert sorted(known.values()) == list(range(len(known)))
