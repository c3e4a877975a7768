"""What is said of broken tables: exact messages, kept beside each table in tests/bad/sheets/."""

from __future__ import annotations

import io
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ocop

pytestmark = pytest.mark.usefixtures("fast")

REFRESH = runpy.run_path(str(Path(__file__).with_name("refresh_bad.py")))
FOLDER: Path = REFRESH["FOLDER"]
CASES: dict[str, dict[str, Any]] = REFRESH["cases"]()
TEA = ocop.criteria_set("qd-26-2026", "tea").codes
HEADER = ",".join(["product", *TEA]) + "\n"
ROW = ",1" * len(TEA) + "\n"


def problems_of(data: bytes, **options: Any) -> ocop.SheetError:
    """Return the error that a table for tea raises."""
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(io.BytesIO(data), "qd-26-2026", **{"set": "tea", **options})
    return caught.value


@pytest.mark.parametrize("name", CASES)
def test_messages_of_a_broken_table(name: str) -> None:
    """Each broken table is told in exactly the words that stand beside it."""
    expected = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert expected != "no problems\n"
    assert REFRESH["messages"](name, CASES[name]) == expected


def test_every_file_of_the_folder_is_a_case() -> None:
    """No table and no list of messages is left over or missing."""
    found = {path.name for path in FOLDER.iterdir()}
    expected = {f"{name}.{ending}" for name in CASES for ending in ("csv", "txt")}
    assert found == expected | {"cases.toml"}


@pytest.mark.parametrize("name", CASES)
def test_problems_are_sorted_and_complete(name: str) -> None:
    """Problems come by row and column, each with a code, and each counted once."""
    case = CASES[name]
    with pytest.raises(ocop.ProblemsError) as caught:
        ocop.read_sheets(
            FOLDER / f"{name}.csv",
            case["decision"],
            set=case.get("set"),
            keep=tuple(case.get("keep", ())),
        )
    problems = caught.value.problems
    places = [(p.line or 0, p.column or 0) for p in problems]
    assert places == sorted(places)
    assert len(set(problems)) == len(problems)
    assert all(p.code and p.message for p in problems)


def test_the_documented_codes_all_occur() -> None:
    """The broken tables show every code that the reader of tables can give, but two."""
    told = "".join((FOLDER / f"{name}.txt").read_text(encoding="utf-8") for name in CASES)
    codes = (
        "bad-character criterion-not-in-set csv-syntax duplicate-column duplicate-product "
        "empty-file missing-column missing-product mixed-cases no-sheets not-a-whole-number "
        "not-utf8 option-out-of-range set-differs set-not-transcribed unknown-column "
        "unknown-criterion unknown-decision unknown-finding unknown-set wrong-width name-taken "
        "not-csv duplicate-criterion missing-criterion column-differs"
    )
    assert [code for code in codes.split() if f"[{code}]" not in told] == []


def test_a_line_of_ten_megabytes() -> None:
    """A line that never ends is refused before it is taken into memory."""

    class Endless(io.BytesIO):
        """Counts the bytes that are handed out."""

        handed_out = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            line = super().readline(size)
            self.handed_out += len(line)
            return line

    source = Endless(b"x" * 10_000_000)
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(source, "qd-26-2026", set="tea")
    assert str(caught.value) == "input:1: the line is longer than 1,048,576 bytes [line-too-long]"
    assert source.handed_out < 1_100_000


def test_a_long_line_further_down() -> None:
    """A long line is named with its row; what was wrong above it is told too."""
    data = HEADER + "chè-1" + ROW.replace("1", "x", 1) + "y" * 2_000_000
    error = problems_of(data.encode())
    assert [(p.line, p.code) for p in error.problems] == [
        (2, "not-a-whole-number"),
        (3, "line-too-long"),
    ]


def test_an_endless_quoted_cell() -> None:
    """A quotation mark left open in a large file is told in the row where it stands."""
    rows = "".join(f"chè-{n}{ROW}" for n in range(2000))
    error = problems_of((HEADER + 'chè,"' + rows).encode())
    assert [(p.line, p.code) for p in error.problems] == [(2, "csv-syntax")]


def test_more_problems_than_the_bound() -> None:
    """Ten thousand problems are kept, the rest are counted, and the count is told."""
    row = ",x" * len(TEA) + "\n"
    data = HEADER + "".join(f"chè-{n}{row}" for n in range(400))
    error = problems_of(data.encode())
    assert len(error.problems) == 10_000
    assert error.more == 400 * len(TEA) - 10_000
    assert str(error).startswith(f"{400 * len(TEA):,} problems:")
    assert str(error).endswith(f"... and {400 * len(TEA) - 20:,} more")


def test_exactly_as_many_problems_as_the_bound() -> None:
    """At the bound nothing is left out."""
    data = HEADER + "".join(f"{ROW}" for _ in range(10_000))
    error = problems_of(data.encode())
    assert (len(error.problems), error.more) == (10_000, 0)


def test_missing_columns_say_nothing_of_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """A criterion without a column is unanswered, not whatever the memory held before."""
    empty = np.empty

    def dirty(shape: Any, dtype: Any = float, **options: Any) -> Any:
        array = empty(shape, dtype, **options)
        array[...] = 3
        return array

    monkeypatch.setattr(np, "empty", dirty)
    case = CASES["mixed-cases-missing-column"]
    said = REFRESH["messages"]("mixed-cases-missing-column", case)
    assert "mixed-cases]" not in said


@pytest.mark.parametrize("which", ["tea", 11, "11"])
def test_problems_name_the_stream(which: int | str) -> None:
    """A stream without a name is called input, one with a name by its name."""
    data = (HEADER + "chè-1" + ROW.replace("1", "9", 1)).encode()
    assert problems_of(data, set=which).problems[0].file == "input"

    class Named(io.BytesIO):
        name = "<stdin>"

    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(Named(data), "qd-26-2026", set=which)
    assert caught.value.problems[0].file == "<stdin>"


def test_a_stream_with_a_number_for_a_name() -> None:
    """A pipe's name is a number, which says nothing: it is called input."""

    class Numbered(io.BytesIO):
        name = 5

    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(Numbered(b""), "qd-26-2026", set="tea")
    assert str(caught.value) == "input:1: the file has no header row [empty-file]"


def test_a_stream_that_fails() -> None:
    """An error of the disk or the network while reading becomes a problem, not a crash."""

    class Failing(io.BytesIO):
        def readline(self, *_size: int | None) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(ocop.SheetError, match="cannot read the file: Input/output error"):
        ocop.read_sheets(Failing(b""), "qd-26-2026", set="tea")


@pytest.mark.parametrize(
    ("name", "said"), [("nosuch.csv", "No such file or directory"), ("", "Is a directory")]
)
def test_a_file_that_cannot_be_opened(tmp_path: Path, name: str, said: str) -> None:
    """A missing file and a folder are told with the reason that the system gives."""
    path = tmp_path / name
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(path, "qd-26-2026", set="tea")
    assert str(caught.value) == f"{path}: cannot read the file: {said} [cannot-read]"
