"""`ocop decisions`, `show`, `template`, `validate` and `demo`."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import ocop
from ocop._resources import resource
from ocop.types import Lang

Run = Callable[..., Any]
SETS = [(law.id, number) for law in ocop.decisions() for number in law.sets]


def best_options(source: ocop.CriteriaSet) -> dict[str, int]:
    """Return, for each criterion, the position of its best option, within the first case."""
    chosen = {kind.id: kind.cases[0].id for kind in source.case_kinds}
    best = {}
    for item in source.items:
        case = chosen.get(item.criterion.case_kind or "")
        options = enumerate(item.criterion.options, start=1)
        best[item.code] = max((o.points, n) for n, o in options if o.case == case)[1]
    return best


# decisions


def test_decisions_in_every_format(run: Run) -> None:
    """The list of decisions is the same as CSV, JSON and in the table."""
    as_csv = list(csv.DictReader(io.StringIO(run("decisions").out)))
    head = json.loads(run("decisions", "--format", "json").out)
    assert [
        {k: "" if v is None else str(v) for k, v in row.items()} for row in head["decisions"]
    ] == as_csv
    assert (head["schema"], head["ocop"]) == (1, ocop.__version__)
    shipped = ocop.decisions()
    assert [row["id"] for row in as_csv] == [law.id for law in shipped]
    assert [row["number"] for row in as_csv] == [law.number for law in shipped]
    assert [(row["sets"], row["declared"]) for row in head["decisions"]] == [
        (len(law.sets), len(law.declared)) for law in shipped
    ]
    assert "Đ" in run("decisions", "--format", "json").out
    assert [row["in_force_until"] for row in as_csv] == [
        "" if law.in_force_until is None else str(law.in_force_until) for law in shipped
    ]
    table = run("decisions", "--format", "table").out
    assert max(map(len, table.splitlines())) <= 80
    for row in as_csv:
        (line,) = [line for line in table.splitlines() if line.startswith(f"{row['id']} ")]
        assert line.split() == " ".join(row.values()).split()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_table_of_decisions_says_how_sure_they_are(run: Run, lang: Lang) -> None:
    """Below the table each decision's title and source stand in the language asked for."""
    out = " ".join(run("decisions", "--format", "table", "--lang", lang).out.split())
    for law in ocop.decisions():
        assert law.title[lang] in out
        assert law.source.text[lang] in out


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2020-06-08", "qd-781-2020"), ("2023-02-23", "qd-781-2020"), ("2026-05-22", "qd-26-2026")],
)
def test_the_decision_of_a_day(run: Run, day: str, expected: str) -> None:
    """`--on` gives the one decision in force on that day, first and last days included."""
    rows = list(csv.DictReader(io.StringIO(run("decisions", "--on", day).out)))
    assert [row["id"] for row in rows] == [expected]
    assert ocop.in_force(date.fromisoformat(day)).id == expected


def test_a_day_without_a_decision(run: Run) -> None:
    """A day that no decision covers is told with the spans that are covered."""
    done = run("decisions", "--on", "2019-08-20")
    assert (done.code, done.out) == (1, "")
    assert "qd-781-2020 from 2020-06-08 to 2023-02-23" in done.err
    assert run("decisions", "--on", "hôm nay").code == 2


# show


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("law", "number"), SETS)
def test_show_a_set_as_text(run: Run, law: str, number: int, lang: Lang) -> None:
    """Every part, section, criterion and option stands in the text, in 80 columns."""
    done = run("show", law, number, "--lang", lang)
    assert (done.code, done.err) == (0, "")
    assert max(map(len, done.out.splitlines())) <= 80
    source = ocop.criteria_set(law, number)
    words = " ".join(done.out.split())
    vietnamese = lang == "vi"
    expected: list[str] = [
        f"{'bộ' if vietnamese else 'set'} {number}: {source.label[lang]} ({source.group.slug})"
    ]
    for part in source.parts:
        expected.append(f"{part.code} {part.title[lang]} ({part.points})")
        for section in part.sections:
            expected.append(f"{section.code} {section.title[lang]} ({section.points})")
            headings = {h.code: f"{h.code} {h.title[lang]}" for h in section.headings}
            for item in section.items:
                over = [code for code in headings if item.code.startswith(f"{code}.")]
                expected += [headings.pop(code) for code in over]
                criterion = item.criterion
                text = f"{item.code} {criterion.title[lang]} ({criterion.best})"
                if criterion.mark is not None:
                    text += f" ★{criterion.mark}"
                if criterion.note is not None:
                    text += f" {criterion.note[lang]}"
                for position, option in enumerate(criterion.options, start=1):
                    star = f"★{option.mark} " if option.mark else ""
                    case = f"[{option.case}] " if option.case else ""
                    label = " ".join(option.label[lang].split())
                    text += f" {position}. {option.points} {star}{case}{label}"
                expected.append(text)
            assert headings == {}
    place = 0
    for text in expected:
        found = words.find(" ".join(text.split()), place)
        assert found >= 0, text
        place = found + 1
    decision = ocop.decision(law)
    declared = decision.declared[number - 1]
    assert f"{'Ngành' if vietnamese else 'Sector'}: {source.group.sector.label[lang]}" in words
    led = [agency.label[lang] for agency in decision.agencies if agency.id in declared.agencies]
    assert all(name in words for name in led)
    assert (
        (("Chủ trì:" if vietnamese else "Led by:") in words) == bool(led) == (law == "qd-26-2026")
    )
    for exclusion in source.exclusions:
        label = exclusion.finding.label[lang]
        assert f"{exclusion.finding.id} ({exclusion.where}): {label}" in words
    for rule in (*source.rules.needs, *source.rules.knock_outs):
        assert f"{'Quy tắc' if vietnamese else 'Rule'}: {rule.label[lang]}" in words
    for gap in source.gaps:
        expected_gap = f"Gap at {gap.where}: heading {gap.heading} points, options reach "
        if vietnamese:
            expected_gap = f"Hụt điểm ở {gap.where}: tiêu đề {gap.heading} điểm, các mức chỉ đạt "
        assert expected_gap + str(gap.reachable) in words
    for erratum in source.errata:
        text = f"Read at {erratum.where}: printed {erratum.printed}; read {erratum.read}"
        if vietnamese:
            text = f"Cách đọc ở {erratum.where}: bản in {erratum.printed}; đọc là {erratum.read}"
        assert text in words
    assert (f"those of {decision.base}" in words) == (decision.base is not None and not vietnamese)


def test_show_where_the_source_has_a_gap(run: Run, own: Path) -> None:
    """Points that a heading promises and no option reaches are told below the set."""
    path = own / "sets" / "11-tea.yaml"
    text = path.read_text(encoding="utf-8").replace("points: 18", "points: 19", 1)
    gaps = """gaps:
  - {where: "1", heading: 19, reachable: 18}
  - {where: "A", heading: 40, reachable: 41}
"""
    path.write_text(text.replace("parts:\n", f"{gaps}parts:\n", 1), encoding="utf-8")
    lines = run("show", own, "tea").out.splitlines()
    assert "Gap at 1: heading 19 points, options reach 18" in lines
    assert "Gap at A: heading 40 points, options reach 41" in lines


@pytest.mark.parametrize(("law", "number"), SETS)
def test_show_a_set_as_json(run: Run, law: str, number: int) -> None:
    """JSON holds every criterion with its options, and the digest of what was read."""
    done = run("show", law, number, "--format", "json")
    shown = json.loads(done.out)
    source = ocop.criteria_set(law, number)
    assert (shown["schema"], shown["digest"], shown["number"]) == (1, source.digest, number)
    items = [
        (
            item["code"],
            [(o["points"], o["mark"], o["label"]["vi"]) for o in item["criterion"]["options"]],
        )
        for part in shown["parts"]
        for section in part["sections"]
        for item in section["items"]
    ]
    assert items == [
        (item.code, [(o.points, o.mark, o.label.vi) for o in item.criterion.options])
        for item in source.items
    ]
    assert "\\u" not in done.out


def test_an_amendment_says_from_which_decision_each_part_comes(run: Run) -> None:
    """1489 states who recognises; parts and sets are those of 148. 1048 states dates alone."""
    words = " ".join(run("show", "qd-1489-2025").out.split())
    assert "C 35 (Product quality) (from qd-148-2023)" in words
    assert "Recognised by: province ★★★ ★★★★, centre ★★★★★ (stated by this decision)" in words
    assert "Criteria sets: those of qd-148-2023" in words
    words = " ".join(run("show", "qd-1048-2019", "--lang", "vi").out.split())
    assert "★ từ 0 (theo qd-781-2020)" in words
    assert "Bộ tiêu chí: theo qd-781-2020" in words
    header = json.loads(run("show", "qd-1489-2025", "--format", "json").out)
    assert header["base"] == "qd-148-2023"
    assert "bands" not in header["inherited"]
    assert "parts" in header["inherited"]
    assert ocop.decision("qd-26-2026").inherited == ()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("law", [law.id for law in ocop.decisions()])
def test_show_a_decision(run: Run, law: str, lang: Lang) -> None:
    """A decision's text lists every declared set, those not transcribed as such."""
    done = run("show", law, "--lang", lang)
    assert (done.code, done.err) == (0, "")
    assert max(map(len, done.out.splitlines())) <= 80
    source = ocop.decision(law)
    for declared in source.declared:
        lines = [line.split() for line in done.out.splitlines()]
        assert [words[0] for words in lines if words[1:2] == [declared.group]] == [
            str(declared.number)
        ]
    words = " ".join(done.out.split())
    missing = sum(not declared.transcribed for declared in source.declared)
    assert words.count("(chưa có nguồn)" if lang == "vi" else "(not held)") == missing
    for band in source.bands:
        assert f"{'★' * band.star} {'từ' if lang == 'vi' else 'from'} {band.at_least}" in words
    assert source.source.text[lang] in words
    header = json.loads(run("show", law, "--format", "json").out)
    assert header["number"] == source.number
    assert [d["group"] for d in header["declared"]] == [d.group for d in source.declared]
    assert "sets" not in header


def test_show_by_group(run: Run) -> None:
    """A set is found by its product group as by its number."""
    assert run("show", "qd-26-2026", "tea") == run("show", "qd-26-2026", "11")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["qd-26-2062"], "unknown-decision"),
        (["qd-26-2026", "27"], "unknown-set"),
        (["qd-1048-2019", "26"], "set-not-transcribed"),
    ],
)
def test_show_what_is_not_there(run: Run, args: list[str], code: str) -> None:
    """What the data does not hold is told in one line."""
    done = run("show", *args)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[0].endswith(f"[{code}]")


# template


@pytest.mark.parametrize(("law", "number"), SETS)
def test_a_form_filled_in_with_the_best_options(
    run: Run, tmp_path: Path, law: str, number: int
) -> None:
    """The form of every set, filled in with the best options, scores 100 points and five stars."""
    path = tmp_path / "mẫu.csv"
    done = run("template", "--decision", law, "--set", number, "--output", path)
    assert (done.code, done.out) == (0, "")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mẫu-legend.csv", "mẫu.csv"]
    source = ocop.criteria_set(law, number)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        (header,) = list(csv.reader(stream))
    assert header == ["product", "findings", *source.codes]
    best = best_options(source)
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["sp-1", "", *(best[code] for code in header[2:])])
    rows = json.loads(
        run("score", path, "--decision", law, "--set", number, "--format", "json").out
    )["results"]
    assert [(r["total"], r["band"], r["star"], r["missing_floors"]) for r in rows] == [
        (source.reachable, 5, 5, "")
    ]
    assert source.reachable == 100 or source.gaps
    assert rows[0]["answered"] == rows[0]["of"] == len(source.items)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("law", "number"), SETS)
def test_the_legend_explains_every_answer(run: Run, law: str, number: int, lang: Lang) -> None:
    """Each option and each finding has a line: what to write, its points, mark and meaning."""
    done = run("template", "--decision", law, "--set", number, "--lang", lang, "--legend")
    source = ocop.criteria_set(law, number)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    expected = [
        {
            "column": item.code,
            "title": item.criterion.title[lang],
            "write": str(position),
            "points": str(option.points),
            "star_mark": str(option.mark or ""),
            "case": option.case or "",
            "meaning": option.label[lang],
        }
        for item in source.items
        for position, option in enumerate(item.criterion.options, start=1)
    ]
    assert rows[: len(expected)] == expected
    assert [(row["column"], row["write"], row["meaning"]) for row in rows[len(expected) :]] == [
        ("findings", e.finding.id, e.finding.label[lang]) for e in source.exclusions
    ]


def test_the_form_and_legend_on_the_terminal_are_those_of_the_files(
    run: Run, tmp_path: Path
) -> None:
    """Files start with a byte order mark, for Excel; what is printed does not."""
    path = tmp_path / "chè.csv"
    args = ("template", "--decision", "qd-26-2026", "--set", "tea")
    done = run(*args, "--output", path)
    assert done.err == f"form in {path}, legend in {tmp_path / 'chè-legend.csv'}\n"
    assert path.read_bytes() == b"\xef\xbb\xbf" + run(*args).out.encode("utf-8")
    legend = (tmp_path / "chè-legend.csv").read_bytes()
    assert legend == b"\xef\xbb\xbf" + run(*args, "--legend").out.encode("utf-8")


def test_a_template_needs_a_set(run: Run) -> None:
    """Without --set there is no form to make: wrong usage."""
    done = run("template")
    assert (done.code, done.out) == (2, "")
    assert "Missing option '--set'" in done.err


def test_a_legend_is_printed_or_written_not_both(run: Run, tmp_path: Path) -> None:
    """With --output the legend is a file anyway; asking for it twice is wrong usage."""
    args = ("template", "--decision", "qd-26-2026", "--set", "tea", "--legend")
    done = run(*args, "--output", tmp_path / "chè.csv")
    assert (done.code, done.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["chè.csv", "chè.xlsx"])
def test_a_form_that_is_there_stays(run: Run, tmp_path: Path, name: str) -> None:
    """A form may be filled in by now: a second blank one never takes its place."""
    path = tmp_path / name
    path.write_text("filled in", encoding="utf-8")
    done = run("template", "--decision", "qd-26-2026", "--set", "tea", "--output", path)
    assert done.code == 1
    assert done.err == (
        f"{path}: the file is there already; name another file, or delete this one [file-exists]\n"
        "1 problem; nothing was written\n"
    )
    assert [p.read_text("utf-8") for p in tmp_path.iterdir()] == ["filled in"]


def test_a_template_where_nothing_can_be_written(run: Run, tmp_path: Path) -> None:
    """A folder that is not there is told without a traceback."""
    path = tmp_path / "không có" / "chè.csv"
    done = run("template", "--decision", "qd-26-2026", "--set", "tea", "--output", path)
    assert done.code == 1
    assert done.err.startswith("error: cannot write ")


# validate


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a copy of the shipped decision 26/2026."""
    folder = tmp_path / "qd-của-tôi"
    shutil.copytree(str(resource("criteria_sets") / "qd-26-2026"), folder)
    return folder


def test_validate_a_good_folder_and_file(run: Run, own: Path) -> None:
    """A sound folder and a sound file in it end with exit code 0 and say so."""
    for path in (own, own / "decision.yaml", own / "sets" / "11-tea.yaml"):
        done = run("validate", path)
        assert done == (0, f"{path}: no problems\n", "")
        assert json.loads(run("validate", path, "--format", "json").out)["problems"] == []


def test_validate_a_bad_folder(run: Run, own: Path) -> None:
    """Every problem of every file is listed with its place, and the exit code is 1."""
    for name, old, new in [
        ("sets/11-tea.yaml", "number: 11", "number: 12"),
        ("sets/01-fresh-produce.yaml", "number: 1", "number: 1\nnew: 1"),
        ("criteria/market.yaml", "points:", "poitns:"),
    ]:
        path = own / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = run("validate", own)
    problems = ocop.validate(own)
    assert done.code == 1
    assert done.out.splitlines() == [str(problem) for problem in problems]
    assert done.err == f"{len(problems)} problems\n"
    assert all(p.file and p.line and p.column for p in problems)
    assert len({p.file for p in problems}) >= 3
    as_json = run("validate", own, "--format", "json")
    assert as_json.code == 1
    assert json.loads(as_json.out)["problems"] == [p.to_dict() for p in problems]


def test_validate_one_problem(run: Run, tmp_path: Path) -> None:
    """A single problem is counted in the singular."""
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    done = run("validate", path)
    assert done.code == 1
    assert len(done.out.splitlines()) == len(ocop.validate(path)) == 1
    assert done.err == "1 problem\n"


def test_validate_what_is_not_there(run: Run, tmp_path: Path) -> None:
    """A path that does not exist is wrong usage."""
    done = run("validate", tmp_path / "không có")
    assert done.code == 2
    assert "does not exist" in done.err


# demo


def test_demo(run: Run, durian: Path, province_scores: tuple[ocop.Scores, ...]) -> None:
    """The figures of the demo are those that the library's single scores add up to."""
    done = run("demo")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 80
    real = ocop.score(ocop.read_sheets(durian, "qd-781-2020", set=1)[0])[0]
    assert lines[3].split() == [real.product, "34", "24", "35", "93", "★★★★★"]

    single = [score for batch in province_scores for score in batch.scores()]
    assert f"{len(single)} products in {len(province_scores)} groups" in done.out
    pairs = Counter((score.band, score.star or 0) for score in single)
    start = next(n for n, line in enumerate(lines) if line.startswith("band by points")) + 2
    for band, line in zip((5, 4, 3, 2, 1), lines[start:], strict=False):
        stars, *counts = line.split()
        assert stars == "★" * band
        assert list(map(int, counts)) == [
            pairs[band, star] for star in (5, 4, 3, 2, 1, 0) if pairs[band, star]
        ]
    enough = [s for s in single if s.total >= 70 and not s.excluded]
    short = [s for s in enough if s.missing_floors]
    assert f"{len(enough)} products have 70 points or more; {len(short)} of them" in done.out
    assert all(s.star is not None and s.star < s.band for s in short)

    ranking = ocop.rank(province_scores)
    names = {
        product: name
        for batch in province_scores
        for product, name in zip(batch.products, batch.sheets.columns["name"], strict=True)
    }
    first = lines[lines.index("The first ten:") + 3 :]
    assert len(first) == 10
    for line, place in zip(first, ranking.head(10), strict=True):
        rank, product, *name, total, star = line.split()
        assert (int(rank), product) == (place["rank"], place["product"])
        assert (int(total), star) == (place["total"], "★" * place["star"])
        assert " ".join(name) == names[product]
