"""Which criteria sets a packed file holds: its header against the law that is at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ocop.errors import Problem, ProblemsError, SheetError, UnknownDecisionError
from ocop.law.catalogue import criteria_set, decision
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._packed_header import OPTIONAL, Header, PackedSet, packed_set
from ocop.text import quoted
from ocop.types import SYNTHETIC

GIVE_IT = "pass the decision that the answers were given under (law=, --decision FOLDER)"


@frozen(kw_only=True)
class Chosen:
    """A criteria set whose sheets are read: its words, and those of its columns that are wanted."""

    criteria_set: CriteriaSet
    words: int
    columns: tuple[str, ...]


def choose(
    header: Header,
    law: str | Decision | None,
    which: int | str | None,
    keep: Sequence[str] | None,
    shown: str,
) -> tuple[Chosen, ...]:
    """Return the sets of a file that are asked for, in the order of the file.

    Raises
    ------
    SheetError
        ``unknown-decision``, ``decision-differs``, ``unknown-set``, ``set-not-transcribed``,
        ``digest-differs``, ``broken-header``, ``missing-column``.
    """
    source = _decision(header, law, shown)
    entries = [e for e in header.sets if which is None or str(which) in (str(e.number), e.group)]
    problems: list[Problem] = []
    if which is not None and not entries:
        message = f"found no sheets of set {quoted(which)}, the file has {_listed(header)}"
        problems.append(Problem("unknown-set", message, shown))
    chosen = []
    for entry in entries:
        try:
            found = criteria_set(source, entry.number)
        except ProblemsError as error:
            problems += [Problem(p.code, p.message, shown, path=str(entry)) for p in error.problems]
            continue
        problems += _differs(entry, found, header, shown)
        wanted = [n for n in entry.columns if keep is None or n in (*keep, *OPTIONAL, SYNTHETIC)]
        for name in keep or ():
            if name not in wanted or name in OPTIONAL:
                kept = [quoted(n) for n in entry.columns if n not in OPTIONAL]
                message = f"found no kept column {quoted(name)}, there are "
                message += ", ".join(kept) or "none"
                problems.append(Problem("missing-column", message, shown, path=str(entry)))
        chosen.append(Chosen(criteria_set=found, words=entry.words, columns=tuple(wanted)))
    if problems:
        raise SheetError(problems)
    return tuple(chosen)


def _decision(header: Header, law: str | Decision | None, shown: str) -> Decision:
    if law is None:
        try:
            return decision(header.decision)
        except UnknownDecisionError as error:
            message = f"the file is of the decision {quoted(header.decision)}, which is not shipped"
            raise SheetError([Problem("unknown-decision", message, shown, hint=GIVE_IT)]) from error
    found = decision(law) if isinstance(law, str) else law
    if found.id != header.decision:
        message = f"the file is of the decision {quoted(header.decision)}, found {quoted(found.id)}"
        hint = "name no other decision; ocop translate reads sheets under a later one"
        raise SheetError([Problem("decision-differs", message, shown, hint=hint)])
    return found


def _listed(header: Header) -> str:
    return ", ".join(f"{entry.number} {entry.group}" for entry in header.sets)


def _differs(entry: PackedSet, found: CriteriaSet, header: Header, shown: str) -> Iterator[Problem]:
    if entry.digest != found.digest:
        theirs, ours = (
            digest.removeprefix("sha256:")[:12] for digest in (entry.digest, found.digest)
        )
        message = "the answers were given under other content of the set: its digest is "
        message += f"{theirs} in the file, {ours} in {found.decision} as it is here"
        hint = f"read it with ocop {quoted(header.ocop)}, which wrote it, or {GIVE_IT}"
        yield Problem("digest-differs", message, shown, path=str(entry), hint=hint)
    elif entry != packed_set(found, entry.columns):
        message = "group, criteria, widths and words are not those of the set with this digest"
        yield Problem("broken-header", message, shown, path=str(entry))
