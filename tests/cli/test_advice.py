"""``ocop explain``, ``ocop upgrade`` and ``ocop council``: formats, options, refusals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ocop

Run = Callable[..., Any]
LAW = ("--decision", "qd-26-2026")
OLD = ("--decision", "qd-781-2020", "--set", "1")
KEEP = ("--keep", "name,commune")
DURIAN = "83-832-28882-2-2022"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    """Return a file of three tea sheets: one minimum missed, the maximum, and many lacking."""
    law = ocop.criteria_set("qd-26-2026", "tea")
    best = {item.code: len(item.criterion.options) for item in law.items}
    path = tmp_path / "chè.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["product", *law.codes])
        writer.writeheader()
        writer.writerow({"product": "T-1", **best, "4.1": 3})
        writer.writerow({"product": "T-2", **best})
        writer.writerow({"product": "T-3", **best, "4.1": 2, "5.1": 3, "7": 2})
    return path


@pytest.fixture
def three(tmp_path: Path, durian: Path) -> Path:
    """Return the real sheet as three assessors could have filled it: 93, 91 and 88 points."""
    (row,) = rows_of(durian.read_text("utf-8"))
    path = tmp_path / "hội đồng.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["assessor", *row])
        writer.writeheader()
        for name, changes in (("An", {}), ("Bình", {"8": "2"}), ("Chi", {"9.1": "2", "6.2": "3"})):
            writer.writerow({"assessor": name, **row, **changes})
    return path


def test_one_product_is_explained_in_every_format(run: Run, tea: Path) -> None:
    """Text by default, a table, CSV and JSON; the minimum in the way comes first."""
    given = ("explain", tea, *LAW, "--set", "tea", "--product", "T-1")
    text = run(*given).out
    assert max(map(len, text.splitlines())) <= 80
    assert "First in the way to 5 stars: 4.1 Main distribution area" in text
    assert "Khu vực phân phối chính" in run(*given, "--lang", "vi").out
    rows = rows_of(run(*given, "--format", "csv").out)
    assert len(rows) == 32
    (missed,) = [row for row in rows if row["kept_from"]]
    assert (missed["code"], missed["points"], missed["star5"]) == ("4.1", "3", "5")
    assert all("Annex II, set 11" in row["clause"] for row in rows)
    found = json.loads(run(*given, "--format", "json").out)
    assert (found["total"], found["star"], found["first"]["code"]) == (98, 4, "4.1")
    table = run(*given, "--format", "table").out
    assert max(map(len, table.splitlines())) <= 80


def test_a_file_of_one_product_needs_no_name(run: Run, durian: Path, tmp_path: Path) -> None:
    """The only product is the one that is explained; the text can go to a file."""
    assert run("explain", durian, *OLD).out.startswith(f"{DURIAN}: 5 stars\n")
    path = tmp_path / "a.json"
    assert run("explain", durian, *OLD, "-o", path).code == 0
    assert json.loads(path.read_text("utf-8"))["total"] == 93


def test_what_holds_back_a_province(run: Run, province: Path) -> None:
    """Minimums by how many products they hold back, over all or by a column."""
    rows = rows_of(run("explain", province, *LAW, *KEEP).out)
    assert (rows[0]["code"], rows[0]["star"], rows[0]["count"]) == ("5.1", "4", "12")
    counts = [int(row["count"]) for row in rows]
    assert counts == sorted(counts, reverse=True)
    sectors = rows_of(run("explain", province, *LAW, *KEEP, "--by", "sector").out)
    assert {row["within"] for row in sectors} >= {"food", "drinks", "handicrafts"}
    communes = rows_of(run("explain", province, *LAW, "--keep", "name", "--by", "commune").out)
    assert communes[0]["within"].startswith("Xã Giả Định")
    table = run("explain", province, *LAW, *KEEP, "--format", "table").out
    assert max(map(len, table.splitlines())) <= 80
    found = json.loads(run("explain", province, *LAW, *KEEP, "--format", "json").out)
    assert (found["products"], found["by"]) == (480, None)


def test_explain_refuses_what_makes_no_sense(run: Run, tea: Path, three: Path) -> None:
    """A product that is not there or has several sheets; text for many; a count over one."""
    done = run("explain", tea, *LAW, "--set", "tea", "--product", "T-9")
    assert done.code == 1
    assert done.err.startswith("--product: the file has no product 'T-9'; did you mean 'T-")
    done = run("explain", three, *OLD, "--product", DURIAN)
    assert done.code == 1
    assert "has 3 sheets, allowed is one; ocop council joins" in done.err
    given = ("explain", tea, *LAW, "--set", "tea")
    assert run(*given, "--format", "text").code == 2
    assert run(*given, "--by", "set", "--product", "T-1").code == 2


def test_the_cheapest_upgrades(run: Run, tea: Path) -> None:
    """One raise for T-1, nothing to do for T-2, three for T-3; in the order of the file."""
    rows = rows_of(run("upgrade", tea, *LAW, "--set", "tea", "--star", "5").out)
    assert [row["product"] for row in rows] == ["T-1", "T-2", "T-3"]
    assert [row["raises"] for row in rows] == ["4.1:3>4", "", "4.1:2>4;5.1:3>5;7:2>4"]
    assert [row["reason"] for row in rows] == ["", "already-there", ""]
    assert [row["star"] for row in rows] == ["5", "", "5"]
    locked = rows_of(run("upgrade", tea, *LAW, "--set", "tea", "--locked", "4.1").out)
    assert locked[0]["reason"] == "locked-floor:4.1"
    table = run("upgrade", tea, *LAW, "--set", "tea", "--format", "table").out
    assert max(map(len, table.splitlines())) <= 80
    found = json.loads(run("upgrade", tea, *LAW, "--set", "tea", "--format", "json").out)
    assert found["upgrades"][0]["cost"] == 1


def test_costs_from_a_file(run: Run, tea: Path, tmp_path: Path) -> None:
    """Only what has a cost can be raised; faults of the file are all told."""
    costs = tmp_path / "giá.csv"
    costs.write_text("set,code,option,cost\ntea,4.1,4,7\n,5.1,5,3\n1,9,1,1\n", encoding="utf-8")
    given = ("upgrade", tea, *LAW, "--set", "tea", "--star", "5", "--costs", costs)
    rows = rows_of(run(*given).out)
    assert (rows[0]["cost"], rows[0]["raises"]) == ("7", "4.1:3>4")
    assert rows[2]["reason"] == "locked-floor:7"
    costs.write_text(
        "code,option,cost\n4.2,9,1\n4.9,1,1\n4.1,x,1\n4.1,4,5\n4.1,4,6\n4.1,4\n", encoding="utf-8"
    )
    done = run(*given)
    assert done.code == 1
    assert [line.rpartition("[")[2] for line in done.err.splitlines()[:-1]] == [
        "option-out-of-range]",
        "unknown-criterion]",
        "not-a-whole-number]",
        "duplicate-id]",
        "wrong-width]",
    ]
    costs.write_text("code,option,price\n4.1,4,5\n", encoding="utf-8")
    assert [line.rpartition("[")[2] for line in run(*given).err.splitlines()[:-1]] == [
        "missing-column]",
        "unknown-column]",
    ]
    costs.write_text("code,option,cost\n4.1,4,-5\n", encoding="utf-8")
    assert "[negative-cost]" in run(*given).err
    assert run(*given[:-1], tmp_path / "none.csv").code == 1


def test_a_budget_over_many_products(run: Run, province: Path) -> None:
    """The most products for the sum; the sum that is spent is told."""
    given = ("upgrade", province, *LAW, *KEEP, "--star", "4", "--budget", "20")
    done = run(*given)
    rows = rows_of(done.out)
    assert len(rows) == 20
    assert {row["cost"] for row in rows} == {"1"}
    assert done.err == "20 products, 20 of 20 spent\n"
    assert json.loads(run(*given, "--format", "json").out)["spent"] == 20
    assert run("upgrade", province, *LAW, *KEEP, "--budget", "20").code == 2


def test_a_council_in_every_format(run: Run, three: Path) -> None:
    """93, 91 and 87 points: 271 thirds are over 90, so five stars."""
    (row,) = rows_of(run("council", three, *OLD).out)
    assert (row["assessors"], row["exact"], row["total"]) == ("3", "271/3", "90.33")
    assert (row["band"], row["star"]) == ("5", "5")
    (row,) = rows_of(run("council", three, *OLD, "--leave-out", "An=vắng mặt").out)
    assert (row["exact"], row["star"], row["left_out"]) == ("89", "4", "An: vắng mặt")
    found = json.loads(run("council", three, *OLD, "--format", "json").out)
    assert found["results"][0]["totals"] == {"An": 93, "Bình": 91, "Chi": 87}
    table = run("council", three, *OLD, "--format", "table").out
    assert max(map(len, table.splitlines())) <= 80


def test_minutes_and_agreement(run: Run, three: Path) -> None:
    """The table for the record in Vietnamese; deviations, stars without each, alpha."""
    rows = rows_of(run("council", three, *OLD, "--minutes", DURIAN, "--lang", "vi").out)
    assert list(rows[0])[:5] == ["mã", "tiêu chí", "An", "Bình", "Chi"]
    assert (rows[-1]["tiêu chí"], rows[-1]["trung bình"]) == ("Tổng điểm", "90,33")
    rows = rows_of(run("council", three, *OLD, "--agree", "--apart", "5").out)
    kinds = [row["what"] for row in rows]
    assert kinds == ["deviation"] * 3 + ["apart"] + ["star-without"] * 3 + ["alpha"]
    assert (rows[3]["who"], rows[3]["value"]) == ("Chi, An", "6")
    assert rows[4]["value"] == "4"
    found = json.loads(run("council", three, *OLD, "--agree", "--format", "json").out)
    assert found["apart"] == []
    assert run("council", three, *OLD, "--minutes", "x").code == 1


def test_published_averages(run: Run) -> None:
    """31, 24 and 38 of 2022 give 93 and band 5; with minimums the star is not known."""
    given = ("council", "--averages", "A=31.00,B=24.00,C=38.00", *OLD)
    assert rows_of(run(*given).out) == [
        {"A": "31.00", "B": "24.00", "C": "38.00", "total": "93.00", "band": "5", "star": "5"}
    ]
    today = ("council", *LAW, "--averages", "A=40,B=24,C=29")
    assert rows_of(run(*today, "--set", "1").out)[0]["star"] == "unknown"
    found = json.loads(run(*today, "--format", "json").out)
    assert (found["band"], found["star_known"]) == (5, False)
    done = run("council", *LAW, "--averages", "A=41,B=x,D=1")
    assert done.code == 1
    assert done.err.splitlines()[-1] == "4 problems; nothing was written"


def test_council_refuses_what_makes_no_sense(run: Run, three: Path, durian: Path) -> None:
    """Neither or both of file and averages; sheets without assessors; unknown names."""
    assert run("council", *OLD).code == 2
    assert run("council", three, *OLD, "--averages", "A=1").code == 2
    assert run("council", three, *OLD, "--leave-out", "An").code == 2
    assert "[no-assessors]" in run("council", durian, *OLD).err
    assert "[unknown-assessor]" in run("council", three, *OLD, "--leave-out", "Dũng=vắng").err
    everyone = [part for name in ("An", "Bình", "Chi") for part in ("--leave-out", f"{name}=x")]
    assert "[no-assessor-left]" in run("council", three, *OLD, *everyone).err
