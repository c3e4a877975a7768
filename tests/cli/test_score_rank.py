"""`ocop score` and `ocop rank`: formats that agree, options, and files whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import ocop

Run = Callable[..., Any]
LAW = ("--decision", "qd-26-2026")
DURIAN = ("--decision", "qd-781-2020", "--set", "1")
RESULT = ["A", "B", "C", "total", "band", "star", "answered", "of", "missing_floors", "excluded"]


def rows_of(text: str, form: str) -> list[dict[str, Any]]:
    """Return result rows of any format for programs, as CSV would give them: all text."""
    if form == "csv":
        return list(csv.DictReader(io.StringIO(text)))
    if form == "json":
        rows = json.loads(text)["results"]
    else:
        rows = [json.loads(line) for line in text.splitlines()]
        for row in rows:
            assert row.pop("ocop") == ocop.__version__
            assert row.pop("decision")
            assert row.pop("digest").startswith("sha256:")
    return [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]


def from_library(scores: tuple[ocop.Scores, ...]) -> dict[str, dict[str, str]]:
    """Return the rows that the library's single scores give, by product."""
    result = {}
    for batch in scores:
        for n, single in enumerate(batch.scores()):
            result[single.product] = {
                "product": single.product,
                "set": str(batch.criteria_set.number),
                **{name: values[n] for name, values in batch.sheets.columns.items()},
                **{part: str(points) for part, points in single.parts.items()},
                "total": str(single.total),
                "band": str(single.band),
                "star": "" if single.star is None else str(single.star),
                "answered": str(single.answered),
                "of": str(single.of),
                "missing_floors": ";".join(f"{f.code}:{f.star}" for f in single.missing_floors),
                "excluded": ";".join(single.excluded),
            }
    return result


def test_the_real_sheet(run: Run, durian: Path) -> None:
    """The council's sheet of 2022 gives the points that the assessment system showed."""
    done = run("score", durian, *DURIAN)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "product,set,A,B,C,total,band,star,answered,of,missing_floors,excluded",
        "83-832-28882-2-2022,1,34,24,35,93,5,5,31,31,,",
    ]


@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
def test_every_format_says_what_the_library_says(
    run: Run, province: Path, province_scores: tuple[ocop.Scores, ...], form: str
) -> None:
    """CSV, JSON and NDJSON parse back to the rows of the library, in the order of the file."""
    done = run("score", province, *LAW, "--keep", "name,commune", "--format", form)
    assert (done.code, done.err) == (0, "")
    assert "Mật ong Giả Định 32" in done.out
    rows = rows_of(done.out, form)
    with province.open(encoding="utf-8") as stream:
        order = [row["product"] for row in csv.DictReader(stream)]
    assert [row["product"] for row in rows] == order
    expected = from_library(province_scores)
    assert rows == [expected[product] for product in order]
    assert list(rows[0]) == ["product", "set", "name", "commune", "synthetic", *RESULT]


def test_json_says_which_law(
    run: Run, province: Path, province_scores: tuple[ocop.Scores, ...]
) -> None:
    """JSON carries the version, the decision and the digest of every set that was used."""
    done = run("score", province, *LAW, "--keep", "name,commune", "--format", "json")
    head = json.loads(done.out)
    assert (head["schema"], head["ocop"], head["decision"]) == (1, ocop.__version__, "qd-26-2026")
    assert head["command"] == "score"
    assert head["digests"] == {str(b.criteria_set.number): b.digest for b in province_scores}
    assert head["sheets"] == {str(b.criteria_set.number): b.sheets.digest for b in province_scores}
    types = {k: type(v) for row in head["results"] for k, v in row.items() if v is not None}
    assert {types[name] for name in ("set", "A", "B", "C", "total", "band", "star")} == {int}


def test_ndjson_lines_stand_alone(run: Run, province: Path) -> None:
    """Each line of NDJSON names its decision and the digest of its own set."""
    done = run("score", province, *LAW, "--keep", "name,commune", "--format", "ndjson")
    for line in map(json.loads, done.out.splitlines()):
        assert line["decision"] == "qd-26-2026"
        assert line["digest"] == ocop.criteria_set("qd-26-2026", line["set"]).digest


def test_the_table_of_a_terminal(run: Run, durian: Path) -> None:
    """A table shows whole codes, points, stars as stars, and how much was answered."""
    done = run("score", durian, *DURIAN, "--format", "table")
    head, rule, row = done.out.splitlines()
    assert set(rule) == {"─"}
    assert head.split()[:6] == ["product", "set", "A", "B", "C", "total"]
    assert row.split() == [
        "83-832-28882-2-2022", "1", "34", "24", "35", "93", "★★★★★", "31/31", "5",
    ]  # fmt: skip


@pytest.mark.parametrize("keep", [(), ("--keep", "name"), ("--keep", "name,commune")])
@pytest.mark.parametrize("command", ["score", "rank"])
def test_tables_fit_80_columns_and_keep_what_matters(
    run: Run, tmp_path: Path, province: Path, command: str, keep: tuple[str, ...]
) -> None:
    """However many columns are kept, product, total, star and missed floors stay whole."""
    with province.open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    out = [n for n, name in enumerate(rows[0]) if name in ("name", "commune")]
    drop = [n for n in out if rows[0][n] not in ",".join(keep[1:]).split(",")]
    path = tmp_path / "tỉnh.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [cell for n, cell in enumerate(row) if n not in drop] for row in rows
        )
    done = run(command, path, *LAW, *keep, "--format", "table")
    assert done.code == 0
    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert {"product", "total", "star", "missing"} <= set(lines[0].split())
    as_csv = rows_of(run(command, path, *LAW, *keep, "--format", "csv").out, "csv")
    for row in as_csv[:50]:
        (line,) = [line for line in lines if row["product"] in line]
        assert row["total"] in line.split()
        assert "★" * int(row["star"] or 0) in line.split() or not row["star"]
    # What is missed may go over several lines, but nothing of it is cut.
    folded = "".join("".join(line[60:].split()) for line in lines)
    first = next(row["missing_floors"] for row in as_csv[:50] if row["missing_floors"])
    assert first.split(";")[0] in folded or first.split(";")[0] in done.out
    assert "... and 430 more; --format csv shows all" in lines


def test_a_wide_terminal_shows_everything(
    run: Run, province: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is room no column is left out and no text is cut."""
    monkeypatch.setenv("COLUMNS", "200")
    done = run("rank", province, *LAW, "--keep", "name,commune", "--format", "table")
    assert "…" not in done.out
    assert "no room" not in done.out
    head = done.out.splitlines()[0].split()
    assert set(head) == {"rank", "product", "set", "name", "commune", "A", "B", "C", "total",
                         "star", "answered", "band", "missing", "synthetic"}  # fmt: skip


def test_excluded_products_in_a_table(run: Run, tea_file: Callable[..., Path]) -> None:
    """A table shows no star for an excluded product, but the reason."""
    path = tea_file(("chè-1", "2", "forged-dossier"), ("chè-2", "2", ""), head=["findings"])
    done = run("rank", path, *LAW, "--set", "tea", "--format", "table")
    lines = done.out.splitlines()
    assert "chè-2" in lines[2]
    assert "chè-1" in lines[3]
    assert " - " in lines[3]
    assert "★" not in lines[3]
    assert "excluded:forged-dossier" in "".join(done.out.split())


def test_escape_sequences_of_a_file_do_not_reach_the_terminal(
    run: Run, tea_file: Callable[..., Path]
) -> None:
    """A kept cell cannot steer the terminal or break a row of the table."""
    path = tea_file(("chè-1", "2", "\x1b[31mđỏ\nhai"), head=["tên"])
    done = run("score", path, *LAW, "--set", "tea", "--keep", "tên", "--format", "table")
    assert "\x1b" not in done.out
    assert len(done.out.rstrip().splitlines()) - done.out.count("no room") == 3


def test_rank_sorts_and_counts(
    run: Run, province: Path, province_scores: tuple[ocop.Scores, ...]
) -> None:
    """Ranks and their order are those of the library, column by column."""
    done = run("rank", province, *LAW, "--keep", "name,commune")
    rows = rows_of(done.out, "csv")
    ranking = ocop.rank(province_scores)
    assert [row["product"] for row in rows] == list(ranking.products)
    assert [int(row["rank"]) for row in rows] == ranking.rank.tolist()
    assert list(rows[0]) == ["rank", "product", "set", "name", "commune", "synthetic", *RESULT]
    expected = from_library(province_scores)
    assert [{k: v for k, v in row.items() if k != "rank"} for row in rows] == [
        expected[row["product"]] for row in rows
    ]


@pytest.mark.parametrize(
    ("ties", "ranks"), [("min", "1 2 2 4"), ("dense", "1 2 2 3"), ("ordinal", "1 2 3 4")]
)
def test_ties(run: Run, tea_file: Callable[..., Path], ties: str, ranks: str) -> None:
    """Equal products are numbered as asked, and listed by code."""
    path = tea_file(("d", "0"), ("c", "1"), ("b", "1"), ("a", "2"), name="x.csv")
    done = run("rank", path, *LAW, "--set", "tea", "--ties", ties)
    rows = rows_of(done.out, "csv")
    assert " ".join(row["rank"] for row in rows) == ranks
    assert rows[1]["product"] == "b"
    assert rows[2]["product"] == "c"


def test_top(run: Run, province: Path) -> None:
    """`--top` gives the first places of the same ranking, and no more than there are."""
    every = run("rank", province, *LAW, "--keep", "name,commune").out.splitlines()
    top = run("rank", province, *LAW, "--keep", "name,commune", "--top", 7).out.splitlines()
    assert top == every[:8]
    more = run("rank", province, *LAW, "--keep", "name,commune", "--top", 9999).out.splitlines()
    assert more == every
    assert run("rank", province, *LAW, "--top", 0).code == 2


@pytest.mark.parametrize("within", ["set", "sector", "commune"])
def test_within(
    run: Run, province: Path, province_scores: tuple[ocop.Scores, ...], within: str
) -> None:
    """Within groups the ranks start at 1 in each, and JSON says how it was ranked."""
    keep = ("--keep", "name,commune", "--within", within)
    rows = rows_of(run("rank", province, *LAW, *keep).out, "csv")
    ranking = ocop.rank(province_scores, within=within)
    assert ranking.group is not None
    assert [(row["group"], int(row["rank"]), row["product"]) for row in rows] == list(
        zip(ranking.group, ranking.rank.tolist(), ranking.products, strict=True)
    )
    groups = {row["group"] for row in rows}
    assert len(groups) > 1
    assert sum(row["rank"] == "1" for row in rows) >= len(groups)
    head = json.loads(run("rank", province, *LAW, *keep, "--format", "json").out)
    assert (head["within"], head["ties"]) == (within, "min")
    assert head["order"] == ["star", "total", "C", "A", "B"]


def test_within_a_column_that_is_not_kept(run: Run, province: Path) -> None:
    """A column named in --within is carried along by itself."""
    with_keep = run("rank", province, *LAW, "--keep", "name,commune", "--within", "commune")
    without = run("rank", province, *LAW, "--keep", "name", "--within", "commune")
    assert without.code == 0
    assert rows_of(without.out, "csv") == rows_of(with_keep.out, "csv")


def test_within_an_unknown_column(run: Run, province: Path) -> None:
    """A group that the file does not have is told, and nothing is ranked."""
    done = run("rank", province, *LAW, "--keep", "name,commune", "--within", "xã")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines() == [
        f"{province}:1: the column 'xã' is missing [missing-column]",
        "1 problem; nothing was written",
    ]


def test_rank_of_several_sheets_of_a_product(run: Run, tea_file: Callable[..., Path]) -> None:
    """Sheets of several assessors can be scored; a ranking needs one result a product."""
    path = tea_file(("chè-1", "2", "Lan"), ("chè-1", "1", "Minh"), head=["assessor"])
    done = run("score", path, *LAW, "--set", "tea")
    rows = rows_of(done.out, "csv")
    assert [(row["product"], row["assessor"]) for row in rows] == [
        ("chè-1", "Lan"),
        ("chè-1", "Minh"),
    ]
    assert list(rows[0])[:3] == ["product", "set", "assessor"]
    done = run("rank", path, *LAW, "--set", "tea")
    assert (done.code, done.out) == (1, "")
    assert "the product 'chè-1' stands twice" in done.err


def test_standard_input(run: Run, durian: Path) -> None:
    """A dash reads standard input and gives the same as the file."""
    done = run("score", "-", *DURIAN, stdin=durian.read_bytes())
    assert done == run("score", durian, *DURIAN)
    broken = run("score", "-", *DURIAN, stdin=b"product\nx\n")
    assert broken.code == 1
    assert "missing-column" in broken.err


def test_an_excel_file(run: Run, tmp_path: Path, durian: Path) -> None:
    """An Excel file with the same cells gives the same output."""
    path = tmp_path / "sầu riêng.xlsx"
    with durian.open(encoding="utf-8") as stream, xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(csv.reader(stream)):
            for column, cell in enumerate(row):
                number = cell.replace(".", "", 1).isdigit()
                sheet.write(n, column, float(cell) if number else cell)
    assert run("score", path, *DURIAN).out == run("score", durian, *DURIAN).out


def test_the_decision_in_force_today_is_the_default(
    run: Run, durian: Path, tea_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --decision the day decides; a day without law is told."""
    import datetime

    def today(day: datetime.date) -> None:
        class Fixed(datetime.date):
            @classmethod
            def today(cls) -> datetime.date:  # type: ignore[override]  # as the class is fixed
                return day

        monkeypatch.setattr("ocop.cli._options.date", Fixed)

    path = tea_file(("chè-1", "2"))
    today(datetime.date(2026, 5, 22))
    done = run("score", path, "--set", "tea", "--format", "json")
    assert json.loads(done.out)["decision"] == "qd-26-2026"
    today(datetime.date(2022, 7, 1))
    done = run("score", durian, "--set", "1", "--format", "json")
    assert json.loads(done.out)["decision"] == "qd-781-2020"
    today(datetime.date(2019, 1, 1))
    done = run("score", durian, "--set", "1")
    assert (done.code, done.out) == (1, "")
    assert "no-decision-in-force" in done.err


def test_problems_are_all_told_and_nothing_is_written(
    run: Run, tmp_path: Path, tea_file: Callable[..., Path]
) -> None:
    """With a problem in the input, no output appears and an old output stays as it was."""
    path = tea_file(("chè-1", "2"), ("chè-2", "9"), ("chè-1", "1"))
    old = tmp_path / "kết quả.csv"
    old.write_text("cũ\n", encoding="utf-8")
    before = sorted(p.name for p in tmp_path.iterdir())
    for command in ("score", "rank"):
        for output in (("--output", old), ("--output", tmp_path / "new.csv"), ()):
            done = run(command, path, *LAW, "--set", "tea", *output)
            assert (done.code, done.out) == (1, "")
            *problems, last = done.err.splitlines()
            assert len(problems) == 33
            assert problems[0].startswith(f"{path}:3:2: 1.1: found '9', allowed are 0 to 3")
            assert problems[-1].startswith(f"{path}:4:1: product: the product 'chè-1' stands")
            assert last == "33 problems; nothing was written"
    assert old.read_text(encoding="utf-8") == "cũ\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_more_problems_than_the_bound_are_counted(run: Run, tea_file: Callable[..., Path]) -> None:
    """Ten thousand problems are listed, and the rest are counted."""
    path = tea_file(*((f"chè-{n}", "x") for n in range(400)))
    done = run("score", path, *LAW, "--set", "tea")
    *_, more, last = done.err.splitlines()
    assert done.code == 1
    assert len(done.err.splitlines()) == 10_002
    assert (more, last) == ("... and 2,800 more", "12,800 problems; nothing was written")


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.csv", "csv"), ("a.txt", "csv"), ("a.json", "json"), ("a.NDJSON", "ndjson")],
)
def test_output_files(run: Run, tmp_path: Path, durian: Path, name: str, form: str) -> None:
    """The ending of --output chooses the format; the file holds what the terminal would show."""
    path = tmp_path / name
    done = run("score", durian, *DURIAN, "--output", path)
    assert (done.code, done.out) == (0, "")
    assert done.err == f"1 row written to {path}\n"
    shown = run("score", durian, *DURIAN, "--format", form)
    assert path.read_bytes() == shown.out.encode("utf-8")
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_output_replaces_a_file_whole(run: Run, tmp_path: Path, durian: Path) -> None:
    """A longer old file leaves nothing behind, and the new one is readable as any other."""
    path, other = tmp_path / "a.csv", tmp_path / "b"
    path.write_text("cũ\n" * 1000, encoding="utf-8")
    other.touch()
    assert run("score", durian, *DURIAN, "-o", path).code == 0
    assert path.read_text(encoding="utf-8").splitlines()[1].startswith("83-832")
    assert path.stat().st_mode == other.stat().st_mode


def test_output_where_nothing_can_be_written(run: Run, tmp_path: Path, durian: Path) -> None:
    """A folder that is not there is told without a traceback."""
    path = tmp_path / "không có" / "a.csv"
    done = run("score", durian, *DURIAN, "--output", path)
    assert (done.code, done.out) == (1, "")
    assert done.err == f"error: cannot write {path}: No such file or directory\n"


def test_output_is_a_folder(run: Run, tmp_path: Path, durian: Path) -> None:
    """A folder as output is wrong usage."""
    assert run("score", durian, *DURIAN, "--output", tmp_path).code == 2


@pytest.mark.parametrize("when", ["writing", "renaming"])
def test_an_output_that_breaks_off_leaves_nothing(
    run: Run, tmp_path: Path, durian: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """When the disk is full the old file stays, and no half file is left behind."""
    path = tmp_path / "a.csv"
    path.write_text("cũ\n", encoding="utf-8")

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    if when == "writing":
        monkeypatch.setattr("ocop.cli._output.write_csv", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    done = run("score", durian, *DURIAN, "--output", path)
    assert done.code == 1
    assert done.err == f"error: cannot write {path}: No space left on device\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    assert path.read_text(encoding="utf-8") == "cũ\n"


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.parquet"])
def test_output_in_a_format_that_is_not_written(
    run: Run, tmp_path: Path, durian: Path, name: str
) -> None:
    """An ending that promises another format is wrong usage, not a CSV file in disguise."""
    done = run("score", durian, *DURIAN, "--output", tmp_path / name)
    assert done.code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["không-có.csv", *DURIAN], "cannot read the file: No such file or directory"),
        (["không-có.xlsx", *DURIAN], "cannot read the Excel file"),
        ([".", *DURIAN], "cannot read the file: Is a directory"),
        (["x.csv", "--decision", "qd-26-2062"], "did you mean 'qd-26-2026'? [unknown-decision]"),
        (["x.csv", *LAW, "--set", "te"], "did you mean 'tea'? [unknown-set]"),
        (["x.csv", "--decision", "qd-1048-2019", "--set", "26"], "[set-not-transcribed]"),
    ],
)
def test_what_cannot_be_found(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], said: str
) -> None:
    """Missing files, decisions and sets end with exit code 1 and one clear line."""
    monkeypatch.chdir(tmp_path)
    done = run("score", *args)
    assert (done.code, done.out) == (1, "")
    line, last = done.err.splitlines()
    assert said in line
    assert last == "1 problem; nothing was written"


@pytest.mark.parametrize("name", ["product", "star", "total", "A", "1.1", "set"])
def test_names_that_cannot_be_kept(run: Run, tea_file: Callable[..., Path], name: str) -> None:
    """A kept column can never hide a column of the result."""
    path = tea_file(("chè-1", "2", "9"), head=["star"])
    done = run("score", path, *LAW, "--set", "tea", "--keep", name, "--format", "ndjson")
    assert (done.code, done.out) == (1, "")
    assert f"'{name}' is taken" in done.err


def test_keep_takes_names_with_spaces(run: Run, tea_file: Callable[..., Path]) -> None:
    """Names in --keep are divided by commas; spaces around and empty names do not matter."""
    path = tea_file(("chè-1", "2", "Chè Suối Giàng", "Yên Bái"), head=["tên sản phẩm", "tỉnh"])
    done = run("score", path, *LAW, "--set", "tea", "--keep", " tỉnh , tên sản phẩm,,tỉnh")
    (row,) = rows_of(done.out, "csv")
    assert (row["tên sản phẩm"], row["tỉnh"]) == ("Chè Suối Giàng", "Yên Bái")
    assert list(row)[:4] == ["product", "set", "tỉnh", "tên sản phẩm"]


def test_a_decision_of_your_own(run: Run, tmp_path: Path, tea_file: Callable[..., Path]) -> None:
    """A folder given as --decision decides: other bands give other stars, and another digest."""
    own = copy_of_the_law(tmp_path)
    path = own / "decision.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("at_least: 50") == 1
    path.write_text(text.replace("at_least: 50", "at_least: 45"), encoding="utf-8")
    sheet = tea_file(("chè-1", "2"))
    shipped = json.loads(run("score", sheet, *LAW, "--set", "tea", "--format", "json").out)
    changed = json.loads(
        run("score", sheet, "--decision", own, "--set", "tea", "--format", "json").out
    )
    (before,), (after,) = shipped["results"], changed["results"]
    assert before["total"] == after["total"]
    assert 45 <= after["total"] < 50
    assert (before["band"], after["band"]) == (2, 3)
    assert changed["digests"] != shipped["digests"]


def test_a_broken_decision_of_your_own(
    run: Run, tmp_path: Path, tea_file: Callable[..., Path]
) -> None:
    """A broken folder is told problem by problem before any sheet is read."""
    own = copy_of_the_law(tmp_path)
    (own / "sets" / "11-tea.yaml").write_text('format: "ocop-set/1"\n', encoding="utf-8")
    done = run("score", tea_file(("chè-1", "2")), "--decision", own, "--set", "tea")
    assert (done.code, done.out) == (1, "")
    assert f"{own}/sets/11-tea.yaml:1" in done.err


def copy_of_the_law(tmp_path: Path) -> Path:
    """Copy the shipped decision 26/2026 into a folder of one's own."""
    import shutil

    from ocop._resources import resource

    own = tmp_path / "của tôi"
    shutil.copytree(str(resource("criteria_sets") / "qd-26-2026"), own)
    return own


def test_progress_only_on_a_terminal(
    run: Run, tea_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bar is drawn for a long file where standard error is a terminal, never elsewhere."""
    note = "ghi chú " * 500
    rows = [(f"chè-{n}", "2", note) for n in range(1000)]
    long, short = (
        tea_file(*rows, head=["ghi chú"]),
        tea_file(*rows[:3], name="b.csv", head=["ghi chú"]),
    )
    assert long.stat().st_size > 4_000_000
    args = (*LAW, "--set", "tea", "--keep", "ghi chú", "--format", "csv")
    quiet = run("score", long, *args)
    assert (quiet.code, quiet.err) == (0, "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    loud = run("score", long, *args)
    assert loud.out == quiet.out
    assert "reading" in loud.err
    assert "100%" in loud.err
    assert run("score", short, *args).err == ""


def test_table_and_colour_only_on_a_terminal(
    run: Run, durian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal gets a table, with colour unless NO_COLOR is set; a pipe gets plain CSV."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    piped = run("score", durian, *DURIAN).out
    assert piped.startswith("product,set,")
    table = run("score", durian, *DURIAN, "--format", "table").out
    assert "\x1b" not in piped + table
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = run("score", durian, *DURIAN).out
    assert "\x1b[" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert run("score", durian, *DURIAN).out == table


def test_long_files_keep_their_order(run: Run, tmp_path: Path) -> None:
    """Beyond one chunk of output the header comes once and every row keeps its place."""
    codes = {n: ocop.criteria_set("qd-26-2026", n).codes for n in (11, 13)}
    union = list(dict.fromkeys(code for each in codes.values() for code in each))
    path = tmp_path / "dài.csv"
    products = [f"{n * 7919 % 9001:04d}" for n in range(9001)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["product", "set", *union])
        for n, product in enumerate(products):
            number = (11, 13)[n % 3 % 2]
            writer.writerow([product, number, *("2" if c in codes[number] else "" for c in union)])
    lines = run("score", path, *LAW).out.splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        [product, str((11, 13)[n % 3 % 2])] for n, product in enumerate(products)
    ]
    assert sum(line.startswith("product") for line in lines) == 1
    as_json = json.loads(run("score", path, *LAW, "--format", "json").out)["results"]
    assert [row["product"] for row in as_json] == products
    ranked = run("rank", path, *LAW).out.splitlines()
    batches = ocop.read_sheets(path, "qd-26-2026")
    expected = ocop.rank(ocop.score(batch) for batch in batches).products
    assert [line.split(",")[1] for line in ranked[1:]] == list(expected)


@pytest.mark.parametrize("columns", ["1", "30", "60"])
def test_narrow_terminals(
    run: Run, durian: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """A window too narrow for the table gets a table all the same, not a crash."""
    monkeypatch.setenv("COLUMNS", columns)
    done = run("score", durian, *DURIAN, "--format", "table")
    assert (done.code, done.err) == (0, "")
    assert "no room for" in done.out


def test_a_table_without_rows() -> None:
    """Nothing to show is said."""
    from ocop.cli._table import table

    assert table([]) == "no rows\n"


def test_a_device_is_written_to_and_never_replaced(run: Run, durian: Path, tmp_path: Path) -> None:
    """--output on something that is no file keeps it what it is."""
    device = tmp_path / "null"
    device.symlink_to("/dev/null")
    done = run("score", durian, "--decision", "qd-781-2020", "--set", "1", "-o", device)
    assert done.code == 0
    assert device.is_symlink()
    assert Path("/dev/null").is_char_device()


def test_a_link_stays_a_link(run: Run, durian: Path, tmp_path: Path) -> None:
    """The file that a link points to gets the result."""
    target, link = tmp_path / "results.csv", tmp_path / "latest.csv"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    done = run("score", durian, "--decision", "qd-781-2020", "--set", "1", "-o", link)
    assert done.code == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("product,set,A,B,C,total")


def test_a_gap_of_the_source_is_told(run: Run, tmp_path: Path) -> None:
    """A set whose options do not reach 100 says so on the terminal and in JSON."""
    tea = ocop.criteria_set("qd-148-2023", "tea")
    path = tmp_path / "chè.csv"
    path.write_text(
        ",".join(["product", *tea.codes]) + "\nsp-1" + ",1" * len(tea.codes) + "\n", "utf-8"
    )
    done = run("score", path, "--decision", "qd-148-2023", "--set", "tea", "--format", "json")
    assert done.code == 0
    assert done.err == "note: in our source set 11 of qd-148-2023 reaches 97 points, not 100\n"
    assert json.loads(done.out)["gaps"] == {"11": [{"where": "C", "heading": 35, "reachable": 32}]}
    whole = run("score", path, "--decision", "qd-26-2026", "--set", "tea", "--format", "json")
    assert "gaps" not in json.loads(whole.out or "{}")
