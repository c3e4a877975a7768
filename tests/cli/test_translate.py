"""``ocop translate`` and ``ocop crosswalk``: what they print, and how they refuse."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ocop

Run = Callable[..., Any]
DURIAN = ("--decision", "qd-781-2020", "--set", "1")
PAIR = ("qd-781-2020", "qd-148-2023")


def a_file(path: Path, law: str, *sheets: tuple[str, str, dict[str, int]]) -> Path:
    """Write sheets (product, product group, answers) of several sets into one file."""
    sets = {slug: ocop.criteria_set(law, slug) for _, slug, _ in sheets}
    codes = list(dict.fromkeys(code for chosen in sets.values() for code in chosen.codes))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["product", "set", *codes])
        writer.writeheader()
        for product, slug, answers in sheets:
            writer.writerow({"product": product, "set": slug, **answers})
    return path


def test_the_real_sheet_in_every_format(run: Run, durian: Path) -> None:
    """The sheet of 2022 under 148: the interval that the library gives, with its law."""
    done = run("translate", durian, *DURIAN, "--to", "qd-148-2023")
    assert done.code == 0
    (row,) = csv.DictReader(io.StringIO(done.out))
    assert (row["total_low"], row["total_high"]) == ("53", "94")
    assert (row["star_low"], row["star_high"], row["missing_floors"]) == ("2", "3", "6.1:4;10.1:5")
    assert row["open"].startswith("1.1:0-5;1.4:0-3;")
    assert done.err == (
        "note: set 1 of qd-148-2023 also knows the findings outside-province, "
        "undistinguished-staple, unsafe-impurities, food-safety-certificate; taken as not stated\n"
    )
    text = run("translate", durian, *DURIAN, "--to", "qd-148-2023", "--format", "json").out
    found = json.loads(text)
    assert (found["decision"], found["before"]) == ("qd-148-2023", "qd-781-2020")
    assert found["digests"] == {"1": ocop.criteria_set("qd-148-2023", 1).digest}
    assert {k: str(v) for k, v in found["results"][0].items()} == row
    lines = run("translate", durian, *DURIAN, "--to", "qd-148-2023", "--format", "ndjson").out
    assert json.loads(lines)["digest"] == found["digests"]["1"]


def test_on_a_terminal_intervals_stand_in_one_column(run: Run, durian: Path) -> None:
    """The table fits 80 columns, breaks between criteria and writes one number for one."""
    out = run("translate", durian, *DURIAN, "--to", "qd-26-2026", "--format", "table").out
    assert max(map(len, out.splitlines())) <= 80
    assert out.split()[:6] == ["product", "set", "total", "star", "open", "missing"]
    assert " 36 to 94  2 to 3 " in out
    assert "1.1:0-3; 1.2:0-2;" in out
    out = run("translate", durian, *DURIAN, "--to", "qd-1048-2019", "--format", "table").out
    assert out.splitlines()[-1].split() == ["83-832-28882-2-2022", "1", "93", "5"]


def test_several_sets_keep_the_order_of_the_file(run: Run, tmp_path: Path) -> None:
    """Rows come as in the file, although the sets are translated one by one."""
    path = a_file(
        tmp_path / "a.csv",
        PAIR[0],
        ("tea 1", "tea", {"1.1": 1}),
        ("fish", "processed-aquatic-products", {"1.1": 2}),
        ("tea 2", "tea", {"1.1": 3}),
        ("matcha", "other-tea-products", {"1.1": 3}),
    )
    given = ("--decision", PAIR[0], "--to", PAIR[1], "--group", "other-tea-products=tea")
    rows = list(csv.DictReader(io.StringIO(run("translate", path, *given).out)))
    assert [(row["product"], row["set"]) for row in rows] == [
        ("tea 1", "11"),
        ("fish", "8"),
        ("tea 2", "11"),
        ("matcha", "11"),
    ]
    output = tmp_path / "out.csv"
    done = run("translate", path, *given, "--output", output)
    assert done.err.splitlines()[-1] == f"4 rows written to {output}"
    assert list(csv.DictReader(io.StringIO(output.read_text("utf-8")))) == rows


def test_gaps_of_both_decisions_are_told(run: Run, tmp_path: Path) -> None:
    """Set 19 of 781 and set 11 of 148 do not reach their points in our source."""
    path = a_file(tmp_path / "a.csv", PAIR[0], ("tea", "tea", {"1.1": 1}))
    err = run("translate", path, "--decision", PAIR[0], "--to", PAIR[1]).err
    assert "note: in our source set 11 of qd-148-2023 reaches 97 points, not 100\n" in err


def test_every_batch_that_cannot_be_translated_is_told(run: Run, tmp_path: Path) -> None:
    """Groups without or with several counterparts, and a group the file does not have."""
    path = a_file(
        tmp_path / "a.csv",
        PAIR[0],
        ("mask", "medical-equipment", {"1.1": 1}),
        ("matcha", "other-tea-products", {"1.1": 3}),
    )
    given = ("--decision", PAIR[0], "--to", PAIR[1])
    done = run("translate", path, *given, "--group", "tea=tea")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "found 'tea', the file has other-tea-products, medical-equipment [unknown-group]\n"
        "products of 'other-tea-products' went to several groups: plant-teas, tea; name one of "
        "them with group [several-counterparts]\n"
        "no product group stands for 'medical-equipment': 148 has no criteria for medical "
        "equipment and instruments [no-counterpart]\n"
        "3 problems; nothing was written\n"
    )
    for wrong in ("tea", "=tea", "a=b=c"):
        done = run("translate", path, *given, "--group", wrong)
        assert done.code == 2
        assert "such as old-group=new-group" in done.err


def test_the_way_back_is_refused(run: Run, durian: Path) -> None:
    """Crosswalks lead forward, and --to is needed."""
    done = run("translate", durian, "--decision", "qd-26-2026", "--set", "1", "--to", PAIR[0])
    assert done.code == 1
    assert run("translate", durian, *DURIAN).code == 2


def test_crosswalk_in_every_format(run: Run) -> None:
    """Rows say what the library says, with titles and reasons in the language asked for."""
    rows = list(csv.DictReader(io.StringIO(run("crosswalk", *PAIR, "--group", "tea").out)))
    sets = [ocop.criteria_set(name, "tea") for name in PAIR]
    matches = ocop.crosswalk(*PAIR).between(*sets)
    assert len(rows) == len(matches)
    assert [row["relation"] for row in rows] == [match.relation for match in matches]
    assert rows[0]["before"] == "1.1"
    assert rows[-1]["before"] == ""
    linkage = next(row for row in rows if row["before"] == "3.1")
    assert linkage["answers"] == "0>0,1 1>1 2>2 3>3"
    found = json.loads(
        run("crosswalk", *PAIR, "--group", "tea", "--format", "json", "--lang", "vi").out
    )
    assert (found["before"], found["after"]) == PAIR
    assert found["matches"][0]["before_title"] == sets[0].items[0].criterion.title.vi
    out = run("crosswalk", *PAIR, "--group", "tea", "--format", "table").out
    assert max(map(len, out.splitlines())) <= 80


def test_crosswalk_of_all_groups_names_those_without_counterpart(run: Run) -> None:
    """Medical equipment has one row that says why; the tourism set of 1048 is passed over."""
    rows = list(csv.DictReader(io.StringIO(run("crosswalk", "qd-1048-2019", PAIR[1]).out)))
    (dropped,) = (row for row in rows if row["group"] == "medical-equipment")
    assert dropped["group_after"] == ""
    assert dropped["relation"] == "none"
    assert dropped["why"] == "148 has no criteria for medical equipment and instruments"
    assert "rural-tourism" not in {row["group"] for row in rows}
    assert {row["group_after"] for row in rows if row["group"] == "other-tea-products"} == {
        "plant-teas",
        "tea",
    }
    table = run("crosswalk", *PAIR, "--format", "table").out
    assert table.split()[0] == "group"
