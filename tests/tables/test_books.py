"""Books of results: what stands in them is what was computed, and nothing is a formula."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import ocop

EXAMPLES = Path(__file__).parents[2] / "examples"
TEA = ocop.criteria_set("qd-26-2026", "tea")


@pytest.fixture(scope="module")
def scores() -> tuple[ocop.Scores, ...]:
    """Return the scores of the made-up province."""
    path = EXAMPLES / "province-made-up.csv"
    batches = ocop.read_sheets(path, "qd-26-2026", keep=("name", "commune"))
    return tuple(ocop.score(batch) for batch in batches)


def opened(result: Any, **more: Any) -> Any:
    """Return the book of a result as openpyxl reads it, in Vietnamese unless asked otherwise."""
    file = io.BytesIO()
    ocop.write_book(result, file, **({"lang": "vi"} | more))
    return openpyxl.load_workbook(file)


def table(sheet: Any, first: int = 1) -> list[dict[str, Any]]:
    """Return the rows of a worksheet under the names in its row `first`."""
    rows = [list(row) for row in sheet.iter_rows(min_row=first, values_only=True)]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_a_ranking_comes_out_as_it_is(scores: tuple[ocop.Scores, ...]) -> None:
    """Every place with rank, group, kept columns, points and stars; numbers are numbers."""
    ranking = ocop.rank(scores, within="commune", ties="dense")
    book = opened(ranking, lang="en")
    assert book.sheetnames == ["Ranking", "Summary", "About"]
    columns = ranking.columns()
    rows = table(book["Ranking"])
    assert list(rows[0]) == list(columns)
    for name, values in columns.items():
        if name not in ("missing_floors", "excluded"):
            assert [row[name] for row in rows] == list(values)
    for row, floors, excluded in zip(
        rows, columns["missing_floors"], columns["excluded"], strict=True
    ):
        assert (row["missing_floors"] or "").count("★") == floors.count(":")
        assert bool(row["excluded"]) == bool(excluded)
    about = {row["what"]: row["is"] for row in table(book["About"])}
    assert about["ocop"] == ocop.__version__
    assert about["decision"] == "qd-26-2026"
    assert about["set 11: digest"] == TEA.digest
    assert (about["ties"], about["order"]) == ("dense", "star, total, C, A, B")
    assert "made-up" in about["note"]


def test_the_summary_counts_stars(scores: tuple[ocop.Scores, ...]) -> None:
    """A row a set, and one for all, as `star_counts` says."""
    rows = table(opened(scores, lang="en")["Summary"])
    for row, batch in zip(rows, scores, strict=False):
        counts = batch.star_counts()
        assert [row[f"{star}★"] for star in (5, 4, 3, 2, 1)] == [
            counts[star] for star in (5, 4, 3, 2, 1)
        ]
        assert row["excluded"] == counts[0]
        assert row["products"] == len(batch)
        assert row["incomplete"] == int((batch.answered < batch.of).sum())
        assert row["mean total"] == pytest.approx(float(batch.total.mean()))
    assert (rows[-1]["name"], rows[-1]["products"]) == ("all", sum(map(len, scores)))


def test_scores_stand_in_the_order_of_their_file(scores: tuple[ocop.Scores, ...]) -> None:
    """Sets are mixed as in the file."""
    rows = table(opened(scores, lang="en")["Results"])
    lines = (EXAMPLES / "province-made-up.csv").read_text("utf-8").splitlines()
    assert [row["product"] for row in rows] == [line.split(",")[0] for line in lines[1:]]


def test_a_book_in_vietnamese_is_composed(scores: tuple[ocop.Scores, ...]) -> None:
    """Headings and reasons are Vietnamese, every letter in one piece."""
    book = opened(ocop.rank(scores))
    assert book.sheetnames == ["Xếp hạng", "Tổng hợp", "Nguồn"]
    texts = [
        cell.value for sheet in book for row in sheet for cell in row if isinstance(cell.value, str)
    ]
    assert "Hồ sơ giả mạo" in texts
    assert all(unicodedata.is_normalized("NFC", text) for text in texts)
    names = [row["name"] for row in table(book["Xếp hạng"])]
    assert "Mật ong Giả Định 32" in names


def test_columns_are_wide_enough(scores: tuple[ocop.Scores, ...]) -> None:
    """No cell is longer than its column, unless it is wrapped in a row that is high enough."""
    for result in (scores, ocop.rank(scores).top(10), _councils()):
        for sheet in opened(result):
            assert sheet.freeze_panes
            assert (sheet.page_setup.fitToHeight, sheet.page_setup.paperSize) == (0, 9)
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is None or not cell.alignment.wrap_text:
                        continue
                    width = sheet.column_dimensions[cell.column_letter].width
                    lines = -(-len(str(cell.value)) // width)
                    height = sheet.row_dimensions[cell.row].height
                    assert lines <= 1 or (height and lines * 12 <= height), cell.value


def test_text_that_begins_like_a_formula_stays_text() -> None:
    """Whatever a product is called, no program computes it."""
    names = ['=HYPERLINK("http://x")', "+1", "-1", "@sum", "http://a.vn"]
    sheets = [ocop.Sheet(criteria_set=TEA, product=name, answers={}) for name in names]
    file = io.BytesIO()
    ocop.write_book(ocop.score(ocop.Sheets.of(sheets)), file, lang="vi")
    with zipfile.ZipFile(file) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "sheet" in name]
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts)
    assert [row["sản phẩm"] for row in table(openpyxl.load_workbook(file)["Kết quả"])] == names


def _councils() -> tuple[ocop.Council, ...]:
    """Return two councils; one product is excluded by an assessor, one sheet is left out."""
    by = {"An": (3, ()), "Bình": (4, ()), "Cúc": (5, ("forged-dossier",))}
    return tuple(
        ocop.council(
            [
                ocop.Sheet(
                    criteria_set=TEA,
                    product=product,
                    answers={"5.1": option, "1.1": 2},
                    findings=findings if product == "b" else (),
                )
                for option, findings in by.values()
            ],
            assessors=list(by),
            leave_out={"An": "vắng"} if product == "b" else {},
        )
        for product in ("chè/a", "b")
    )


def test_a_council_book(tmp_path: Path) -> None:
    """Assessors side by side with means and spreads, results, agreement and room for signatures."""
    councils = _councils()
    path = tmp_path / "hội đồng.xlsx"
    ocop.write_book(councils, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Results", "chè a", "b", "Agreement", "About"]
    rows = table(book["Results"])
    for row, council in zip(rows, councils, strict=True):
        assert row["product"] == council.product
        assert Fraction(row["exact"]) == council.total
        assert row["mean total"] == pytest.approx(float(council.total))
        assert (row["band"], row["star"]) == (council.band, council.star)
        assert [row["lowest"], row["highest"]] == [
            min(council.totals.values()),
            max(council.totals.values()),
        ]
    assert rows[1]["excluded"] == "Forged dossier (Cúc)"
    assert rows[1]["left out"] == "An: vắng"
    lines = [[cell.value for cell in row] for row in book["chè a"]]
    head = next(n for n, line in enumerate(lines) if line[0] == "code")
    minutes = table(book["chè a"], head + 1)[: len(TEA.items) + 4]
    for row, wanted in zip(minutes, councils[0].minutes("en"), strict=True):
        assert (row["code"] or "") == wanted["code"]
        assert [row[name] for name in ("An", "Bình", "Cúc")] == [
            wanted[name] for name in ("An", "Bình", "Cúc")
        ]
        assert f"{row['mean']:.2f}" == wanted["mean"]
    story = next(row for row in minutes if row["code"] == "5.1")
    assert (story["spread"], story["options"]) == (3, "3 / 4 / 5")
    text = " ".join(str(cell) for line in lines for cell in line if cell)
    assert "Chair (signature, full name)" in text
    found = ocop.agreement(councils)
    agreed = table(book["Agreement"])
    assert len(agreed) == 1 + len(found.deviations) + len(found.apart) + sum(
        map(len, found.stars_without.values())
    )
    assert opened(councils[0]).sheetnames[1] == "chè a"


def test_the_same_result_gives_the_same_bytes(scores: tuple[ocop.Scores, ...]) -> None:
    """There is no clock in a book."""
    first, second = io.BytesIO(), io.BytesIO()
    ocop.write_book(scores, first)
    ocop.write_book(scores, second)
    assert first.getvalue() == second.getvalue()


@pytest.mark.parametrize(
    ("result", "more", "code"),
    [
        ([], {}, "no-scores"),
        (["a"], {}, "mixed-kinds"),
        ("mixed", {}, "mixed-kinds"),
        ("scores", {"lang": "fr"}, "unknown-language"),
    ],
)
def test_what_no_book_is_made_of(result: Any, more: Any, code: str) -> None:
    """The arguments of a call are checked; nothing is written."""
    score = ocop.score(ocop.Sheet(criteria_set=TEA, answers={}))
    given = {"mixed": [score, *_councils()], "scores": [score]}
    file = io.BytesIO()
    with pytest.raises(ocop.InputError) as caught:
        ocop.write_book(given[result] if isinstance(result, str) else result, file, **more)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert file.getvalue() == b""


def test_more_rows_than_a_worksheet_has(
    monkeypatch: pytest.MonkeyPatch, scores: tuple[ocop.Scores, ...], tmp_path: Path
) -> None:
    """What has no room is refused, and nothing is left behind."""
    from ocop.tables import _book_sheet

    monkeypatch.setattr(_book_sheet, "MOST_ROWS", 99)
    with pytest.raises(ocop.InputError, match="found 480 rows, a worksheet has room for 99"):
        ocop.write_book(scores, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
