"""What can be wrong with a request to rank, and the groups that a ranking runs within."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ocop.errors import InputError, Problem
from ocop.scoring.scores import Scores
from ocop.text import closest, quoted

__all__ = ["as_batches", "check_request", "check_unique", "groups_of"]


def as_batches(scores: Any) -> tuple[Scores, ...]:
    """Return what is to be ranked as batches of scores, and refuse anything else."""
    several = isinstance(scores, Iterable) and not isinstance(scores, Scores)
    batches = tuple(scores) if several else (scores,)
    for batch in batches:
        if not isinstance(batch, Scores):
            message = f"found {type(batch).__name__}, allowed are Scores"
            hint = "score them first: ocop.rank(ocop.score(sheets))"
            raise InputError([Problem("wrong-type", message, path="scores", hint=hint)])
    return batches


def check_request(
    batches: tuple[Scores, ...], ties: str, allowed: Sequence[str], order: Sequence[str]
) -> None:
    """Refuse to rank nothing, several decisions, or by what is not known."""
    problems = []
    if not batches:
        problems.append(Problem("no-scores", "found no scores, allowed is one or more"))
    if ties not in allowed:
        message = f"found {quoted(ties)}, allowed are {', '.join(allowed)}"
        problems.append(Problem("unknown-ties", message, path="ties"))
    decisions = sorted({batch.criteria_set.decision for batch in batches})
    if len(decisions) > 1:
        message = f"the scores come from {', '.join(decisions)}, allowed is one decision"
        problems.append(Problem("mixed-decisions", message, hint="score under one decision"))
    else:
        problems += _unlike_sets(batches)
    for batch in batches[:1]:
        known = ["star", "band", "total", *(part.code for part in batch.criteria_set.parts)]
        for name in [name for name in order if name not in known]:
            near = closest(name, known)
            hint = f"did you mean {quoted(near)}?" if near else None
            message = f"found {quoted(name)}, allowed are {', '.join(known)}"
            problems.append(Problem("unknown-key", message, path="order", hint=hint))
    if problems:
        raise InputError(problems)


def _unlike_sets(batches: tuple[Scores, ...]) -> Iterator[Problem]:
    """Yield what keeps sets of one name from being of one law."""
    digests: dict[int, str] = {}
    for n, batch in enumerate(batches):
        source, where = batch.criteria_set, f"scores[{n}]"
        first = digests.setdefault(source.number, batch.digest)
        if batch.digest != first:
            message = f"set {source.number} has other content here than before, under one id"
            hint = "give each decision an id of its own, and score under one"
            yield Problem("mixed-decisions", message, path=where, hint=hint)
        parts, allowed = (
            ", ".join(part.code for part in b.criteria_set.parts) for b in (batch, batches[0])
        )
        if parts != allowed:
            message = f"found the parts {parts}, allowed are those of the first scores: {allowed}"
            yield Problem("other-parts", message, path=where, hint="rank these sets apart")


def check_unique(batches: tuple[Scores, ...]) -> None:
    """Refuse several sheets of one product."""
    if len(batches) == 1 and batches[0].sheets.assessors is None:
        return  # as `Sheets` makes sure
    count = sum(map(len, batches))
    if len(set().union(*(batch.products for batch in batches))) == count:
        return
    counts = Counter(product for batch in batches for product in batch.products)
    hint = "several sheets of one product need one council result first"
    raise InputError(
        Problem("duplicate-product", f"the product {quoted(p)} stands twice", hint=hint)
        for p in sorted(product for product, number in counts.items() if number > 1)
    )


def groups_of(
    batches: tuple[Scores, ...], within: Sequence[str] | str | None
) -> Sequence[str] | None:
    """Return the group of each product, in the order of `batches`."""
    if within is None:
        return None
    if not isinstance(within, str):
        count = sum(map(len, batches))
        if len(within) != count:
            message = f"found {len(within)} values, allowed are {count}, one per product"
            raise InputError([Problem("wrong-length", message, path="within")])
        return within
    groups: list[str] = []
    for batch in batches:
        source = batch.criteria_set
        if within == "set":
            groups += [f"{source.number:02d} {source.group.slug}"] * len(batch)
        elif within == "sector":
            groups += [source.group.sector.slug] * len(batch)
        elif within in batch.sheets.columns:
            groups += batch.sheets.columns[within]
        else:
            known = ["set", "sector", *batch.sheets.columns]
            message = f"found {quoted(within)}, allowed are {', '.join(known)}"
            raise InputError([Problem("unknown-key", message, path="within")])
    return groups
