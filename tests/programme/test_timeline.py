"""One product from an idea of 2019 to a re-assessment in 2026, with the rules of each day."""

from __future__ import annotations

from datetime import date, timedelta

import ocop
from ocop import programme as p

OLD_CODE, NEW_CODE = p.parse_code("00-001-00009-1-2020"), p.parse_code("00-00002-1-2026")


def test_a_product_from_its_idea_to_its_re_assessment() -> None:
    """Five decisions, four certificates, the right level, set and term on each day."""
    progress = p.Progress(idea="idea")
    days = [date(2019, 9, 1), date(2019, 9, 20), date(2019, 10, 5), date(2019, 11, 1)]
    steps = ("information", "registration", "plan", "implementation")
    for step, day in zip(steps, days, strict=True):
        progress = p.advance(progress, step, day)
    assessed = date(2020, 3, 1)
    progress = p.advance(progress, "assessment", assessed)

    # 2020: 1048 is in force, tea is set 12, the province recognises three stars.
    law = ocop.applicable(date(2020, 1, 10), assessed)
    assert law.id == "qd-1048-2019"
    assert ocop.criteria_set(law, "tea").number == 12
    three = p.recognise(code=OLD_CODE, name="Trà", group="tea", star=3, on=date(2020, 3, 15))
    assert (three.decision, three.level) == ("qd-1048-2019", "province")
    assert three.certificate.expires_on == date(2023, 3, 15)

    # 2022: 781 is in force; an upgrade in a later year begins a new round of the cycle.
    progress = p.advance(progress, "promotion", date(2020, 5, 1))
    progress = p.advance(progress, "plan", date(2021, 10, 1))
    three, four = p.upgrade(three, 4, on=date(2022, 6, 1), filed_on=date(2022, 4, 1))
    assert (four.decision, four.level) == ("qd-781-2020", "province")

    # 2023: under 148 the district recognises three stars, the centre five.
    assert p.recogniser(ocop.decision("qd-148-2023"), 3) == "district"
    four, five = p.upgrade(four, 5, on=date(2023, 12, 1), filed_on=date(2023, 10, 1))
    assert (five.decision, five.level) == ("qd-148-2023", "centre")
    assert five.certificate.expires_on == date(2026, 12, 1)

    # 2026: a dossier of before 22 May would go on under 1489 for 30 days; this one is later.
    filed = date(2026, 7, 1)
    early = ocop.applicable(date(2026, 5, 1), date(2026, 6, 21), "re-assessment")
    assert early.id == "qd-1489-2025"
    law = ocop.applicable(filed, date(2026, 8, 10), "re-assessment")
    assert law.id == "qd-26-2026"
    window = five.certificate.renewal_window(law)
    assert window == (date(2026, 6, 4), date(2026, 8, 3))
    assert p.grace_of(five.certificate, law) == 0
    assert p.reassessment_due(law, filed) == date(2026, 8, 15)
    five, again = p.renew(five, 5, on=date(2026, 8, 10), filed_on=filed, code=NEW_CODE)
    assert (again.decision, again.level) == ("qd-26-2026", "centre")
    assert again.place.district is None

    # On every day of these years exactly one certificate is valid, and the register is sound.
    register = (three, four, five, again)
    day = date(2020, 3, 15)
    while day <= again.certificate.expires_on:
        assert sum(entry.certificate.valid(day) for entry in register) == 1, day
        day += timedelta(days=1)
    assert p.check_register(register) == ()
    stars = [p.Portfolio(recognitions=register).counts("star", on=date(y, 12, 31)) for y in YEARS]
    assert stars == [{(3,): 1}, {(4,): 1}, {(5,): 1}, {(5,): 1}]


YEARS = (2020, 2022, 2023, 2026)
