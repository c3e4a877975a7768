"""The programme around the score: from an idea to a register that is counted."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Literal, assert_type

import ocop
from ocop import programme as p

day = date(2026, 7, 1)
law = "qd-26-2026"

# Places and codes.
code = p.parse_code("83-28780-3-2026")
assert_type(code, p.ProductCode)
assert_type(code.place, p.Place)
place = p.named(p.moved(p.Place(province="83", commune="28780")))
assert_type(place, p.Place)
assert_type(p.check_place(place, day), tuple[ocop.Problem, ...])
assert_type(p.set_numbers("tea"), dict[str, int])

# From idea to dossier.
idea = p.Idea(id="i", name="Trà", group="tea", registered_by="htx", place=place, registered_on=day)
plan = p.Plan(idea="i", received_on=day, funds=(p.Funding(source="own", amount_vnd=1),))
assert_type(plan.total_vnd, int)
progress = p.advance(p.Progress(idea="i"), "information", day)
assert_type(progress, p.Progress)
assert_type(progress.steps, tuple[p.StepDone, ...])
p.next_steps(progress)
makers = [p.Producer(id="htx", name="HTX", type="co-operative", place=place)]
tea = p.Product(name="Trà", group="tea", producer="htx", code=code)
assert_type(p.admits(law, "co-operative", tea.group), bool | None)
chosen = ocop.criteria_set(law, "tea")
assert_type(p.form_answers(law, chosen, "co-operative"), dict[str, tuple[int, ...]])
dossier = p.Dossier(name="Trà", group="tea", kind="first", filed_on=day, papers=("a",), samples=5)
assert_type(p.applicable_law(dossier, day), ocop.Decision)
assert_type(p.check_dossier(law, dossier), tuple[ocop.Problem, ...])
assert_type(p.missing_papers(law, dossier), tuple[p.MissingPaper, ...])
assert_type(p.required_papers(law, "first", "tea")[0].id, str)

# Days that count.
assert_type(p.working_days_after(day, 15, holidays={date(2026, 9, 2)}), date)
assert_type(p.first_look_until(law, day), date | None)
assert_type(p.filing_days(law, "province", 2027), tuple[p.RoundDates, ...])
assert_type(p.round_of(law, day, "province"), p.RoundDates | None)
assert_type(p.reassessment_due(law, day), date | None)
assert_type(p.renewal_window(law, day), tuple[date, date] | None)
assert_type(p.next_step(law, Fraction(8995, 100), at="centre"), p.NextStep)

# A star, its certificate, the next star.
four = p.recognise(code=code, name="Trà", group="tea", star=4, on=day, producer="htx")
assert_type(four, p.Recognition)
assert_type(four.star, Literal[1, 2, 3, 4, 5])
assert_type(four.certificate, p.Certificate)
status: p.Status = four.certificate.status(day, law)
assert_type(p.grace_of(four.certificate, law), int)
assert_type(p.recogniser(law, 5), Literal["commune", "district", "province", "centre"] | None)
assert_type(p.upgrade(four, 5, on=day), tuple[p.Recognition, p.Recognition])
assert_type(p.renew(four, 5, on=day, filed_on=day), tuple[p.Recognition, p.Recognition])
p.withdrawal_authority(law, 4)
assert_type(p.withdrawal_deadline(law, day), date | None)

# Records as plain data.
assert_type(ocop.read_records("a.csv", p.Recognition), tuple[p.Recognition, ...])
assert_type(p.load_record(p.Place, {"province": "83"}), p.Place)
assert_type(p.load_records(p.Producer, [{"id": "a"}]), tuple[p.Producer, ...])
assert_type(p.load_columns(p.Product, {"name": ["a"]}), tuple[p.Product, ...])
assert_type(p.dump_record(four), dict[str, Any])
assert_type(p.dump_columns([four]), dict[str, list[Any]])

# A register, checked and counted.
assert_type(p.check_register([four], makers), tuple[ocop.Problem, ...])
stars = (p.StarCount(star=4, count=9),)
total = p.Total(where=("a",), as_of=day, period="2026", source="s", stars=stars)
portfolio = p.Portfolio(
    recognitions=(four,),
    producers=(*makers,),
    totals=(total,),
    points_of_sale=(p.PointOfSale(id="s", name="S", kind="shop"),),
    tourism_models=(p.TourismModel(id="t", name="T", kind="site"),),
    linkage_projects=(p.LinkageProject(id="l", name="L"),),
    supports=(p.Support(funder="state", what="w", year=2026),),
    activities=(p.Activity(id="f", name="F", kind="fair", from_on=day),),
)
by: p.Column = "commune"
assert_type(portfolio.columns(day), dict[str, list[Any]])
assert_type(portfolio.counts("star", by, on=day)[4, "28780"], int)
assert_type(portfolio.concentration(by), p.Concentration)
target = p.Target(id="t", label="T", measure="products", at_least=9, from_on=day)
assert_type(p.target_progress(target, portfolio, day), p.TargetProgress)
assert_type(p.published_figures(), tuple[p.Published, ...])
