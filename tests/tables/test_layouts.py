"""Layouts: files that hold sheets in their own way, and layouts with faults."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import ocop

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")
EXAMPLES = Path(__file__).parents[2] / "examples"
Layout = Callable[[str], Path]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a function that writes a layout."""

    def write(text: str) -> Path:
        path = tmp_path / "layout.yaml"
        path.write_text('format: "ocop-layout/1"\n' + text, encoding="utf-8")
        return path

    return write


def book(**sheets: Sequence[Sequence[Any]]) -> io.BytesIO:
    """Return a workbook called bang.xlsx with these worksheets."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name.replace("_", " "))
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    file.seek(0)
    file.name = "bang.xlsx"
    return file


def told(source: Any, path: Path, **more: Any) -> list[str]:
    """Return the problems of a file under a layout; the folder of the layout is left out."""
    with pytest.raises(ocop.ProblemsError) as caught:
        ocop.read_sheets(source, LAW, layout=path, **more)
    return [str(problem).replace(f"{path.parent}/", "") for problem in caught.value.problems]


def points_of(position: int) -> list[int]:
    """Return the points of these options of every criterion; where there are fewer, the last."""
    return [
        i.criterion.options[min(position, len(i.criterion.options)) - 1].points for i in TEA.items
    ]


def best(position: int) -> list[int]:
    """Return these positions; where there are fewer options, the last."""
    return [min(position, len(item.criterion.options)) for item in TEA.items]


def test_the_example() -> None:
    """The district's table of examples/ comes out as its points say."""
    (sheets,) = ocop.read_sheets(
        EXAMPLES / "district-made-up.csv",
        LAW,
        set="tea",
        layout=EXAMPLES / "layout-district.yaml",
        keep=["xã"],
    )
    lines = (EXAMPLES / "district-made-up.csv").read_text("utf-8").splitlines()[2:]
    cells = [line.split(";") for line in lines]
    scores = ocop.score(sheets)
    assert sheets.products == tuple(row[1] for row in cells)
    assert sheets.columns == {"xã": tuple(row[2] for row in cells)}
    assert sheets.rows is not None
    assert sheets.rows.tolist() == [3, 4, 5, 6, 7, 8]
    for row, score in zip(cells, scores.scores(), strict=True):
        points = [int(cell) if cell.isdigit() else 0 for cell in row[4:36]]
        counted = sum(points) - (points[20] if not points[19] else 0)
        assert score.total == counted
        assert score.answered == 32 - row.count("-") - row.count("chưa chấm")
        assert score.excluded == (("forged-dossier",) if row[36] else ())


ROWS = """
layout: "rows"
answers: "{kind}"
worksheets: ["Huyện A", "Huyện B"]
header: 3
product: "Sản phẩm  \\n(tên)"
set: "C"
findings: "loại vì"
columns:
  xã: "Địa bàn"
"""


@pytest.mark.parametrize("kind", ["positions", "labels", "points"])
def test_rows_of_several_worksheets(layout: Layout, kind: str) -> None:
    """Headings by text or letter, numbers or text, in any case; worksheets one after the other."""
    head = ["tt", "SẢN PHẨM (Tên)", "bộ", "Địa bàn", *TEA.codes, "Loại vì", "ghi chú"]
    values: dict[str, list[list[Any]]] = {
        "positions": [best(1), [float(n) for n in best(2)], [f" {n} " for n in best(9)]],
        "points": [points_of(1), [str(n) for n in points_of(2)], points_of(9)],
        "labels": [
            [
                item.criterion.options[n - 1].label[lang]
                for item, n in zip(TEA.items, row, strict=True)
            ]
            for row, lang in ((best(1), "vi"), (best(2), "en"), (best(9), "vi"))
        ],
    }
    first, second, third = values[kind]
    rows = [
        ["BẢNG"],
        [],
        head,
        [1, "a", 11, "x", *first, "", "…"],
        [],
        [2, "b", "tea", "y", *second, "forged-dossier; copied-product"],
    ]
    file = book(Bìa=[["bìa"]], Huyện_A=rows, Huyện_B=[[], [], head, [1, "c", 11.0, "z", *third]])
    (sheets,) = ocop.read_sheets(file, LAW, layout=layout(ROWS.format(kind=kind)), keep=["xã"])
    assert sheets.products == ("a", "b", "c")
    assert sheets.answers.tolist() == [best(1), best(2), best(9)]
    assert sheets.columns == {"xã": ("x", "y", "z")}
    assert ocop.score(sheets).reasons(1) == ("forged-dossier", "copied-product")
    assert sheets.rows is not None
    assert sheets.rows.tolist() == [1, 2, 3]


def test_rows_with_faults(layout: Layout) -> None:
    """Every wrong cell is told with its worksheet."""
    crafts = ocop.criteria_set("qd-781-2020", "tea").item("3.2").criterion
    assert [option.points for option in crafts.options].count(1) > 1
    law = ocop.criteria_set("qd-781-2020", "tea")
    at = law.codes.index("3.2")
    row = [item.criterion.options[0].points for item in law.items]
    row[0], row[at] = 77, 1
    head = ["product", "set", *law.codes]
    file = book(Huyện=[head, ["a", law.number, *row], ["", "tea", *row], ["c", "trà", *row]])
    path = layout('layout: "rows"\nanswers: "points"\nproduct: "product"\nset: "set"\n')
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(file, "qd-781-2020", layout=path)
    found = [str(problem) for problem in caught.value.problems]
    options = [n for n, option in enumerate(crafts.options, start=1) if option.points == 1]
    column = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at + 2]
    assert found[0].startswith("bang.xlsx:Huyện!C2: 1.1: found '77', allowed are the points 0, ")
    assert (
        f"bang.xlsx:Huyện!{column}2: 3.2: found '1', which fits the options "
        f"{' and '.join(map(str, options))}; points cannot tell them apart: write "
        "labels or positions [ambiguous-answer]"
    ) in found
    assert "bang.xlsx:Huyện!A3: product: the product's code is empty [missing-product]" in found
    assert found[-1].startswith("bang.xlsx:Huyện!B4: set: qd-781-2020 has no set 'trà';")


@pytest.mark.parametrize(
    ("text", "head", "more", "message"),
    [
        (
            'product: "tên"\n',
            ["product", *TEA.codes],
            {"set": "tea"},
            "a.csv:1: there is no column 'tên' for product [missing-column]",
        ),
        (
            'product: "AZ"\n',
            ["product", *TEA.codes],
            {"set": "tea"},
            "a.csv:1: there is no column 'AZ' for product [missing-column]",
        ),
        (
            'product: "tên"\n',
            ["tên", "TÊN", *TEA.codes],
            {"set": "tea"},
            "a.csv:1: 2 columns are called 'tên', allowed is one for product; name it by its "
            "letter [duplicate-column]",
        ),
        (
            'product: "tên"\n',
            ["tên", *TEA.codes[1:]],
            {"set": "tea"},
            "a.csv:1: there is no column '1.1' for criterion 1.1 [missing-column]",
        ),
        (
            'product: "tên"\n',
            ["tên", *TEA.codes],
            {"set": "tea", "keep": ["xã"]},
            "a.csv:1: there is no column 'xã' for xã [missing-column]",
        ),
        (
            'product: "tên"\n',
            ["tên", *TEA.codes],
            {},
            "a.csv:1: no criteria set: the layout names no column 'set'; name the set (--set) "
            "[missing-column]",
        ),
        (
            'product: "tên"\nheader: 9\n',
            ["tên", *TEA.codes],
            {"set": "tea"},
            "a.csv: there is no header row 9 [empty-file]",
        ),
    ],
)
def test_a_file_that_the_layout_does_not_fit(
    layout: Layout, tmp_path: Path, text: str, head: list[str], more: Any, message: str
) -> None:
    """A heading that is not there, or twice, is told with what it is for."""
    path = layout(f'layout: "rows"\n{text}')
    file = tmp_path / "a.csv"
    file.write_text("\t".join(head) + "\n" + "\t".join(["a"] * len(head)), encoding="utf-8")
    assert told(file, path, **more) == [message]


def test_no_rows_and_worksheets_that_are_not_there(layout: Layout) -> None:
    """A file without a product, and a worksheet that is called otherwise."""
    path = layout('layout: "rows"\nproduct: "A"\nworksheets: ["Bang"]\n')
    head = ["product", *TEA.codes]
    assert told(book(Bảng=[head]), path, set="tea") == [
        "bang.xlsx: there is no worksheet 'Bang', which the layout names; did you mean 'Bảng'? "
        "[missing-worksheet]"
    ]
    assert told(book(Bang=[head, []]), path, set="tea") == [
        "bang.xlsx: the file has no sheets where the layout says [no-sheets]"
    ]


def cells_layout() -> tuple[str, list[list[Any]]]:
    """Return a layout with cells, and a blank worksheet that it fits: an option a row."""
    rows: list[list[Any]] = [["Tên:", "", "", ""], ["Bộ", "", "", ""], ["Giả mạo", "", "", ""]]
    lines = ['layout: "cells"', 'skip: ["Bìa"]', 'blank: ["."]', 'product: "B1"', 'set: "B2"']
    lines += ["stated:", '  forged-dossier: "B3"', "criteria:"]
    for number, item in enumerate(TEA.items):
        rows.append([item.code, "", "", ""])
        first = len(rows) + 1
        rows += [["", option.points, "", "."] for option in item.criterion.options]
        place = f"C{first - 1}" if number < 3 else f"D{first}:D{len(rows)}"
        lines.append(f'  "{item.code}": "{place}"')
    return "\n".join(lines), rows


def filled(rows: list[list[Any]], name: str, answers: Sequence[int]) -> list[list[Any]]:
    """Return a worksheet with answers: the first three in a cell, the others marked by an x."""
    rows = [list(row) for row in rows]
    rows[0][1], rows[1][1], at = name, 11, 3
    for number, (item, answer) in enumerate(zip(TEA.items, answers, strict=True)):
        if number < 3:
            rows[at][2] = answer
        elif answer != 255:
            rows[at + answer][3] = "X"
        at += 1 + len(item.criterion.options)
    return rows


def test_one_worksheet_a_product(layout: Layout) -> None:
    """Answers in cells of their own, or an x beside the option; a blank worksheet is none."""
    text, rows = cells_layout()
    second = [*best(2)[:30], 255, 1]
    third = filled(rows, "c", best(1))
    third[2][1] = "Có"
    file = book(
        Bìa=[["bìa"]],
        a=filled(rows, "Chè a", best(9)),
        b=filled(rows, "b", second),
        c=third,
        d=rows,
    )
    (sheets,) = ocop.read_sheets(file, LAW, layout=layout(text))
    assert sheets.products == ("Chè a", "b", "c")
    assert sheets.answers.tolist() == [best(9), second, best(1)]
    assert ocop.score(sheets).excluded.tolist() == [False, False, True]


def test_a_great_many_unknown_sets(layout: Layout, tmp_path: Path) -> None:
    """What is near is told for the first thousand names, and each time that one of these comes."""
    rows = [f"p{n},fresh-produce{n % 1_500:04}{',1' * 32}" for n in range(3_000)]
    file = tmp_path / "bang.csv"
    file.write_text("\n".join([f"Tên,Bộ,{','.join(TEA.codes)}", *rows]), encoding="utf-8")
    codes = ", ".join(f'"{code}": "{code}"' for code in TEA.codes)
    text = f'layout: "rows"\nanswers: "positions"\nproduct: "Tên"\nset: "Bộ"\ncriteria: {{{codes}}}'
    said = [line.removeprefix("bang.csv:") for line in told(str(file), layout(text))]
    assert len(said) == 3_000
    at_length = (
        "2: set: qd-26-2026 has no set 'fresh-produce0000'; allowed are the numbers 1 to 26 or a "
        "product group such as 'fresh-produce'; did you mean 'fresh-produce'? [unknown-set]"
    )
    assert (said[0], said[1_500]) == (f"2:{at_length}", f"1502:{at_length}")
    assert said[999].endswith("; did you mean 'fresh-produce'? [unknown-set]")
    assert said[1_000].endswith("has no set 'fresh-produce1000' [unknown-set]")


def test_cells_with_faults(layout: Layout) -> None:
    """Two marks, a worksheet of another set, and one without a name of its own."""
    text, rows = cells_layout()
    twice = filled(rows, "Chè a", best(1))
    at = next(n for n, row in enumerate(twice) if row[0] == TEA.codes[3])
    twice[at + 2][3] = "v"
    other = filled(rows, "b", best(1))
    other[1][1] = "chè"
    found = told(book(a=twice, b=other), layout(text))
    assert found == [
        f"bang.xlsx:a!D{at + 3}: 1.4: the options 1, 2 are marked, allowed is one; keep one "
        "[several-answers]",
        "bang.xlsx:b!B2: set: qd-26-2026 has no set 'chè'; allowed are the numbers 1 to 26 or a "
        "product group such as 'fresh-produce'; did you mean 'tea'? [unknown-set]",
    ]
    found = told(book(a=filled(rows, "a", best(1))), layout(text), set="tea", keep=["xã"])
    assert "there are no columns to keep" in found[0]
    lines = [line for line in text.splitlines() if '"11"' not in line and '"set' not in line]
    lines = [line for line in lines if not line.startswith(("product", "set"))]
    found = told(book(a=filled(rows, "a", best(1))), layout("\n".join(lines)), set="tea")
    assert found[0] == "bang.xlsx:a: the layout names no cells for 11 [missing-criterion]"
    (message,) = told(book(a=filled(rows, "a", best(1))), layout("\n".join(lines)))
    assert message == (
        "bang.xlsx:a: no criteria set: the layout names no cell 'set'; name the set (--set) "
        "[missing-column]"
    )


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            'layout: "rows"\nheader: 0\ncriteria:\n  "1.9": "B"\nstated:\n  forged-dosier: "C"\n',
            [
                "layout.yaml:3:9: header: found 0, allowed are row numbers from 1 [out-of-range]",
                "layout.yaml:1:1: the key 'product' is missing; name the column of the products "
                "[missing-key]",
                "layout.yaml:5:10: criteria['1.9']: set 11 tea has no criterion '1.9' "
                "[unknown-criterion]",
                "layout.yaml:7:18: stated.forged-dosier: set 11 tea has no finding "
                "'forged-dosier'; did you mean 'forged-dossier'? [unknown-finding]",
            ],
        ),
        (
            'layout: "cells"\nproduct: "A0"\ncriteria:\n  "1.1": "B2:C3"\n  "1.2": "B2:B4"\n',
            [
                "layout.yaml:3:10: product: found 'A0', allowed is a cell such as E12 "
                "[wrong-address]",
                "layout.yaml:5:10: criteria['1.1']: found 'B2:C3', allowed is a cell such as E12, "
                "or a row or column of cells such as E12:E15 [wrong-address]",
            ],
        ),
        (
            'layout: "row"\nproducts: "A"\n',
            [
                "layout.yaml:2:9: layout: found 'row', allowed is one of rows, cells; did you "
                "mean 'rows'? [wrong-value]",
                "layout.yaml:3:1: products: unknown key 'products'; allowed are format, layout, "
                "answers, worksheets, skip, header, blank, none_met, product, set, assessor, "
                "findings, stated, criteria, columns; did you mean 'product'? [unknown-key]",
            ],
        ),
    ],
)
def test_a_layout_with_faults(layout: Layout, text: str, messages: list[str]) -> None:
    """A layout is read as strictly as the law; all its problems come at once."""
    path = layout(text)
    with pytest.raises(ocop.LawError) as caught:
        ocop.read_sheets(io.BytesIO(b"product"), LAW, set="tea", layout=path)
    found = [str(p).replace(f"{path.parent}/", "") for p in caught.value.problems]
    assert sorted(found) == sorted(messages)


def test_a_layout_is_no_part_of_the_law(layout: Layout) -> None:
    """``ocop validate`` says where a layout is checked."""
    (problem,) = ocop.validate(layout('layout: "rows"\nproduct: "A"\n'))
    assert (problem.code, problem.hint) == (
        "unknown-format",
        "a layout is checked by ocop score --layout",
    )
