"""What type checkers must refuse: without its error a line here has an ignore too many."""

from __future__ import annotations

from datetime import date

import ocop
from ocop import programme

law = ocop.decision("qd-26-2026")
tea = ocop.criteria_set(law, "tea")
sheet = ocop.Sheet(criteria_set=tea, answers={"1.1": 1})
batch = ocop.Sheets.of([sheet])
scores = ocop.score(batch)
code = programme.parse_code("83-28780-3-2026")

# Names that are not there, also old ones.
ocop.typo  # type: ignore[attr-defined]  # noqa: B018
programme.typo  # type: ignore[attr-defined]  # noqa: B018
programme.Portfolio(recognitions=()).to_columns()  # type: ignore[attr-defined]

# Arguments by position where only names are taken, and by names that are not there.
ocop.Sheet(tea, {"1.1": 1})  # type: ignore[call-arg]
ocop.rank(scores, "min")  # type: ignore[call-arg]
ocop.sweep(batch, [], decision=law)  # type: ignore[call-arg]
ocop.load_reform("a.yaml", decision=law)  # type: ignore[call-arg]
ocop.criteria_set("qd-26-2026")  # type: ignore[call-arg]
ocop.write_book(scores, "a.xlsx", "vi")  # type: ignore[call-arg]
ocop.plot.heat_map(scores, 20)  # type: ignore[call-arg]

# Values outside the small vocabularies.
ocop.rank(scores, ties="best")  # type: ignore[arg-type]
ocop.SetMark(criterion="1.2", option=3, mark=2)  # type: ignore[arg-type]
ocop.read_frame({}, law, answers="marks")  # type: ignore[arg-type]
ocop.Sheets.from_frame({}, tea, answers="marks")  # type: ignore[arg-type]
ocop.write_form(tea, "a.xlsx", layout="cells")  # type: ignore[arg-type]
ocop.plot.heat_map(scores, lang="fr")  # type: ignore[arg-type]
ocop.explain(sheet).text("fr")  # type: ignore[arg-type]
ocop.applicable(date(2026, 1, 1), date(2026, 1, 1), "again")  # type: ignore[arg-type]
programme.recognise(code=code, name="a", group="tea", star=6, on=date(2026, 7, 1))  # type: ignore[arg-type]

# Things of another kind.
ocop.write_form("a.xlsx", tea)  # type: ignore[arg-type]
ocop.verify("a.csv", "qd-26-2026", ties="none")  # type: ignore[arg-type]
ocop.write_book([tea], "a.xlsx")  # type: ignore[arg-type]
ocop.plot.waterfall(scores)  # type: ignore[arg-type]
ocop.score(["1.1"])  # type: ignore[arg-type]
ocop.compare(1, 2)  # type: ignore[arg-type]
ocop.from_averages(law, {"A": 31.25})  # type: ignore[dict-item]
ocop.transition(batch, batch)  # type: ignore[arg-type]
ocop.synthesize(law)  # type: ignore[call-arg]

# What a product may lack: a star, a first obstacle.
print(scores[0].star + 1)  # type: ignore[operator]
print(ocop.explain(sheet).first.star)  # type: ignore[union-attr]

# Results do not change.
scores.total = scores.total  # type: ignore[misc]
sheet.product = "b"  # type: ignore[misc]
