"""Three scorers agree, and the proof sees it where one of them is wrong."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import ocop

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

import law_files
import made_sheets
import prove
import reached
import sql_scorer
import three

from ocop.scoring import kernel

Break = Callable[[law_files.Law], object]
WATER = ("qd-26-2026", 16)


@pytest.fixture(scope="module")
def water() -> law_files.Law:
    """Return bottled water of 26/2026, the set with floors, findings, a rule and a knock-out."""
    return prove.laws()[WATER]


@pytest.fixture(scope="module")
def some(water: law_files.Law) -> made_sheets.Sheets:
    """Return sheets of that set, the edges among them."""
    return made_sheets.sheets(water, 1200, seed=7)


def compared(law: law_files.Law, sheets: made_sheets.Sheets, **scorers: Any) -> three.Outcome:
    """Compare the scorers, SQL made from `law`, others as the library and its tests have them."""
    bench = three.Bench(law, ocop.criteria_set(law["decision"], law["number"]))
    bench.plain = scorers.get("plain", bench.plain)
    return bench.run(sheets)


@pytest.mark.parametrize("decision", [law.id for law in ocop.decisions()])
def test_three_scorers_agree_on_the_edges_of_sets(
    decision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They agree on sheets that reach every answer, star, floor, band edge, rule and exclusion.

    Here in the first, a middle and the last set of a decision; ``nox -s proof`` takes all.
    """
    numbers = [*ocop.decision(decision).sets]
    names = [f"{decision}:{numbers[n]}" for n in (0, len(numbers) // 2, -1)]
    assert prove.main(["--sheets", "2400", "--jobs", "1", "--sets", *names]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "proof: 2,400 sheets of 3 sets by three scorers, 0 differ"


def test_the_files_and_the_library_hold_the_same_sets() -> None:
    """What the YAML files say without our loader are the sets that ocop ships, and no other."""
    assert set(prove.laws()) == {(d.id, n) for d in ocop.decisions() for n in d.sets}
    assert prove.unlike(list(prove.laws()), whole=True) == []
    assert prove.unlike([*prove.laws()][1:], whole=True) != []
    assert prove.unlike([("qd-26-2026", 99)], whole=False) != []


# One scorer is broken: the law as SQL reads it.
def _threshold(law: law_files.Law) -> None:
    law["thresholds"][5] = 91


def _no_mark(law: law_files.Law) -> None:
    del law["criteria"]["3.5"]["options"][1]["mark"]


BREAKS: dict[str, Break] = {
    "a threshold is one off": _threshold,
    "a floor is dropped": _no_mark,
    "a rule is left out": lambda law: law["needs"].clear(),
    "a knock-out is left out": lambda law: law["knock_outs"].remove("6.3"),
    "findings are told in another order": lambda law: law["findings"].reverse(),
    "a part lacks a criterion": lambda law: law["parts"]["C"].remove("10"),
    "an option has other points": lambda law: law["criteria"]["7"]["options"][0].update(points=2),
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_a_mistake_in_the_reading_of_the_law_is_seen(
    broken: Break, water: law_files.Law, some: made_sheets.Sheets
) -> None:
    """The story names the set and, where sheets can be scored, the results that differ."""
    law = copy.deepcopy(water)
    broken(law)
    found = compared(law, some)
    assert found.differ > 0
    assert found.first is not None
    assert found.first.startswith("qd-26-2026 set 16 bottled-water: ")


def _facts(law: law_files.Law) -> Iterator[tuple[str, Break]]:
    """Yield every number, mark and rule of a set, with a function that gets it wrong."""
    for code, criterion in law["criteria"].items():
        for n, option in enumerate(criterion["options"]):
            yield f"points of {code}={n + 1}", lambda bad, c=code, n=n: _raise(bad, c, n)
            if "mark" in option:
                yield f"mark of {code}={n + 1}", lambda bad, c=code, n=n: _unmark(bad, c, n)
    for star in (5, 4, 3, 2):
        yield f"threshold of {star}", lambda bad, s=star: _one_more(bad["thresholds"], s)
        yield f"threshold of {star}, low", lambda bad, s=star: _one_less(bad["thresholds"], s)
    for name in ("knock_outs", "findings"):
        for entry in law[name]:
            yield f"{name} {entry}", lambda bad, k=name, e=entry: bad[k].remove(e)
    yield "needs", lambda bad: bad["needs"].clear()


def _raise(law: law_files.Law, code: str, n: int) -> None:
    law["criteria"][code]["options"][n]["points"] += 1


def _unmark(law: law_files.Law, code: str, n: int) -> None:
    del law["criteria"][code]["options"][n]["mark"]


def _one_more(numbers: dict[int, int], key: int) -> None:
    numbers[key] += 1


def _one_less(numbers: dict[int, int], key: int) -> None:
    numbers[key] -= 1


def test_every_fact_of_a_set_decides_some_sheet(
    water: law_files.Law, some: made_sheets.Sheets
) -> None:
    """Whichever single fact of the law is wrong, sheets of the proof have other results."""
    db = sql_scorer.connect()
    right = sql_scorer.run(db, water, *some)
    facts = dict(_facts(water))
    assert len(facts) == 129
    for name, get_wrong in facts.items():
        law = copy.deepcopy(water)
        get_wrong(law)
        assert sql_scorer.query(law) != sql_scorer.query(water), name
        stated = some[1][:, [water["findings"].index(f) for f in law["findings"]]]
        assert sql_scorer.run(db, law, some[0], stated) != right, name


def test_the_reading_of_a_mark_on_a_criterion_is_seen() -> None:
    """Under 148 a mark stands on intellectual property as a whole; read in full, it asks more."""
    law = copy.deepcopy(prove.laws()["qd-148-2023", 1])
    law["criterion_mark"] = "full"
    found = compared(law, made_sheets.sheets(law, 800, seed=1))
    assert found.differ > 0
    assert "('3.6', 4, 1)" in str(found.first)
    assert "('3.6', 4, 2)" in str(found.first)


def test_a_mistake_of_the_plain_scorer_is_seen_and_made_small(
    water: law_files.Law, some: made_sheets.Sheets
) -> None:
    """A product with 5.3 unanswered gets no star: the story keeps the one answer that shows it."""
    right = three.plain_scorer().score

    def wrong(law: Any, answers: Any, findings: Any) -> Any:
        result = right(law, answers, findings)
        return result._replace(star=1) if answers["7"] == 3 else result

    found = compared(water, some, plain=wrong)
    with_it = int((some[0][:, list(water["criteria"]).index("7")] == 3).sum())
    assert 0 < found.differ <= with_it
    lines = str(found.first).splitlines()
    assert lines[0] == "qd-26-2026 set 16 bottled-water: the scorers differ"
    assert " 7=3 " in lines[1]
    assert lines[2] == "  findings: -"
    assert [line.split()[0] for line in lines[3:]][-2:] == ["plain", "sql"]
    assert "star=1," in lines[-2]
    assert "star=1," not in lines[-1]
    # Nothing could be left out: without any of these answers the scorers agree again.
    given = dict(word.split("=") for word in lines[1].split("answers: ")[1].split(" (")[0].split())
    for code in given:
        fewer = {c: int(a) for c, a in given.items() if c != code}
        chosen = ocop.criteria_set(*WATER)
        (score,) = ocop.score(ocop.Sheet(criteria_set=chosen, answers=fewer)).scores()
        assert three.plain_scorer().of(score) == wrong(chosen, {"7": None} | fewer, ())


def test_a_mistake_of_one_way_of_the_kernel_is_seen(
    water: law_files.Law, some: made_sheets.Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numpy kernel gives one sheet one point more, which compiled loops do not."""
    right = kernel._Block._stars

    def wrong(self: Any, parts: Any, gates: Any, out: Any, rows: Any) -> None:
        right(self, parts, gates, out, rows)
        out.total[rows][5:6] += 1

    monkeypatch.setattr(kernel._Block, "_stars", wrong)
    found = compared(water, some)
    assert found.differ == 1
    assert "alone they agree on it: its place among other sheets matters" in str(found.first)


def test_a_mistake_of_the_loader_is_seen(water: law_files.Law, some: made_sheets.Sheets) -> None:
    """Kernel and plain scorer read the same objects, here without the knock-out; SQL does not."""
    chosen = ocop.criteria_set(*WATER)
    loaded_wrong = evolve(chosen, rules=evolve(chosen.rules, knock_outs=()))
    found = three.Bench(water, loaded_wrong).run(some)
    assert found.differ > 0
    lines = str(found.first).splitlines()[3:]
    told = {line.split()[0]: line[line.index("PlainScore(") :] for line in lines}
    assert told["plain"] == told["numpy"] == told["compiled"]
    assert told["plain"] != told["sql"]
    assert "excluded=('zero:6." in told["sql"]


@pytest.mark.parametrize("module", [law_files, sql_scorer, made_sheets, reached])
def test_the_sql_side_knows_nothing_of_ocop(module: Any) -> None:
    """It reads the law on its own, so that it cannot share a mistake."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {getattr(node, "module", None) or node.names[0].name for node in imports}
    assert not {name.split(".")[0] for name in names} & {"ocop", "plain"}


def test_sheets_in_pieces_are_compared_as_in_one(
    water: law_files.Law, some: made_sheets.Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same sheets differ, and the same situations are reached, whatever the pieces."""
    law = copy.deepcopy(water)
    _threshold(law)
    whole = compared(law, some)
    monkeypatch.setattr(three, "PIECE", 500)
    monkeypatch.setattr(three, "SLICE", 70)
    assert compared(law, some) == whole
    assert whole.sheets == 1200


def test_two_readings_of_the_law_with_other_criteria_are_told(water: law_files.Law) -> None:
    """A criterion that only one of them has: no sheet fits both, and the story says so."""
    law = copy.deepcopy(water)
    del law["criteria"]["10"]
    found = compared(law, made_sheets.sheets(water, 10, seed=1))
    assert found.differ == 10
    assert str(found.first).startswith("qd-26-2026 set 16 bottled-water: the files say\n")


def test_a_run_that_reaches_too_little_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """With a handful of sheets nothing differs, and that is not enough."""
    assert prove.main(["--sheets", "5", "--jobs", "1", "--sets", "qd-26-2026:16"]) == 1
    *_, before, last = capsys.readouterr().out.splitlines()
    assert before.startswith("no sheet reaches: qd-26-2026 set 16 bottled-water: ")
    assert last.startswith("proof: 5 sheets of 1 sets by three scorers, 0 differ, ")
    assert last.endswith(" situations not reached")


def test_a_run_that_finds_a_difference_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The difference is printed, counted in the last line, and the exit code is 1."""
    law = copy.deepcopy(prove.laws()[WATER])
    law["thresholds"][5] = 91
    monkeypatch.setattr(prove, "laws", lambda: {WATER: law})
    monkeypatch.setattr(prove, "unlike", lambda *_, **__: [])
    assert prove.main(["--sheets", "900", "--jobs", "1"]) == 1
    printed = capsys.readouterr().out
    assert "total=90, band=5" in printed
    assert "total=90, band=4" in printed
    assert " 0 differ" not in printed


def test_a_set_that_is_not_known_is_refused() -> None:
    """A misspelt set does not make a run of nothing."""
    with pytest.raises(SystemExit, match="unknown sets: qd-26-2027"):
        prove.main(["--sheets", "9", "--sets", "qd-26-2027"])


@pytest.mark.parametrize("key", [WATER, ("qd-781-2020", 26), ("qd-148-2023", 26)])
def test_sheets_are_different_valid_and_always_the_same(key: tuple[str, int]) -> None:
    """No sheet stands twice; another seed gives others; all of them are sheets of the set."""
    law, chosen = prove.laws()[key], ocop.criteria_set(*key)
    answers, stated = made_sheets.sheets(law, 3000, seed=1)
    assert len({(*a, *f) for a, f in zip(answers.tolist(), stated.tolist(), strict=True)}) == 3000
    again = made_sheets.sheets(law, 3000, seed=1)
    assert np.array_equal(answers, again[0])
    assert np.array_equal(stated, again[1])
    assert not np.array_equal(answers, made_sheets.sheets(law, 3000, seed=2)[0])
    names = [str(n) for n in range(3000)]
    ocop.Sheets(criteria_set=chosen, products=names, answers=answers)


def test_the_query_says_which_sheets_mix_cases() -> None:
    """SQL finds two cases of a kind on one sheet exactly where ocop refuses the sheet."""
    law, chosen = prove.laws()["qd-781-2020", 26], ocop.criteria_set("qd-781-2020", 26)
    rng = np.random.default_rng(3)
    sizes = [len(criterion["options"]) for criterion in law["criteria"].values()]
    shape = 300, len(sizes)
    answers = np.where(rng.random(shape) < 0.7, 0, rng.integers(0, sizes, shape) + 1)
    db = sql_scorer.connect()
    sql_scorer.run(db, law, answers.astype(np.uint8), np.zeros((300, 0), dtype=bool))
    mixed = [row[0] for row in db.execute("select mixed from scored order by sheet").fetchall()]
    refused = []
    for row in answers.tolist():
        codes = set()
        try:
            ocop.Sheet(criteria_set=chosen, answers=dict(zip(chosen.codes, row, strict=True)))
        except ocop.SheetError as error:
            codes = {problem.code for problem in error.problems}
        refused.append(codes)
    assert [{"mixed-cases"} if one else set() for one in mixed] == refused
    assert set(mixed) == {True, False}


def test_situations_are_counted_one_by_one(water: law_files.Law) -> None:
    """The best sheet alone is in the situations of its answers and of five stars."""
    best = np.array([[choice.best for choice in made_sheets.choices(water)[0]]], dtype=np.uint8)
    db = sql_scorer.connect()
    sql_scorer.run(db, water, best, np.zeros((1, len(water["findings"])), dtype=bool))
    seen = {situation for situation, times in reached.count(db, water).items() if times}
    assert {group for group, _ in seen} == {"answers", "stars", "rules", "floors just met"}
    assert ("stars", "star 5") in seen
    assert sum(group == "answers" for group, _ in seen) == len(water["criteria"])


def test_the_query_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    """The stages of the model stand in it in their order."""
    sql_scorer.main("qd-26-2026", "16")
    text = capsys.readouterr().out
    stages = ["printed", "counted", "added", "summed", "banded", "checked", "scored"]
    places = [text.index(f"{stage} as (") for stage in stages]
    assert places == sorted(places)
    assert 'case when "5.1 points" > 0 then "5.2 points" else 0 end as "5.2 counted"' in text
    assert "when total >= 90 then 5" in text
