"""The examples that ship with the package are what they say they are."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

import ocop
from ocop import programme

EXAMPLES = Path(__file__).parents[1] / "examples"
PROVINCE = EXAMPLES / "province-made-up.csv"
REGISTER = EXAMPLES / "register-made-up.csv"


def test_the_script_makes_the_same_province(tmp_path: Path) -> None:
    """examples/make_province.py writes province-made-up.csv again, byte for byte."""
    script = runpy.run_path(str(EXAMPLES / "make_province.py"))
    script["main"](tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == PROVINCE.read_bytes()


def test_the_province_is_large_enough() -> None:
    """At least 400 products in at least 12 groups, over many communes, each code once."""
    with PROVINCE.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) >= 400
    assert len({row["set"] for row in rows}) >= 12
    assert len({row["commune"] for row in rows}) >= 20
    assert len({row["product"] for row in rows}) == len(rows)


def test_the_province_is_told_to_be_made_up() -> None:
    """No name or commune can be taken for a real one."""
    with PROVINCE.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            assert "Giả Định" in row["name"]
            assert "Giả Định" in row["commune"]
            assert row["product"].startswith("SYN-")
            assert row["synthetic"] == "yes"


def test_the_province_shows_every_outcome() -> None:
    """All stars, exclusions, incomplete sheets and missed floors occur."""
    batches = ocop.read_sheets(PROVINCE, "qd-26-2026", keep=("name", "commune"))
    single = [score for batch in batches for score in ocop.score(batch).scores()]
    assert {score.star for score in single} == {5, 4, 3, 2, 1, None}
    assert any(score.answered < score.of for score in single)
    assert any(score.missing_floors for score in single)
    assert any(score.star is not None and score.star < score.band for score in single)


def test_the_durian_sheet() -> None:
    """The real sheet of 2022 is read under the decision of its time: 34, 24, 35, five stars."""
    (sheets,) = ocop.read_sheets(EXAMPLES / "durian-2022.csv", "qd-781-2020", set=1)
    (single,) = ocop.score(sheets).scores()
    assert single.parts == {"A": 34, "B": 24, "C": 35}
    assert (single.total, single.band, single.star) == (93, 5, 5)
    assert single.answered == single.of == 31


def test_the_script_makes_the_same_register(tmp_path: Path) -> None:
    """examples/make_register.py writes register-made-up.csv again, byte for byte."""
    script = runpy.run_path(str(EXAMPLES / "make_register.py"))
    script["main"](tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == REGISTER.read_bytes()


def test_the_register_is_sound_and_made_up() -> None:
    """No findings, upgrades among the recognitions, and no name that could be real."""
    found = ocop.read_records(REGISTER, programme.Recognition)
    assert programme.check_register(found) == ()
    assert len(found) > 120
    assert any(entry.certificate.replaced_on for entry in found)
    assert {entry.star for entry in found} == {3, 4, 5}
    assert {entry.level for entry in found} == {"district", "province", "centre"}
    assert all(entry.code.province == "00" and "Giả Định" in entry.name for entry in found)
