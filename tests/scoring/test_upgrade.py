"""Upgrades: equal to a mixed-integer programme, every plan checked with the plain scorer."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import attrs
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

import ocop
from ocop.law import model
from ocop.scoring.upgrade import upgrade
from ocop.scoring.upgrade_plans import NoUpgrade, Raise, UpgradePlan, Upgrades

Answers = Mapping[str, "int | None"]
Costs = Mapping[str, Sequence["int | None"]]


class Oracle:
    """The upgrade as a mixed-integer programme, read off the law objects alone.

    One binary variable per criterion and answer it may have in the end (the answer it has, or an
    option with more points), one per case, and one "counts" variable per answer of a criterion
    that a needs rule can silence. Cost, number of raises and points raised are one objective.
    """

    def __init__(self, law: ocop.CriteriaSet, plain: Any) -> None:
        self.law, self.plain = law, plain
        self.one = 1 + sum(item.criterion.best for item in law.items)
        self.needs = {rule.item: rule.other for rule in law.rules.needs}
        watched = {rule.section for rule in law.rules.knock_outs}
        self.watched = {i.code for section in watched for i in law.section_items(section)}

    def solve(
        self, answers: Answers, star: int, costs: Costs | None = None, locked: Sequence[str] = ()
    ) -> tuple[int, int, int] | None:
        """Return (cost, raises, points raised) of the optimum; None where there is none."""
        self.objective: list[float] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        cases = {
            (kind.id, case.id): self.variable()
            for kind in self.law.case_kinds
            for case in kind.cases
        }
        for kind in self.law.case_kinds:
            self.rows.append(({cases[kind.id, case.id]: 1.0 for case in kind.cases}, 1, 1))
        chosen: dict[str, list[tuple[int, int, int]]] = {}
        facts: dict[int, tuple[int, int, int]] = {}
        for item in self.law.items:
            chosen[item.code] = self.criterion(item, answers, costs, locked, cases, facts)
        counting: dict[int, float] = {}
        for item in self.law.items:
            counted = self.counted(item.code, chosen)
            counting.update(counted)
            least = self.plain.floor(self.law, item.criterion, star) if star >= 3 else 0
            if least:
                self.rows.append((dict(counted), least, np.inf))
            if item.code in self.watched:
                row = dict.fromkeys(counted, 1.0)
                row |= {v: 1.0 for v, answer, _ in chosen[item.code] if answer is None}
                self.rows.append((row, 1, np.inf))
        least = next(band.at_least for band in self.law.bands if band.star == star)
        self.rows.append((counting, least, np.inf))
        picked = self.run()
        if picked is None:
            return None
        parts = [facts[v] for v in picked if v in facts]
        return tuple(sum(column) for column in zip((0, 0, 0), *parts, strict=True))  # type: ignore[return-value]  # three sums

    def variable(self, weight: float = 0.0) -> int:
        self.objective.append(weight)
        return len(self.objective) - 1

    def criterion(
        self,
        item: model.Item,
        answers: Answers,
        costs: Costs | None,
        locked: Sequence[str],
        cases: Mapping[tuple[str, str], int],
        facts: dict[int, tuple[int, int, int]],
    ) -> list[tuple[int, Any, int]]:
        options = item.criterion.options
        answer = answers.get(item.code)
        now = options[answer - 1].points if answer else 0
        found = [(self.variable(), answer, now)]
        for position, option in enumerate(options, start=1):
            prices = [1] * len(options) if costs is None else costs.get(item.code)
            price = None if prices is None or item.code in locked else prices[position - 1]
            if option.points > now and price is not None:
                gain = option.points - now
                # Costs are small here, so that the packed objective stays far below 2**53.
                weight = (price * (len(self.law.items) + 1) + 1) * self.one + gain
                found.append((self.variable(weight), position, option.points))
                facts[found[-1][0]] = (price, 1, gain)
        self.rows.append(({v: 1.0 for v, _, _ in found}, 1, 1))
        for v, position, _ in found:
            case = options[position - 1].case if position else None
            if case is not None and position == answer:
                # An answer keeps its case, also where the answer itself is raised.
                self.rows.append(({cases[str(item.criterion.case_kind), case]: 1.0}, 1, 1))
            elif case is not None:
                own = cases[str(item.criterion.case_kind), case]
                self.rows.append(({v: 1.0, own: -1.0}, -np.inf, 0))
        return found

    def counted(
        self, code: str, chosen: Mapping[str, list[tuple[int, Any, int]]]
    ) -> dict[int, float]:
        """Return the variables whose sum are the points that count, each with its points."""
        if code not in self.needs:
            return {v: float(p) for v, _, p in chosen[code] if p}
        result = {}
        scores = {v: -1.0 for v, _, p in chosen[self.needs[code]] if p}
        for v, _, points in chosen[code]:
            if points:
                counts = self.variable()
                self.rows.append(({counts: 1.0, v: -1.0}, -np.inf, 0))
                self.rows.append(({counts: 1.0} | scores, -np.inf, 0))
                result[counts] = float(points)
        return result

    def run(self) -> list[int] | None:
        size = len(self.objective)
        data = [(r, c, v) for r, (row, _, _) in enumerate(self.rows) for c, v in row.items()]
        r, c, v = zip(*data, strict=True)
        matrix = csr_array((v, (r, c)), shape=(len(self.rows), size))
        limits = LinearConstraint(matrix, [x[1] for x in self.rows], [x[2] for x in self.rows])
        result = milp(
            np.array(self.objective),
            integrality=np.ones(size),
            bounds=Bounds(0, 1),
            constraints=[limits],
            options={"mip_rel_gap": 0},
        )
        if result.status == 2:
            return None
        assert result.status == 0, result.message
        picked: list[int] = np.flatnonzero(result.x > 0.5).tolist()
        return picked


def applied(answers: Answers, plan: UpgradePlan, without: str | None = None) -> dict[str, Any]:
    """Return the answers with the raises of a plan, all or all but one."""
    return dict(answers) | {r.code: r.after for r in plan.raises if r.code != without}


def check_plan(plain: Any, law: ocop.CriteriaSet, answers: Answers, star: int, plan: Any) -> None:
    """Assert that a plan reaches the star, says what it leads to, and has no idle raise."""
    after = plain.score(law, applied(answers, plan))
    assert after.star is not None
    assert (after.total, after.band, after.star) == (plan.total, plan.band, plan.star)
    assert plan.star >= star
    assert plan.cost == sum(r.cost for r in plan.raises)
    assert plan.points == sum(r.points for r in plan.raises)
    for r in plan.raises:
        assert r.points > 0
        assert r.before == answers.get(r.code)
        assert (plain.score(law, applied(answers, plan, without=r.code)).star or 0) < star
    ocop.Sheet(criteria_set=law, answers=applied(answers, plan))


def best_answers(law: ocop.CriteriaSet) -> dict[str, int | None]:
    """Return the answers with the most points, of the first case where there are cases."""
    cases = {kind.id: kind.cases[0].id for kind in law.case_kinds}
    result: dict[str, int | None] = {}
    for item in law.items:
        options = item.criterion.options
        own = [
            n
            for n, o in enumerate(options, start=1)
            if o.case is None or o.case == cases[str(item.criterion.case_kind)]
        ]
        result[item.code] = max(own, key=lambda n, options=options: options[n - 1].points)  # type: ignore[misc]  # bound now
    return result


# Cases that can be checked by hand.


def test_one_five_star_minimum_is_the_one_raise(fresh: ocop.CriteriaSet) -> None:
    """26/2026 set 1, all at the maximum but 4.1 at its third option: raise 4.1, nothing else."""
    sheet = ocop.Sheet(criteria_set=fresh, answers=best_answers(fresh) | {"4.1": 3})
    found = upgrade(sheet)
    assert (found.target.tolist(), found.reachable.tolist()) == ([5], [True])
    assert (found.cost.tolist(), found.raised.tolist(), found.points.tolist()) == ([1], [1], [2])
    plan = UpgradePlan(
        product="product",
        raises=(Raise(code="4.1", before=3, after=4, points=2, cost=1),),
        cost=1,
        points=2,
        total=100,
        band=5,
        star=5,
    )
    assert found[0] == (plan,)
    assert found.reason(0) is None


def test_every_marked_minimum_alone_is_the_one_raise(every_set: Any, plain: Any) -> None:
    """In all sets: the maximum but for one criterion just below its 5-star floor, raise that one.

    The raise goes no further than the floor, for 100 points leave room.
    """
    seen = 0
    for law in every_set:
        marked = [(i, f) for i in law.items if (f := plain.floor(law, i.criterion, 5))]
        if not marked or law.reachable < 100:
            continue
        sheets = [
            ocop.Sheet(
                criteria_set=law,
                product=item.code,
                answers=best_answers(law)
                | {item.code: sum(o.points < floor for o in item.criterion.options)},
            )
            for item, floor in marked
        ]
        for (item, floor), plans in zip(marked, upgrade(ocop.Sheets.of(sheets), 5), strict=True):
            ((only,),) = (plan.raises for plan in plans)
            assert only.code == item.code
            goal = item.criterion.options[only.after - 1].points
            assert goal == min(o.points for o in item.criterion.options if o.points >= floor)
            seen += 1
    assert seen > 1000


def test_raising_the_other_criterion_lets_a_criterion_count(fresh: ocop.CriteriaSet) -> None:
    """5.2 counts only where 5.1 scores: one point more in 5.1 brings three, from 27 to 30."""
    answers = {"5.1": 1, "5.2": 3, "1.1": 3, "1.7": 2, "4.3": 5, "7": 3, "8": 4, "9": 3, "10": 3}
    sheet = ocop.Sheet(criteria_set=fresh, answers=answers)
    assert ocop.score(sheet).total.tolist() == [27]
    (plan,) = upgrade(sheet, plans=5)[0]
    assert str(plan) == "5.1:1>2"
    assert (plan.points, plan.total, plan.star) == (1, 30, 2)
    # With 5.1 as it is, another criterion has to bring all three points.
    other = upgrade(sheet, locked=["5.1"])
    assert (other.raised.tolist(), other.points.tolist()) == ([1], [3])


def test_a_knock_out_is_lifted() -> None:
    """26/2026 set 16: an option of 0 points in section 6 excludes; one raise lifts it."""
    law = ocop.criteria_set("qd-26-2026", 16)
    sheet = ocop.Sheet(criteria_set=law, answers=best_answers(law) | {"6.1": 1})
    assert ocop.score(sheet).star.tolist() == [0]
    found = upgrade(sheet)
    assert found.target.tolist() == [1]
    assert [(str(plan), plan.star) for plan in found[0]] == [("6.1:1>2", 5)]
    assert upgrade(sheet, locked=["6.1"]).reason(0) == NoUpgrade(
        reason="locked-floor", codes=("6.1",), most=97, needed=0
    )


# The oracle.


def drawn(law: ocop.CriteriaSet, rng: Random) -> tuple[Costs, list[str]]:
    """Return costs of a few units, some not possible, one criterion without, and a few locks."""
    costs = {
        item.code: [
            None if rng.random() < 0.05 else rng.randint(0, 9) for _ in item.criterion.options
        ]
        for item in law.items
    }
    del costs[rng.choice(law.codes)]
    return costs, rng.sample(law.codes, 3)


def compare(
    plain: Any, law: ocop.CriteriaSet, given: Sequence[Any], found: Upgrades, **how: Any
) -> int:
    """Compare every row with the oracle; return how many programmes were solved."""
    oracle = Oracle(law, plain)
    solved = 0
    for row, (sheet, plans) in enumerate(zip(given, found, strict=True)):
        star = int(found.target[row])
        now = plain.score(law, sheet.answers, sheet.findings).star or 0
        if now >= star:
            assert found.reason(row) == NoUpgrade(reason="already-there")
            continue
        if sheet.findings:
            reason = found.reason(row)
            assert reason is not None
            assert (reason.reason, set(reason.codes)) == ("excluded", sheet.findings)
            continue
        best = oracle.solve(sheet.answers, star, **how)
        solved += 1
        if best is None:
            assert not plans
            assert found.reason(row) is not None
            continue
        values = (found.cost[row], found.raised[row], found.points[row])
        assert tuple(map(int, values)) == best
        for plan in plans:
            check_plan(plain, law, sheet.answers, star, plan)
            assert (plan.cost, len(plan.raises), plan.points) == best
        assert len({str(plan) for plan in plans}) == len(plans)
    return solved


@pytest.mark.parametrize("decision", ["qd-26-2026", "qd-148-2023"])
def test_equal_to_the_oracle(decision: str, plain: Any, generate: Any) -> None:
    """Over 1,000 sheets each of two decisions, all sets: next star, 5 stars, costs and locks."""
    solved = 0
    for law in ocop.decision(decision).sets.values():
        given = generate.sheets(law, 25, seed=3)
        solved += compare(plain, law, given, upgrade(generate.batch(law, given), plans=3))
        given = generate.sheets(law, 16, seed=4)
        solved += compare(plain, law, given, upgrade(generate.batch(law, given), 5))
        given = generate.sheets(law, 25, seed=5)
        costs, locked = drawn(law, Random(f"{decision} {law.number}"))
        how: Any = {"costs": costs, "locked": locked}
        found = upgrade(generate.batch(law, given), plans=2, **how)
        solved += compare(plain, law, given, found, **how)
    assert solved > 1000


def test_equal_to_the_oracle_before_there_were_marks(plain: Any, generate: Any) -> None:
    """781/2020 has no marks, options of 0 points and a case of form in every set."""
    for law in itertools.islice(ocop.decision("qd-781-2020").sets.values(), 0, None, 5):
        given = generate.sheets(law, 8, seed=4)
        assert compare(plain, law, given, upgrade(generate.batch(law, given), plans=9))


@pytest.mark.parametrize("seed", range(12))
def test_equal_to_the_oracle_on_wild_sets(seed: int, plain: Any, generate: Any) -> None:
    """Options out of order, two kinds of cases, rules across sections, many points."""
    law = generate.wild_set(seed, (4, 30)[seed % 2])
    given = generate.sheets(law, 6, seed=5)
    batch = generate.batch(law, given)
    compare(plain, law, given, upgrade(batch, plans=4))
    costs, locked = drawn(law, Random(seed))
    how: Any = {"costs": costs, "locked": locked}
    compare(plain, law, given, upgrade(batch, 4, plans=4, **how), **how)


# All plans of small sets, by trying everything.


def small_set(generate: Any, rng: Random) -> ocop.CriteriaSet:
    """Return a set of six criteria with a rule, a knock-out, marks and a kind of two cases."""

    def options(count: int) -> list[Any]:
        marks = [None, None, None, 3, 4, 5]
        return [generate.option(rng.randint(0, 4), rng.choice(marks)) for _ in range(count)]

    def cased() -> list[Any]:
        return [generate.option(rng.randint(0, 3), None, case) for case in "xxyy"]

    one = generate.section(
        "1", generate.item("1.1", *options(3)), generate.item("1.2", *options(2))
    )
    two = generate.section(
        "2",
        generate.item("2.1", *cased(), case_kind="k"),
        generate.item("2.2", *cased(), case_kind="k"),
        generate.item("2.3", *options(2)),
    )
    kind = model.CaseKind(
        id="k",
        label=generate.label("k"),
        cases=tuple(model.Case(id=case, label=generate.label(case)) for case in "xy"),
    )
    law: ocop.CriteriaSet = generate.criteria_set(
        {"A": [one], "B": [two]},
        case_kinds=(kind,),
        at_least={1: 0, 2: 3, 3: 5, 4: 7, 5: 9},
        rules=model.Rules(
            needs=(model.Needs(item="1.2", other="1.1"),),
            knock_outs=tuple(
                model.KnockOut(section=code) for code in rng.sample(["1", "2"], rng.randint(0, 1))
            ),
        ),
    )
    return law


def every_plan(plain: Any, law: ocop.CriteriaSet, answers: Answers, star: int) -> list[str]:
    """Return all best plans as text, in the order of plans, by trying all raises."""
    columns: list[list[int]] = []
    for item in law.items:
        answer = answers[item.code]
        options = item.criterion.options
        now = options[answer - 1].points if answer else 0
        columns.append([n for n, o in enumerate(options, 1) if o.points > now] + [0])
    kind = {n for n, item in enumerate(law.items) if item.criterion.case_kind}
    found: dict[tuple[int, int], list[str]] = {}
    # The product comes in the order of plans: raises as printed, leaving an answer last.
    for targets in itertools.product(*columns):
        after = [t or answers[i.code] for t, i in zip(targets, law.items, strict=True)]
        both = [(n, answer) for n in kind for answer in (answers[law.codes[n]], after[n])]
        cases = {law.items[n].criterion.options[answer - 1].case for n, answer in both if answer}
        if len(cases) > 1:
            continue
        result = plain.score(law, dict(zip(law.codes, after, strict=True)))
        if (result.star or 0) < star:
            continue
        raised = [(i, t) for i, t in zip(law.items, targets, strict=True) if t]
        gain = 0
        text = []
        for item, target in raised:
            answer, options = answers[item.code], item.criterion.options
            gain += options[target - 1].points - (options[answer - 1].points if answer else 0)
            text.append(f"{item.code}:{'' if answer is None else answer}>{target}")
        found.setdefault((len(raised), gain), []).append(";".join(text))
    return found[min(found)] if found else []


def test_all_equally_good_plans_come_in_order(plain: Any, generate: Any) -> None:
    """On small sets `plans` returns every best plan once, and fewer are the first of them."""
    rng = Random(6)
    most = 0
    for _ in range(60):
        law = small_set(generate, rng)
        given = [g for g in generate.sheets(law, 6, seed=rng.random()) if not g.findings]
        batch = generate.batch(law, given)
        star = rng.choice([2, 3, 4, 5])
        found, first = upgrade(batch, star, plans=1000), upgrade(batch, star, plans=2)
        for row, sheet in enumerate(given):
            if (plain.score(law, sheet.answers).star or 0) >= star:
                continue
            expected = every_plan(plain, law, sheet.answers, star)
            assert [str(plan) for plan in found[row]] == expected
            assert first[row] == found[row][:2]
            assert bool(found.reachable[row]) == bool(expected) == (found.reason(row) is None)
            most = max(most, len(expected))
    assert most > 5


# Cases, locks and reasons.


def test_answers_that_belong_to_a_case_keep_it(tourism: ocop.CriteriaSet) -> None:
    """Tourism: where services are of the community, only options of the community are raises."""
    kind = tourism.case_kinds[0]
    inside = [i for i in tourism.items if i.criterion.case_kind == kind.id]
    for case in kind.cases:
        first = inside[0].criterion.options
        own = next(n for n, o in enumerate(first, start=1) if o.case == case.id)
        sheet = ocop.Sheet(criteria_set=tourism, answers={inside[0].code: own})
        (plan,) = upgrade(sheet, 5)[0]
        used = {tourism.item(r.code).criterion.options[r.after - 1].case for r in plan.raises} - {
            None
        }
        assert used == {case.id}


def test_where_no_answer_belongs_to_a_case_all_are_tried(tourism: ocop.CriteriaSet) -> None:
    """Tourism, 88 points and nothing in the three items of a case: item 9 in either case."""
    kind = tourism.case_kinds[0]
    codes = [i.code for i in tourism.items if i.criterion.case_kind == kind.id]
    assert codes == ["8", "9", "15"]
    answers = best_answers(tourism) | dict.fromkeys(codes, 0) | {"1.2": 1}
    sheet = ocop.Sheet(criteria_set=tourism, answers=answers)
    assert ocop.score(sheet).total.tolist() == [88]
    plans = upgrade(sheet, plans=9, locked=["1.2"])[0]
    assert [str(plan) for plan in plans] == ["9:0>2", "9:0>4"]
    assert upgrade(sheet, locked=["1.2"])[0] == plans[:1]


@pytest.mark.parametrize(
    ("answers", "locked", "text"),
    [
        ({}, [], "already-there"),
        # 4.1 asks 5 points for 5 stars; 6.1 asks 2.
        ({"4.1": 3}, ["4.1"], "locked-floor:4.1"),
        ({"4.1": 3, "6.1": 1}, ["6.1", "4.1", "12"], "locked-floor:4.1,6.1"),
        # Without marks in the way points are missing: 5 + 5 + 3 lost and locked leave 87.
        ({"4.3": 1, "7": 1, "12": 1, "4.2": 1}, ["4.3", "7", "12", "4.2"], "gap:87<90"),
    ],
)
def test_why_there_is_no_plan(
    fresh: ocop.CriteriaSet, answers: Answers, locked: list[str], text: str
) -> None:
    """The reason names the locked criteria below a floor, or the points that are missing."""
    sheet = ocop.Sheet(criteria_set=fresh, answers=best_answers(fresh) | answers)
    found = upgrade(sheet, 5, locked=locked)
    assert str(found.reason(0)) == text
    assert found[0] == ()
    assert not found.reachable[0]
    assert (found.cost[0], found.raised[0], found.points[0]) == (0, 0, 0)


def test_a_lock_on_the_other_criterion_is_named(fresh: ocop.CriteriaSet) -> None:
    """5.2 cannot count while 5.1 is locked at 0: where 5.2 has a floor, 5.1 is in the way."""
    law = ocop.criteria_set("qd-148-2023", 11)
    sheet = ocop.Sheet(criteria_set=law, answers=best_answers(law) | {"5.1": 0})
    # 5.2 has 5 points at best, which is what four and five stars ask for: it is not in the way.
    for star in (3, 4, 5):
        assert str(upgrade(sheet, star, locked=["5.1"]).reason(0)) == "locked-floor:5.1"
    batch = ocop.Sheets.of([sheet])
    unsaid = ocop.Sheets(criteria_set=law, products=["a"], answers=batch.answers)
    assert unsaid.findings is None
    assert str(upgrade(unsaid, 3, locked=["5.1"]).reason(0)) == "locked-floor:5.1"


def test_the_most_points_may_be_those_of_the_first_option(generate: Any) -> None:
    """Options out of order: what stays in the way is told with the best one, wherever it stands."""
    items = [generate.item("1.1", 60, 40), generate.item("1.2", 40)]
    law = generate.criteria_set({"A": [generate.section("1", *items)]})
    sheet = ocop.Sheet(criteria_set=law, answers={})
    assert str(upgrade(sheet, 5, locked=["1.2"]).reason(0)) == "gap:60<90"


@pytest.mark.parametrize("costs", [None, {"1.1": [2, 7], "1.2": [9]}])
def test_every_raise_together_may_be_what_it_takes(generate: Any, costs: Any) -> None:
    """From nothing to the points of the whole set, at the dearest raise of every criterion."""
    items = [generate.item("1.1", 20, 60), generate.item("1.2", 40)]
    law = generate.criteria_set(
        {"A": [generate.section("1", *items)]}, at_least={1: 0, 2: 30, 3: 50, 4: 70, 5: 100}
    )
    (plan,) = upgrade(ocop.Sheet(criteria_set=law, answers={}), 5, costs=costs)[0]
    assert (str(plan), plan.points, plan.total) == ("1.1:>2;1.2:>1", 100, 100)
    assert plan.cost == (16 if costs else 2)


def test_findings_are_not_lifted(fresh: ocop.CriteriaSet) -> None:
    """A stated finding stays, whatever the answers."""
    sheet = ocop.Sheet(
        criteria_set=fresh, answers=best_answers(fresh), findings={"unsafe-impurities"}
    )
    found = upgrade(sheet)
    assert str(found.reason(0)) == "excluded:unsafe-impurities"
    assert found.columns()["reason"] == ["excluded:unsafe-impurities"]


def test_dear_raises_are_avoided(fresh: ocop.CriteriaSet) -> None:
    """Two cheap raises go before a dear one; costs of 0 are costs, and then fewer raises count."""
    answers = best_answers(fresh) | {"4.3": 1, "7": 1, "12": 1}
    sheet = ocop.Sheet(criteria_set=fresh, answers=answers)
    assert ocop.score(sheet).total.tolist() == [90]
    answers = answers | {"4.2": 2}
    sheet = ocop.Sheet(criteria_set=fresh, answers=answers)
    costs = {"4.3": [0, 10, 10, 10, 10], "7": [0, 7, 9], "12": [0, 3, 5], "4.2": [0, 9, 9, 9]}
    assert ocop.score(sheet).total.tolist() == [88]
    found = upgrade(sheet, costs=costs)
    assert (str(found[0][0]), found.cost.tolist()) == ("12:1>3", [5])
    costs["12"] = [0, 3, 11]
    assert upgrade(sheet, costs=costs).cost.tolist() == [9]
    free = upgrade(sheet, costs={code: [0] * len(given) for code, given in costs.items()}, plans=9)
    assert (free.cost.tolist(), free.raised.tolist(), free.points.tolist()) == ([0], [1], [2])
    assert [str(plan) for plan in free[0]] == ["4.2:2>4", "4.3:1>3", "12:1>3"]


def test_large_costs_stay_exact(fresh: ocop.CriteriaSet) -> None:
    """A difference of one dong in thousands of millions decides."""
    answers = best_answers(fresh) | {"4.3": 1, "7": 1, "12": 1, "4.2": 2}
    large = 10**12
    costs = {"12": [0, None, large + 1], "4.2": [0, 0, None, large]}
    found = upgrade(ocop.Sheet(criteria_set=fresh, answers=answers), costs=costs)
    assert (str(found[0][0]), found.cost.tolist()) == ("4.2:2>4", [large])


def test_the_order_of_the_sheets_does_not_matter(fresh: ocop.CriteriaSet, generate: Any) -> None:
    """Every product has the same plans in any order, past the blocks of the search too."""
    given = generate.sheets(fresh, 1500, seed=7)
    found = upgrade(generate.batch(fresh, given), plans=2)
    turned = upgrade(generate.batch(fresh, given[::-1]), plans=2)
    for row in range(0, 1500, 7):
        other = [attrs.evolve(p, product=found.products[row]) for p in turned[-1 - row]]
        assert list(found[row]) == other
    assert np.array_equal(found.cost, turned.cost[::-1])


def test_columns_hold_a_line_per_plan(fresh: ocop.CriteriaSet) -> None:
    """Products without plan have a line as well, with the reason."""
    best = best_answers(fresh)
    sheets = [
        ocop.Sheet(criteria_set=fresh, product=name, answers=best | answers)
        for name, answers in (("na", {}), ("mít", {"4.1": None}))
    ]
    found = upgrade(ocop.Sheets.of(sheets), 5)
    assert found.columns() == {
        "product": ["na", "mít"],
        "set": [1, 1],
        "star_now": [5, 2],
        "total_now": [100, 95],
        "target": [5, 5],
        "raised": [None, 1],
        "cost": [None, 1],
        "points": [None, 5],
        "total": [None, 100],
        "band": [None, 5],
        "star": [None, 5],
        "raises": ["", "4.1:>4"],
        "reason": ["already-there", ""],
    }
    assert found.columns(np.array([1]))["product"] == ["mít"]
    assert repr(found) == "<Upgrades qd-26-2026 set 1 fresh-produce: 2 products, 1 reachable>"
    assert [len(plans) for plans in found] == found.plans.tolist() == [0, 1]
    with pytest.raises(IndexError):
        found[2]


def test_an_empty_batch_has_no_upgrades(fresh: ocop.CriteriaSet) -> None:
    """No sheets, no rows."""
    nothing = np.zeros((0, 32), dtype=np.uint8)
    found = upgrade(ocop.Sheets(criteria_set=fresh, products=[], answers=nothing))
    assert (len(found), found.cost.tolist(), list(found)) == (0, [], [])


# Bad input.


@pytest.mark.parametrize(
    ("how", "problems"),
    [
        ({"star": 6}, [("out-of-range", "found 6, allowed are 1 to 5 or None", "star")]),
        ({"star": 4.0}, [("not-a-whole-number", "found 4.0, allowed are 1 to 5 or None", "star")]),
        ({"plans": 0}, [("out-of-range", "found 0, allowed are 1 to 1000", "plans")]),
        ({"plans": True}, [("not-a-whole-number", "found True, allowed are 1 to 1000", "plans")]),
        (
            {"locked": "9.9"},
            [("unknown-criterion", "found '9.9', allowed are the codes of the set", "locked")],
        ),
        (
            {
                "locked": ["4"],
                "costs": {
                    "1.1": [1, -2, None],
                    "1.2": [1, 2],
                    "1.3": 4,
                    "1.4": [1.5, True, 3],
                    "x": [],
                },
            },
            [
                ("unknown-criterion", "found '4', allowed are the codes of the set", "locked"),
                (
                    "negative-cost",
                    "found -2, allowed are whole numbers from 0, or None",
                    "costs: 1.1[2]",
                ),
                (
                    "wrong-length",
                    "found 2 costs, allowed are 3, one per option, "
                    "None where a raise to it is not possible",
                    "costs: 1.2",
                ),
                (
                    "wrong-shape",
                    "found 4, allowed are 3, one per option, "
                    "None where a raise to it is not possible",
                    "costs: 1.3",
                ),
                (
                    "not-a-whole-number",
                    "found 1.5, allowed are whole numbers from 0, or None",
                    "costs: 1.4[1]",
                ),
                (
                    "not-a-whole-number",
                    "found True, allowed are whole numbers from 0, or None",
                    "costs: 1.4[2]",
                ),
                ("unknown-criterion", "found 'x', allowed are the codes of the set", "costs"),
            ],
        ),
        (
            {"costs": {"1.1": [0, 0, 10**18]}},
            [
                (
                    "cost-too-large",
                    f"the dearest raises cost {10**18} together, "
                    f"allowed are {(1 << 61) // (101 * 33) - 1}",
                    "costs",
                )
            ],
        ),
    ],
)
def test_bad_input(
    fresh: ocop.CriteriaSet, how: dict[str, Any], problems: list[tuple[str, str, str]]
) -> None:
    """Every problem at once, with its place."""
    with pytest.raises(ocop.InputError) as caught:
        upgrade(ocop.Sheet(criteria_set=fresh, answers={}), **how)
    found = [(p.code, p.message, p.path) for p in caught.value.problems]
    assert found == problems


def test_a_code_that_is_nearly_one_is_told(fresh: ocop.CriteriaSet) -> None:
    """The nearest code stands in the hint; where none is near there is no hint."""
    with pytest.raises(ocop.InputError) as caught:
        upgrade(ocop.Sheet(criteria_set=fresh, answers={}), locked=["5.3.", "x"])
    hints = [problem.hint for problem in caught.value.problems]
    assert hints == ["did you mean '5.3'?", None]
