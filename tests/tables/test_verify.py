"""`ocop.verify`: sound results verify, every tampered cell is found, hostile files are errors."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ocop
from ocop.tables._result_law import NEVER, set_facts
from ocop.tables.verification import CHECKS

LAW = "qd-26-2026"
PROVINCE = Path(__file__).parents[2] / "examples" / "province-made-up.csv"
KEEP = ("name", "commune")
HEAD = "product,set,A,B,C,total,band,star,answered,of,missing_floors,excluded\n"
FORMS = ("csv", "json", "ndjson", "xlsx")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with results of the made-up province in every form."""
    from click.testing import CliRunner

    from ocop.cli.main import cli

    folder = tmp_path_factory.mktemp("results")
    law = ["--decision", LAW, "--keep", ",".join(KEEP)]
    for form in FORMS:
        for command in ("score", "rank"):
            args = [command, str(PROVINCE), *law, "-o", str(folder / f"{command}.{form}")]
            assert CliRunner().invoke(cli, args).exit_code == 0
    more = {
        "dense.json": ["--ties", "dense"],
        "ordinal.csv": ["--ties", "ordinal"],
        "within.json": ["--within", "commune", "--top", "2"],
        "within-vi.xlsx": ["--within", "sector", "--lang", "vi"],
        "within.csv": ["--within", "set", "--ties", "dense"],
    }
    for name, args in more.items():
        whole = ["rank", str(PROVINCE), *law, *args, "-o", str(folder / name)]
        assert CliRunner().invoke(cli, whole).exit_code == 0
    for name in ("pack.npz", "pack.parquet"):
        whole = ["pack", str(PROVINCE), *law, "-o", str(folder / name)]
        assert CliRunner().invoke(cli, whole).exit_code == 0
    return folder


def codes(found: ocop.Verification) -> list[str]:
    return [problem.code for problem in found.problems]


SOUND = [f"{command}.{form}" for command in ("score", "rank") for form in FORMS]
SOUND += ["dense.json", "ordinal.csv", "within.json", "within-vi.xlsx", "within.csv"]
SOUND += ["pack.npz", "pack.parquet"]


@pytest.mark.parametrize("name", SOUND)
def test_what_commands_write_verifies(made: Path, name: str) -> None:
    """Every form verifies without the sheets and with them, which checks more."""
    alone = ocop.verify(made / name, LAW)
    assert alone.ok, alone.problems
    whole = ocop.verify(made / name, LAW, sheets=PROVINCE)
    assert whole.ok, whole.problems
    assert (whole.rows, whole.differ) == (alone.rows, 0)
    assert "answers" in {*whole.checked} - {*alone.checked}
    assert {*whole.checked, *whole.unchecked, *alone.unchecked} <= {*CHECKS}


@pytest.mark.parametrize("command", ["score", "rank"])
def test_names_that_begin_like_formulas_verify(tmp_path: Path, command: str) -> None:
    """CSV guards them against spreadsheets by an apostrophe, which is no difference."""
    from click.testing import CliRunner

    from ocop.cli.main import cli

    codes = ocop.criteria_set(LAW, "tea").codes
    names = ["=1+1", "-2+3", "@sum", "'tis", "a;=b", "(c)", "#d"]
    rows = [["product", "=note", *codes], *([name, f"={name}", *["1"] * 32] for name in names)]
    sheets, result = tmp_path / "sheets.csv", tmp_path / "result.csv"
    with sheets.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    args = [command, str(sheets), "--set", "tea", "--keep", "=note", "-o", str(result)]
    assert CliRunner().invoke(cli, [*args, "--decision", LAW]).exit_code == 0
    assert "'=1+1" in result.read_text(encoding="utf-8")
    for given in (None, ocop.read_sheets(sheets, LAW, set="tea", keep=["=note"])):
        found = ocop.verify(result, LAW, sheets=given)
        assert found.ok, found.problems


def test_sheets_may_be_given_read(made: Path) -> None:
    """Batches and packed files of sheets do as well as the file."""
    batches = ocop.read_sheets(PROVINCE, LAW, keep=KEEP)
    for sheets in (batches, made / "pack.npz"):
        assert ocop.verify(made / "rank.json", sheets=sheets).ok


def changed(path: Path, row: int, column: str, value: str, out: Path) -> Path:
    """Write a CSV file with one cell changed."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[row][column] = value
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    out.write_text(text.getvalue(), encoding="utf-8")
    return out


CELLS = {
    "A": ("99", "wrong-result"),
    "total": ("3", "wrong-result"),
    "band": ("1", "wrong-result"),
    "star": ("1", "wrong-result"),
    "of": ("99", "wrong-result"),
    "answered": ("0", "impossible-result"),
    "missing_floors": ("9.9:3", "impossible-result"),
    "excluded": ("bad-luck", "impossible-result"),
    "rank": ("7", "wrong-rank"),
    "set": ("99", "unknown-set"),
    "product": ("", "missing-product"),
}


@pytest.mark.parametrize("column", CELLS)
def test_a_tampered_cell_is_found_without_the_sheets(
    made: Path, tmp_path: Path, column: str
) -> None:
    """Each number of a row is held by the others and by the law."""
    value, code = CELLS[column]
    file = changed(made / "rank.csv", 4, column, value, tmp_path / "x.csv")
    found = ocop.verify(file, LAW)
    assert not found.ok
    assert code in codes(found)
    if code != "unknown-set":
        place = next(problem for problem in found.problems if problem.code == code)
        assert place.line == 6
        assert found.differ >= 1


def test_a_consistent_lie_is_found_with_the_sheets(made: Path, tmp_path: Path) -> None:
    """Points that fit each other but not the answers differ from the sheets, column by column."""
    with (made / "score.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    place = next(
        n
        for n, row in enumerate(rows)
        if row["band"] == row["star"] == "4" and int(row["total"]) % 10 == 5
    )
    row = rows[place]
    file = changed(made / "score.csv", place, "A", str(int(row["A"]) - 1), tmp_path / "x.csv")
    file = changed(file, place, "total", str(int(row["total"]) - 1), file)
    assert ocop.verify(file, LAW).ok
    found = ocop.verify(file, LAW, sheets=PROVINCE)
    told = [(p.code, p.line, p.path, p.message) for p in found.problems]
    name, a, total = repr(row["product"]), int(row["A"]), int(row["total"])
    assert told == [
        ("result-differs", place + 2, f"{name}: A", f"found {a - 1}, computed {a}"),
        ("result-differs", place + 2, f"{name}: total", f"found {total - 1}, computed {total}"),
    ]
    assert found.differ == 1


def test_rows_missing_added_and_moved(made: Path, tmp_path: Path) -> None:
    """A dropped row, one too many and a changed order are told."""
    head, first, second, *rest = (made / "rank.csv").read_text("utf-8").splitlines()
    file = tmp_path / "x.csv"

    def told(*lines: str, sheets: Path | None = None) -> set[str]:
        file.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
        return {*codes(ocop.verify(file, LAW, sheets=sheets))}

    assert "wrong-order" in told(second, first, *rest)
    assert "duplicate-product" in told(first, first, second, *rest)
    assert "wrong-rank" in told(first, *rest)
    assert told(first, second, *rest[:-1]) == set()
    assert told(first, second, *rest[:-1], sheets=PROVINCE) == {"result-missing"}
    product = first.split(",")[1]
    other = [line.replace(product, "ZZ-1") for line in (first, second)]
    assert {"unknown-product", "result-missing"} <= told(*other, *rest, sheets=PROVINCE)


def test_the_first_places_are_those_of_all_sheets(made: Path, tmp_path: Path) -> None:
    """Of the first places the last one cannot be dropped unseen."""
    whole = json.loads((made / "within.json").read_text("utf-8"))
    whole["results"] = whole["results"][:-1]
    file = tmp_path / "x.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    assert ocop.verify(file).ok
    assert codes(ocop.verify(file, sheets=PROVINCE)) == ["result-missing"]


def test_another_law_and_other_sheets_are_told(made: Path, tmp_path: Path) -> None:
    """A digest that is not ours names its set; sheets that were not scored are told apart."""
    whole = json.loads((made / "score.json").read_text("utf-8"))
    number = next(iter(whole["digests"]))
    whole["digests"][number] = "sha256:0"
    whole["sheets"][number] = "sha256:1"
    whole["ocop"] = "0.0.9"
    file = tmp_path / "x.json"
    file.write_text(json.dumps(whole, indent=1), encoding="utf-8")
    found = ocop.verify(file, sheets=PROVINCE)
    assert [(p.code, p.path) for p in found.problems] == [
        ("digest-differs", f"set {number}"),
        ("sheets-differ", f"set {number}"),
    ]
    assert "checked with ocop" in found.text()
    assert "đang kiểm tra bằng ocop" in found.text("vi")


def test_packed_sheets_are_compared(made: Path) -> None:
    """Answers that are not those of the sheets given are named by criterion."""
    batches = list(ocop.load_sheets(made / "pack.npz"))
    first = batches[0]
    answers = first.answers.copy()
    answers[0, 0] = (answers[0, 0] + 1) % 2
    import attrs

    batches[0] = attrs.evolve(first, answers=answers, products=(*first.products[:-1], "ZZ"))
    found = ocop.verify(made / "pack.npz", sheets=batches)
    assert sorted(codes(found)) == ["result-differs", "result-missing", "unknown-product"]
    assert codes(ocop.verify(made / "pack.npz", sheets=batches[1:])) == ["sheets-differ"]


def test_a_fact_nobody_can_check_is_told(made: Path) -> None:
    """CSV says nothing of version, law, ties and sheets; the text says so."""
    found = ocop.verify(made / "rank.csv", LAW, sheets=PROVINCE)
    assert found.unchecked == ("law", "version", "sheets", "ties")
    assert "not checked: which version of ocop wrote the file" in found.text()
    assert ocop.verify(made / "rank.csv", LAW, ties="min").ok
    assert "wrong-rank" in codes(ocop.verify(made / "rank.csv", LAW, ties="ordinal"))
    assert found.to_dict()["unchecked"] == list(found.unchecked)
    assert repr(found).endswith("480 rows, verified>")


def brute(source: ocop.CriteriaSet) -> dict[int, int]:
    """Return how many criteria with points at least give each sum of the first part."""
    found = {0: 0}
    for item in source.parts[0].items:
        points = {0: 0} | {o.points: 1 for o in item.criterion.options if o.points}
        sums: dict[int, int] = {}
        for a, n in found.items():
            for b, m in points.items():
                sums[a + b] = min(n + m, sums.get(a + b, 999))
        found = sums
    return found


@pytest.mark.parametrize("number", range(1, 27))
def test_points_that_answers_can_give(number: int) -> None:
    """Sums without rules agree with plain counting; the best sheet is never called impossible."""
    source = ocop.criteria_set(LAW, number)
    facts = set_facts(source)
    if not source.case_kinds and not source.rules.needs:
        expected = brute(source)
        table = facts.fewest[0][0].tolist()
        assert {n: c for n, c in enumerate(table) if c < NEVER} == expected
    made = ocop.synthesize(source, products=200, rng=number).sheets[0]
    scores = ocop.score(made)
    parts = [scores.parts[:, n].astype("int64") for n in range(scores.parts.shape[1])]
    assert (facts.answered_at_least(parts) <= scores.answered).all()


BROKEN: dict[str, tuple[bytes, str]] = {
    "empty.json": (b"", "empty-file"),
    "garbage.json": (b"\xff\xfe{", "not-utf8"),
    "text.json": (b"{]", "not-json"),
    "list.json": (b"[1]", "not-a-result"),
    "other.json": (b'{"schema": 1, "decisions": []}', "not-a-result"),
    "twice.json": (b'{"schema": 1, "schema": 1, "results": []}', "not-json"),
    "nan.json": (b'{"decision": "qd-26-2026", "x": NaN, "results": []}', "not-json"),
    "huge.json": (
        b'{"decision": "qd-26-2026", "x": ' + b"9" * 9999 + b', "results": []}',
        "not-json",
    ),
    "deep.json": (b"[" * 99999, "not-json"),
    "newer.json": (b'{"schema": 2, "decision": "qd-26-2026", "results": []}', "newer-format"),
    "types.json": (b'{"decision": 7, "results": []}', "wrong-type"),
    "inner.json": (b'{"decision": "qd-26-2026", "order": [7], "results": []}', "wrong-type"),
    "ties.json": (b'{"decision": "qd-26-2026", "ties": "x", "results": []}', "unknown-ties"),
    "cut.json": (b'{"decision": "qd-26-2026", "results": [\n{"product": "a"},\n', "damaged-file"),
    "comma.json": (b'{"decision": "qd-26-2026", "results": [\n{}\n{}\n]}\n', "not-json"),
    "behind.json": (b'{"decision": "qd-26-2026", "results": [\n]}\nx', "not-json"),
    "unknown.json": (b'{"decision": "qd-9", "results": []}', "unknown-decision"),
    "keys.ndjson": (b'{"a": 1}\n{"b": 1}\n', "not-a-result"),
    "number.ndjson": (b"1\n", "not-a-result"),
    "empty.ndjson": (b"\n", "empty-file"),
    "long.ndjson": (b'{"a": "' + b"x" * (1 << 20) + b'"}', "line-too-long"),
    "empty.csv": (b"", "empty-file"),
    "other.csv": (b"product,1.1\na,2\n", "not-a-result"),
    "twice.csv": (HEAD.replace("B", "A").encode(), "duplicate-column"),
    "width.csv": (HEAD.encode() + b"a,1\n", "wrong-width"),
    "latin.csv": (HEAD.encode() + b"\xe9,1,1,1,1,1,1,1,1,1,,\n", "not-utf8"),
    "quote.csv": (HEAD.encode() + b'"a,1,1,1,1,1,1,1,1,1,,\n', "csv-syntax"),
    "text.xlsx": (b"hello", "cannot-read"),
    "text.npz": (b"hello", "not-packed"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_errors_of_ours(tmp_path: Path, name: str) -> None:
    """What is no result is refused with a code, never with another exception."""
    content, code = BROKEN[name]
    file = tmp_path / name
    file.write_bytes(content)
    law = None if name.endswith(("json", "npz")) else LAW
    with pytest.raises(ocop.InputError) as caught:
        ocop.verify(file, law)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.problems[0].file == str(file)


HOSTILE = ["", "-1", "1e3", "٣", "9" * 5000, " 7", "None"]


@pytest.mark.parametrize("value", HOSTILE)
def test_cells_that_are_no_numbers_are_problems(made: Path, tmp_path: Path, value: str) -> None:
    """Each is told with its place; the other rows are checked all the same."""
    file = changed(made / "rank.csv", 2, "total", value, tmp_path / "x.csv")
    found = ocop.verify(file, LAW, sheets=PROVINCE)
    assert codes(found).count("not-a-whole-number") == 1
    assert found.problems[0].line == 4


@pytest.mark.parametrize(
    "value", [True, None, 1.5, -1, 10**400, [1], {"a": 1}, "5"], ids=lambda v: type(v).__name__
)
def test_json_of_other_types_is_a_problem(made: Path, tmp_path: Path, value: Any) -> None:
    """Wrong types in any column of a row are problems of that cell."""
    whole = json.loads((made / "rank.json").read_text("utf-8"))
    for column in ("rank", "product", "set", "A", "total", "star", "of", "missing_floors"):
        rows = [dict(row) for row in whole["results"][:9]]
        if value is None and column == "star":
            continue
        if value == "5" and column == "product":
            continue
        rows[3][column] = value
        file = tmp_path / "x.json"
        file.write_text(json.dumps({**whole, "top": 9, "results": rows}), encoding="utf-8")
        found = ocop.verify(file, sheets=PROVINCE)
        assert not found.ok, (column, value)
        assert any(str(p.path).startswith("results[3]") for p in found.problems)


def test_many_problems_are_counted(tmp_path: Path) -> None:
    """The first thousand problems are kept, the rest counted."""
    file = tmp_path / "x.csv"
    row = "{},11,1,1,1,4,1,1,32,32,,\n"
    file.write_text(HEAD + "".join(row.format(n) for n in range(1500)), encoding="utf-8")
    found = ocop.verify(file, LAW)
    assert (len(found.problems), found.more, found.differ) == (1000, 500, 1500)
    assert "1,500 problems" in found.text()


def test_control_characters_do_not_reach_messages(tmp_path: Path) -> None:
    """A product's name cannot steer a terminal from a message."""
    file = tmp_path / "x.csv"
    file.write_text(HEAD + "\x1b[31mred,11,1,1,1,4,1,1,32,32,,\n", encoding="utf-8")
    (problem,) = ocop.verify(file, LAW).problems
    assert "\x1b" not in str(problem)


def test_the_law_has_to_be_named(made: Path) -> None:
    """CSV needs its decision; a file of another decision is refused."""
    for law, code, name in (
        (None, "unknown-decision", "rank.csv"),
        ("qd-148-2023", "decision-differs", "rank.json"),
    ):
        with pytest.raises(ocop.InputError) as caught:
            ocop.verify(made / name, law)
        assert [problem.code for problem in caught.value.problems] == [code]
    with pytest.raises(ocop.InputError, match="unknown-ties"):
        ocop.verify(made / "rank.csv", LAW, ties="x")  # type: ignore[arg-type]  # what is refused
    with pytest.raises(ocop.InputError, match="unknown-language"):
        ocop.verify(made / "rank.csv", LAW).text("fr")  # type: ignore[arg-type]  # as above


@pytest.fixture
def council_file(tmp_path: Path) -> tuple[Path, Path]:
    """Return sheets of three assessors, and the council's results in JSON."""
    from click.testing import CliRunner

    from ocop.cli.main import cli

    tea = ocop.criteria_set(LAW, "tea")
    sheets, out = tmp_path / "sheets.csv", tmp_path / "council.json"
    with sheets.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["product", "assessor", "findings", *tea.codes])
        finding = tea.exclusions[0].finding.id
        for product in ("a", "b"):
            for n, who in enumerate(("An", "Bình", "Chi")):
                answers = [str((n + k) % 2 + 1) for k in range(32)]
                answers[n] = ""
                stated = finding if (product, who) == ("b", "An") else ""
                writer.writerow([product, who, stated, *answers])
    args = ["council", str(sheets), "--decision", LAW, "--set", "tea"]
    args += ["--leave-out", "Chi=kin", "-o", str(out)]
    done = CliRunner().invoke(cli, args)
    assert done.exit_code == 0, done.output
    return sheets, out


def test_councils(council_file: tuple[Path, Path], tmp_path: Path) -> None:
    """Results of councils are computed again from their points, and from the sheets."""
    sheets, out = council_file
    alone = ocop.verify(out)
    assert alone.ok, alone.problems
    assert alone.unchecked == ("answers",)
    whole = ocop.verify(out, sheets=sheets, set="tea")
    assert whole.ok, whole.problems
    data = json.loads(out.read_text("utf-8"))
    changes: list[tuple[Callable[[Any], Any], str]] = [
        (lambda row: row.update(total="99"), "wrong-result"),
        (lambda row: row.update(star=5), "wrong-result"),
        (lambda row: row["points"]["An"].update({"1.1": 50}), "impossible-result"),
        (lambda row: row["points"].update(An=7), "wrong-type"),
        (lambda row: row.update(points={}), "impossible-result"),
        (lambda row: row.update(unanswered={"An": 3}), "wrong-type"),
        (lambda row: row.update(excluded={"x": 3}), "wrong-type"),
        (lambda row: row.update(set=99), "unknown-set"),
        (lambda row: row.update(product="b"), "duplicate-product"),
        (lambda row: row.update(set="11"), "wrong-type"),
    ]
    for change, code in changes:
        other = json.loads(json.dumps(data))
        change(other["results"][0])
        file = tmp_path / "x.json"
        file.write_text(json.dumps(other), encoding="utf-8")
        assert code in codes(ocop.verify(file)), code
    del data["results"][1]
    file.write_text(json.dumps(data), encoding="utf-8")
    assert codes(ocop.verify(file, sheets=sheets, set="tea")) == ["result-missing"]
