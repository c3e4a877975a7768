"""``ocop code``, ``ocop certificate`` and ``ocop portfolio``: formats, options, refusals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
HEAD = "code,name,group,star,level,decision,recognised_on,producer,producer_type\n"
HONEY = "00-00001-2-2026,Mật ong,honey-and-other-farm-food,3,province,qd-26-2026,2026-08-01,"
REGISTER = (
    HEAD
    + "00-00001-1-2026,Trà giả định,tea,4,province,qd-26-2026,2026-07-01,htx-1,co-operative\n"
    + f"{HONEY}h-1,household\n"
    + "00-001-00009-1-2023,Chè,tea,3,district,qd-148-2023,2023-09-01,htx-1,co-operative\n"
)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_codes_are_taken_apart_in_every_format(run: Run) -> None:
    """Both layouts, as given or sorted, from arguments or from standard input."""
    codes = ("83-829-28780-3-2022", "51-23425-12-2026")
    rows = rows_of(run("code", *codes).out)
    assert [row["code"] for row in rows] == list(codes)
    assert rows[0] == {
        "code": codes[0],
        "province": "83",
        "district": "829",
        "commune": "28780",
        "serial": "3",
        "year": "2022",
    }
    assert [row["code"] for row in rows_of(run("code", *codes, "--sort").out)] == sorted(codes)
    found = json.loads(run("code", "-", "--format", "json", stdin="\n".join(codes).encode()).out)
    assert [row["code"] for row in found["codes"]] == list(codes)
    named = rows_of(run("code", *codes, "--names").out)
    # Versions of the list for Python 3.12 and later know the old units too.
    assert named[0]["name"] in ("", "Phường 7, Thành phố Bến Tre, Bến Tre")
    assert named[1]["name"] == "Xã Tu Mơ Rông, Quảng Ngãi"
    table = run("code", *codes, "--names", "--format", "table").out
    assert max(map(len, table.splitlines())) <= 80
    assert codes[0] in table


def test_wrong_codes_are_all_told(run: Run) -> None:
    """Each problem names the code and its part; nothing is printed."""
    done = run("code", "83-829-3-2022", "51-23425-12-2026", "x")
    assert (done.code, done.out) == (1, "")
    assert [line.split(": ")[0] for line in done.err.splitlines()] == [
        "83-829-3-2022",
        "83-829-3-2022",
        "x",
        "3 problems; nothing was written",
    ]
    assert run("code").code == 2


def test_a_certificate_with_its_window_and_status(run: Run) -> None:
    """36 months, the window of 26/2026, and the status of a day."""
    (row,) = rows_of(run("certificate", "2024-02-29", "--on", "2026-11-01").out)
    assert row == {
        "recognised_on": "2024-02-29",
        "expires_on": "2027-02-28",
        "renew_from": "2026-09-01",
        "renew_until": "2026-10-31",
        "on": "2026-11-01",
        "status": "late",
    }
    table = run("certificate", "2024-02-29", "--on", "2026-11-01", "--format", "table").out
    assert max(map(len, table.splitlines())) <= 80
    (row,) = rows_of(run("certificate", "2024-02-29", "--months", "48", "--on", "2028-02-29").out)
    assert (row["expires_on"], row["status"]) == ("2028-02-29", "late")


def test_a_certificate_in_the_transition_runs_on(run: Run) -> None:
    """Where the window could not be met the certificate is extended until the result."""
    given = ("certificate", "2023-06-10", "--filed", "2026-06-01", "--decision", "qd-26-2026")
    done = run(*given, "--on", "2026-06-12")
    assert rows_of(done.out)[0]["status"] == "extended"
    assert "lets it run on up to 180 days" in " ".join(done.err.split())
    (row,) = rows_of(run(*given, "--decided", "2026-06-11", "--on", "2026-06-12").out)
    assert row["status"] == "expired"


def test_a_decision_without_window_says_so(run: Run) -> None:
    """Terms of renewal before 2026 are not in the data."""
    given = ("certificate", "2024-02-29", "--decision", "qd-148-2023", "--on", "2026-11-01")
    found = json.loads(run(*given, "--format", "json").out)
    assert found["decision"] == "qd-148-2023"
    assert found["certificates"][0]["renew_from"] is None
    done = run(*given, "--format", "table")
    assert "our data of qd-148-2023 holds no window for renewal" in done.err


def test_wrong_days_are_told(run: Run) -> None:
    """A dossier filed before the recognition; a day that is none."""
    done = run("certificate", "2024-02-29", "--filed", "2024-01-01", "--on", "2026-01-01")
    assert done.code == 1
    assert done.err.startswith("renewal_filed_on: filed for renewal on 2024-01-01, before")
    assert run("certificate", "2024-02-30").code == 2


def test_a_register_is_counted(run: Run, tmp_path: Path) -> None:
    """By star and by several columns, on a day or in all."""
    path = tmp_path / "sổ.csv"
    path.write_text(REGISTER, encoding="utf-8")
    rows = rows_of(run("portfolio", path, "--on", "2026-08-15").out)
    assert rows == [{"star": "3", "count": "2"}, {"star": "4", "count": "1"}]
    done = run("portfolio", path, "--on", "2026-09-02", "--by", "group,producer_type")
    assert rows_of(done.out) == [
        {"group": "honey-and-other-farm-food", "producer_type": "household", "count": "1"},
        {"group": "tea", "producer_type": "co-operative", "count": "1"},
    ]
    found = json.loads(run("portfolio", path, "--every", "--format", "json").out)
    assert (found["total"], found["on"]) == (3, None)
    done = run("portfolio", path, "--on", "2026-09-02", "--format", "table")
    assert done.err == "2 of 3 recognitions valid on 2026-09-02\n"
    makers = tmp_path / "makers.csv"
    makers.write_text("id,name,type\nhtx-1,HTX,co-operative\nh-1,Hộ,household\n", encoding="utf-8")
    done = run("portfolio", path, "--every", "--by", "producer_type", "--producers", makers)
    assert [row["count"] for row in rows_of(done.out)] == ["2", "1"]


def test_what_expires_next(run: Run, tmp_path: Path) -> None:
    """The soonest first, within the days that were named."""
    path = tmp_path / "a.csv"
    path.write_text(REGISTER, encoding="utf-8")
    rows = rows_of(run("portfolio", path, "--on", "2026-08-15", "--expiring", "30").out)
    assert [(row["code"], row["expires_on"]) for row in rows] == [
        ("00-001-00009-1-2023", "2026-09-01")
    ]
    none = run("portfolio", path, "--on", "2026-09-02", "--expiring", "30").out
    assert none == "code,name,star,group,expires_on\n"
    assert run("portfolio", path, "--expiring", "30", "--check").code == 2


def test_a_register_is_checked(run: Run, tmp_path: Path) -> None:
    """A sound one says so; the faults of another are all listed."""
    path = tmp_path / "a.csv"
    path.write_text(REGISTER, encoding="utf-8")
    assert run("portfolio", path, "--check").out == f"{path}: 3 recognitions, no findings\n"
    wrong = (
        REGISTER
        + "00-00001-1-2026,Trà giả định,tea,5,centre,qd-26-2026,2026-09-01,htx-1,co-operative\n"
        + "00-001-00009-2-2025,Chè,teas,3,district,qd-148-2023,2025-09-01,htx-1,co-operative\n"
        + "00-00001-3-2026,Chè,tea,5,province,qd-26-2026,2026-05-01,htx-1,co-operative\n"
    )
    path.write_text(wrong, encoding="utf-8")
    done = run("portfolio", path, "--check")
    assert done.code == 1
    codes = [line.rpartition("[")[2].rstrip("]") for line in done.err.splitlines()[:-1]]
    assert {"overlapping-certificates", "unknown-group", "wrong-level", "district-ended"} <= {
        *codes
    }
    assert "decision-not-applicable" in codes


def test_files_with_faults_are_refused(run: Run, tmp_path: Path) -> None:
    """Row and column of every wrong cell; unknown columns to count by."""
    path = tmp_path / "a.csv"
    path.write_text(REGISTER.replace(",4,", ",four,"), encoding="utf-8")
    done = run("portfolio", path)
    assert done.code == 1
    assert done.err.startswith(f"{path}:2:4: star: found 'four'")
    path.write_text(REGISTER, encoding="utf-8")
    done = run("portfolio", path, "--by", "stars")
    assert done.code == 1
    assert "did you mean 'star'?" in done.err
