"""Computes what the golden files of the scoring tests say, and rewrites them on request.

Run ``python tests/scoring/refresh.py`` after a change that is meant to change what people read,
and review the difference (``git diff tests``) like code.

Golden files, in ``tests/scoring/golden``: ``accounts-vi.txt`` and ``accounts-en.txt`` (why some
products have their star), ``accounts.json`` (two of them as plain values) and ``pages.html`` (what
notebooks show of results, a tag to the line).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import ocop

GOLDEN = Path(__file__).resolve().parent / "golden"


def best_of(law: ocop.CriteriaSet, case: str | None = None) -> dict[str, int | None]:
    """Return the options with the most points, of one case where the options have cases."""
    found: dict[str, int | None] = {}
    for item in law.items:
        places = [
            (option.points, -place)
            for place, option in enumerate(item.criterion.options, start=1)
            if option.case is None or case in (None, option.case)
        ]
        found[item.code] = -max(places)[1]
    return found


def sheet(
    product: str,
    decision: str,
    group: str | int,
    changes: dict[str, int | None],
    *findings: str,
    case: str | None = None,
) -> ocop.Sheet:
    """Return a sheet of the best answers but for some."""
    law = ocop.criteria_set(decision, group)
    answers = best_of(law, case) | changes
    given = {code: answer for code, answer in answers.items() if answer is not None}
    return ocop.Sheet(criteria_set=law, product=product, answers=given, findings=findings)


def cases() -> list[ocop.Sheet]:
    """Return sheets that need every word of an account."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    return [
        sheet("full marks", "qd-26-2026", "tea", {}),
        sheet("minimums missed", "qd-26-2026", 1, {"5.3": 1, "4.1": 3}),
        sheet("points short, and incomplete", "qd-26-2026", 1, {"1.3": 1, "7": 0, "12": None}),
        sheet("first options", "qd-26-2026", "tea", dict.fromkeys(tea.codes, 1)),
        sheet("excluded twice", "qd-26-2026", 16, {"6.1": 1}, "forged-dossier"),
        sheet("one needs another", "qd-148-2023", 1, {"5.1": 0}),
        sheet("gaps of the annex", "qd-148-2023", "tea", {"5.1": 0, "5.2": 0}),
        sheet("no minimums, a point short", "qd-781-2020", 1, {"6.2": 2, "5.2": 1, "3.3": 1}),
        sheet("tourism", "qd-26-2026", 26, {"9": 0}, case="community"),
        sheet("<b>&\x1b[31m " + "a name of many words " * 6, "qd-781-2020", 26, {"1.1": 1}),
    ]


def accounts(lang: ocop.Lang) -> str:
    """Return the accounts of all cases in words."""
    return "\n".join(f"## {n}\n\n{ocop.explain(s).text(lang)}" for n, s in enumerate(cases()))


def plain_accounts() -> str:
    """Return the accounts of a product that is excluded and of one that a rule takes points."""
    every = [ocop.explain(one).to_dict() for one in cases()[4:6]]
    return json.dumps(every, ensure_ascii=False, indent=1) + "\n"


def shown() -> Iterator[tuple[str, Any]]:
    """Yield what notebooks show, by name."""
    every = cases()
    for one in (every[0], every[1], every[4], every[7]):
        yield f"account of {one.product!r}", ocop.explain(one)
    for one in (every[1], every[4]):
        yield f"score of {one.product!r}", next(iter(ocop.score(ocop.Sheets.of([one])).scores()))
    yield "sheet", every[2]
    yield "sheet with a finding", every[4]
    tea = ocop.criteria_set("qd-26-2026", "tea")
    rng = np.random.default_rng(0)
    answers = [best_of(tea) | {code: int(rng.integers(1, 3))} for code in tea.codes[:14]]
    del answers[3]["1.2"]
    names = [f"P{n}" for n in range(14)]
    names[2] = "P2 and a name of a product that is rather long"
    lists = [
        ocop.Sheet(criteria_set=tea, product=name, answers=given)
        for name, given in zip(names, answers, strict=True)
    ]
    plain = ocop.Sheets.of(lists)
    columns: dict[str, tuple[Any, ...]] = {
        name: tuple(f"{name[:2]} {n}" for n in range(14))
        for name in ("xã", "b", "a name of a column that is rather long", "d")
    }
    rich = ocop.Sheets(
        criteria_set=tea,
        products=names,
        answers=plain.answers,
        assessors=[f"member {n % 3}" for n in range(14)],
        columns=columns,
    )
    yield "sheets", plain
    yield "sheets with assessors and columns", rich
    yield "scores", ocop.score(plain)
    yield "scores with assessors and columns", ocop.score(rich)
    yield "ranking", ocop.rank(ocop.score(plain))
    yield "ranking within groups", ocop.rank(ocop.score(rich), within="b", ties="dense")
    three = [sheet("chè", "qd-26-2026", "tea", {"5.1": n, "5.2": None}) for n in (1, 2, 2)]
    yield "council", ocop.council(three, assessors=["Lan", "Hùng", "Mai"])
    floors = [sheet("chè", "qd-26-2026", 1, {"5.3": 1}, "forged-dossier") for _ in range(2)]
    yield "council with a minimum missed", ocop.council(floors, assessors=["a", "b"])


def pages() -> str:
    """Return the HTML of everything that is shown, without its style, a tag to the line."""
    blocks = []
    for name, value in shown():
        html = value._repr_html_()
        style = html[html.index("<style>") : html.index("</style>") + len("</style>")]
        lines = html.replace(style, "").replace("><", ">\n<")
        blocks.append(f"<!-- {name} -->\n{lines}\n")
    return "\n".join(blocks)


def golden() -> dict[str, str]:
    """Return what stands in each golden file now."""
    return {
        "accounts-vi.txt": accounts("vi"),
        "accounts-en.txt": accounts("en"),
        "accounts.json": plain_accounts(),
        "pages.html": pages(),
    }


def main() -> None:
    """Rewrite the golden files."""
    GOLDEN.mkdir(exist_ok=True)
    for name, text in golden().items():
        (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write("written; now review: git diff tests\n")


if __name__ == "__main__":
    main()
