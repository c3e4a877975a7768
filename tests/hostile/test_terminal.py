"""What others wrote steers no terminal, and no page made of it."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve

import ocop
from ocop._visible import visible, visible_lines
from ocop.cli.compare import _cell

TEA = ocop.criteria_set("qd-26-2026", "tea")
ESCAPES = "\x1b[2J\x1b]0;title\x07\x9b31m\u202e\u200b\r"
HIDDEN = [c for c in ESCAPES if not c.isprintable()]


def assert_harmless(text: str) -> None:
    """Fail where a text holds anything that a terminal obeys but line feeds."""
    assert [c for c in text if not c.isprintable() and c != "\n"] == []


def test_what_is_hidden_is_shown() -> None:
    """Control codes, changes of direction and signs without width become visible, on one line."""
    assert visible("Chè\x1b[2J\u202e") == "Chè\\x1b[2J\\u202e"
    assert visible("a\nb\tc\u00a0d") == "a b c d"
    assert visible_lines("a\nb\x07") == "a\nb\\x07"
    assert visible("Chè Shan tuyết ★") == "Chè Shan tuyết ★"
    assert_harmless(visible("".join(map(chr, range(0x3000)))))


def test_problems_are_one_harmless_line() -> None:
    """Names of files, worksheets and columns are shown in problems, not obeyed."""
    problem = ocop.Problem("a-code", ESCAPES, f"{ESCAPES}.csv", 2, 3, ESCAPES, ESCAPES, ESCAPES)
    assert_harmless(str(problem))
    assert "\n" not in str(problem)
    assert_harmless(str(ocop.InputError([problem, problem])))


def hostile_file(tmp_path: Path) -> Path:
    """Write tea sheets with a hostile column, in a file of a hostile name."""
    path = tmp_path / f"chè{HIDDEN[0]}[31m.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["product", f"xã{ESCAPES[:-1]}", *TEA.codes])
        writer.writerow(["A", f"{ESCAPES[:-1]}\nB", *["1"] * len(TEA.codes)])
    return path


def test_products_have_no_hidden_signs(tmp_path: Path) -> None:
    """A product that holds what cannot be seen is refused; the problem shows it."""
    path = tmp_path / "a.csv"
    for sign in HIDDEN:
        path.write_text(f'product,criterion,answer\n"A{sign}B",1.1,1\n', "utf-8", newline="")
        with pytest.raises(ocop.SheetError) as caught:
            ocop.read_sheets(path, "qd-26-2026", set="tea")
        assert caught.value.problems[0].code == "bad-character"
        assert_harmless(str(caught.value))


def on_terminal(*arguments: object) -> str:
    """Run the command line on a terminal of its own; return what it sends there."""
    pty = pytest.importorskip("pty", reason="there are no such terminals here")
    main, other = pty.openpty()
    command = [sys.executable, "-m", "ocop", *map(str, arguments)]
    env = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    with subprocess.Popen(command, stdout=other, stderr=other, stdin=other, env=env) as process:
        os.close(other)
        sent = b""
        while True:
            try:
                piece = os.read(main, 65536)
            except OSError:
                break
            if not piece:
                break
            sent += piece
        process.wait(60)
    os.close(main)
    # The terminal itself adds the carriage returns.
    return sent.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "more",
    [
        ["--format", "table"],
        ["--format", "csv"],
        ["--format", "json"],
        ["--format", "ndjson"],
        ["--keep", "none"],
    ],
)
def test_every_format_is_harmless_on_a_terminal(tmp_path: Path, more: list[str]) -> None:
    """Tables, CSV, JSON and problems send a terminal nothing to obey."""
    keep = [] if "--keep" in more else ["--keep", f"xã{ESCAPES[:-1]}"]
    sent = on_terminal("score", hostile_file(tmp_path), "--set", "tea", *keep, *more)
    assert sent.strip()
    assert_harmless(sent)


def test_a_pipe_gets_csv_as_it_is(tmp_path: Path) -> None:
    """Programs read products as they stand in the file."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ocop", "score", hostile_file(tmp_path), "--set", "tea"),
            *("--keep", f"xã{ESCAPES[:-1]}", "--format", "csv"),
        ],
        capture_output=True,
        check=True,
    )
    assert ESCAPES[:-1].encode() in done.stdout


@pytest.mark.parametrize("arguments", [["score", ESCAPES], [ESCAPES], ["show", ESCAPES]])
def test_wrong_usage_is_harmless(arguments: list[str]) -> None:
    """What was typed, or a shell filled in, is shown and not obeyed."""
    assert_harmless(on_terminal(*arguments))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_texts_are_harmless(lang: ocop.Lang) -> None:
    """Accounts, tables of levers and transitions of a hostile product are plain lines."""
    sheet = ocop.Sheet(criteria_set=TEA, product=f"A{ESCAPES}\nB", answers={"1.1": 1})
    account = ocop.explain(sheet)
    assert_harmless(account.text(lang))
    assert account.text(lang).startswith("A\\x1b[2J")
    for found in (sheet, account, ocop.score(sheet), ocop.upgrade(sheet)):
        assert_harmless(repr(found))


def test_html_is_text() -> None:
    """Products in the HTML of notebooks are escaped, whatever shows them."""
    wild = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&\x1b[2J"
    sheet = ocop.Sheet(criteria_set=TEA, product=wild, answers={"1.1": 1})
    sheets = ocop.Sheets.of([sheet])
    scores = ocop.score(sheets)
    shown = [sheet, sheets, scores, ocop.rank(scores), ocop.explain(sheet)]
    shown += ocop.councils([evolve(sheets, assessors=(wild,))])
    for found in shown:
        page = found._repr_html_()
        assert "<script" not in page
        assert "<img" not in page
        assert_harmless(page)


def test_markdown_is_text() -> None:
    """Labels in Markdown begin no tag, link, table cell or code."""
    assert _cell("<script>|[a](javascript:b)`c`\\\n# d") == (
        "\\<script\\>\\|\\[a\\](javascript:b)\\`c\\`\\\\ # d"
    )


def test_pictures_take_any_product() -> None:
    """Dollar signs begin no formula in a picture, and control codes crash none."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    sheet = ocop.Sheet(criteria_set=TEA, product="$\\frac{1}{$\x01^_%", answers={"1.1": 1})
    axes = ocop.plot.waterfall(ocop.explain(sheet))
    axes.figure.canvas.draw()
    pyplot.close(axes.figure)
