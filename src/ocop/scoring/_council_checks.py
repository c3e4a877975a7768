"""The sheets of a council, each with who filled it, and what can be wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from ocop.errors import InputError, Problem
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.floors import points_of
from ocop.scoring.sheet import Sheet, Sheets
from ocop.scoring.table import table_of
from ocop.text import closest, nfc, quoted

Reasons = dict[str, str]
"""Assessors that are left out, and why."""


@frozen(eq=False)
class FilledSheet:
    """One assessor's sheet for one product; an answer is None where nothing was assessed.

    `points` are those of the criteria, rules of the set applied.
    """

    product: str
    assessor: str
    criteria_set: CriteriaSet
    answers: tuple[int | None, ...]
    points: tuple[int, ...]
    findings: tuple[str, ...]


def filled_sheets(
    sheets: Sheets | Sheet | Iterable[Sheets | Sheet], assessors: Sequence[str] | None
) -> list[FilledSheet]:
    """Return every sheet with its assessor; names in normal form, no spaces around."""
    given = [sheets] if isinstance(sheets, Sheets | Sheet) else list(sheets)
    batches = [Sheets.of([s]) if isinstance(s, Sheet) else s for s in given]
    count = sum(len(batch) for batch in batches)
    problems = []
    names: list[str] = []
    if not count:
        problems.append(Problem("no-sheets", "found no sheets, allowed is one or more"))
    elif assessors is None:
        if any(batch.assessors is None for batch in batches):
            message = "the sheets do not say who filled them, allowed is one assessor a sheet"
            hint = "pass assessors=, or read a file with a column 'assessor'"
            problems.append(Problem("no-assessors", message, path="assessors", hint=hint))
        names = [_clean(name) for batch in batches for name in batch.assessors or ()]
    else:
        names = [_clean(name) for name in assessors]
        if isinstance(assessors, str) or len(names) != count:
            message = f"found {len(names)} values, allowed are {count}, one per sheet"
            problems.append(Problem("wrong-length", message, path="assessors"))
    if not problems:
        found = list(_filled(batches, names))
        problems = [
            Problem("empty-text", "a sheet has no assessor", path=sheet.product)
            for sheet in found
            if not sheet.assessor
        ]
    if problems:
        raise InputError(problems)
    return found


def _filled(batches: Iterable[Sheets], names: Iterable[str]) -> Iterator[FilledSheet]:
    name = iter(names)
    for batch in batches:
        source = batch.criteria_set
        table = table_of(source)
        stated = [0] * len(batch) if batch.findings is None else batch.findings.tolist()
        answers = batch.answers.tolist()
        points = zip(*(column.tolist() for column in points_of(table, batch.answers)), strict=True)
        for product, row, gained, bits in zip(batch.products, answers, points, stated, strict=True):
            given = (None if answer == UNANSWERED else answer for answer in row)
            findings = tuple(text for k, text in enumerate(table.findings) if bits >> k & 1)
            yield FilledSheet(product, next(name), source, tuple(given), gained, findings)


def _clean(text: str) -> str:
    return nfc(text).strip()


def clean_reasons(reasons: Mapping[str, str]) -> Reasons:
    """Return names and reasons in normal form, no spaces around."""
    return {_clean(name): _clean(reason) for name, reason in reasons.items()}


def of_product(filled: list[FilledSheet], product: str | None) -> list[FilledSheet]:
    """Return the sheets of one product; `product` may be None where there is only one."""
    known = sorted({sheet.product for sheet in filled})
    if product is None and len(known) > 1:
        names = ", ".join(quoted(name) for name in known[:5]) + (", ..." if len(known) > 5 else "")
        message = f"found sheets of {len(known)} products ({names}), allowed is one"
        hint = "name it with product=, or use councils for all"
        raise InputError([Problem("several-products", message, path="product", hint=hint)])
    if product is not None and product not in known:
        raise InputError([_unknown("unknown-product", "sheet of", product, known, "product")])
    return [sheet for sheet in filled if product in (None, sheet.product)]


def by_product(filled: Iterable[FilledSheet]) -> dict[str, list[FilledSheet]]:
    """Return the sheets of each product, products and assessors in the order of their names."""
    found: dict[str, list[FilledSheet]] = {}
    for sheet in sorted(filled, key=lambda sheet: (sheet.product, sheet.assessor)):
        found.setdefault(sheet.product, []).append(sheet)
    return found


def left_out_of(
    products: Mapping[str, list[FilledSheet]],
    leave_out: Mapping[str, str],
    conflicts: Mapping[str, Mapping[str, str]],
) -> dict[str, Reasons]:
    """Return who is left out of each product; raises with every problem of the sheets."""
    everywhere = clean_reasons(leave_out)
    known = {name: {sheet.assessor for sheet in sheets} for name, sheets in products.items()}
    problems = _reason_problems(everywhere, set().union(*known.values()), "leave_out")
    here = {product: clean_reasons(reasons) for product, reasons in conflicts.items()}
    for product, reasons in here.items():
        path = f"conflicts: {product}"
        if product in known:
            problems += _reason_problems(reasons, known[product], path)
        else:
            problems.append(_unknown("unknown-product", "sheet of", product, sorted(known), path))
    found = {}
    for product, sheets in products.items():
        names = known[product]
        reasons = everywhere | here.get(product, {})
        found[product] = {name: reasons[name] for name in sorted(names & reasons.keys())}
        problems += _twice(product, [sheet.assessor for sheet in sheets])
        problems += nobody_left(product, names, found[product])
        counted = [sheet for sheet in sheets if sheet.assessor not in reasons]
        problems += _mixed_sets(counted)
    if problems:
        raise InputError(problems)
    return found


def without_problems(reasons: Reasons, product: str, names: set[str]) -> list[Problem]:
    """Return what is wrong with leaving further assessors out of one result."""
    return _reason_problems(reasons, names, "leave_out") + nobody_left(product, names, reasons)


def nobody_left(product: str, names: set[str], left_out: Reasons) -> list[Problem]:
    """Return the problem that no assessor of a product stays, if so."""
    if names - left_out.keys():
        return []
    message = f"all assessors ({_listed(names)}) are left out, allowed is at least one who stays"
    return [Problem("no-assessor-left", message, path=product)]


def _reason_problems(reasons: Reasons, names: set[str], path: str) -> list[Problem]:
    problems = []
    for name, reason in reasons.items():
        if name not in names:
            problems.append(_unknown("unknown-assessor", "sheet by", name, sorted(names), path))
        if not reason:
            message = f"{quoted(name)} is left out without a reason, allowed is a text"
            problems.append(Problem("empty-text", message, path=path))
    return problems


def _unknown(code: str, what: str, name: str, known: Sequence[str], path: str) -> Problem:
    near = closest(name, known)
    hint = f"did you mean {quoted(near)}?" if near else None
    message = f"found no {what} {quoted(name)}, known are {_listed(known)}"
    return Problem(code, message, path=path, hint=hint)


def _listed(names: Iterable[str]) -> str:
    every = sorted(names)
    return ", ".join(every[:8]) + (f" and {len(every) - 8} more" if len(every) > 8 else "")


def _twice(product: str, names: Sequence[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            message = f"found {count} sheets by {quoted(name)}, allowed is one an assessor"
            yield Problem("duplicate-product", message, path=product)


def _mixed_sets(sheets: Sequence[FilledSheet]) -> list[Problem]:
    """Return a problem for each sheet of another set than most sheets of the product."""
    laws = [(sheet.criteria_set.decision, sheet.criteria_set.digest) for sheet in sheets]
    used = Counter(laws)
    if len(used) < 2:
        return []
    most = max(used, key=lambda law: used[law])
    first = sheets[laws.index(most)]
    return [
        Problem(
            "mixed-sets",
            f"{quoted(sheet.assessor)} scored under {_set(sheet.criteria_set)}, "
            f"{quoted(first.assessor)} under {_set(first.criteria_set)}, allowed is one set",
            path=sheet.product,
        )
        for sheet, law in zip(sheets, laws, strict=True)
        if law != most
    ]


def _set(source: CriteriaSet) -> str:
    return f"{source.decision} set {source.number} {source.group.slug}"
