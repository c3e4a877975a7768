"""Checks a result file again: against itself, the law, and the sheets it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

from ocop.errors import InputError, Problem, UnknownDecisionError
from ocop.law.catalogue import as_decision
from ocop.law.catalogue import decision as shipped_decision
from ocop.law.decision import Decision
from ocop.scoring.ranking import Ties
from ocop.scoring.scores import score
from ocop.scoring.sheet import Sheets
from ocop.tables._given_sheets import GivenSheets
from ocop.tables._packed_files import ENDINGS
from ocop.tables._result_file import Head, ResultFile, kept_names, unreadable
from ocop.tables._result_findings import Findings
from ocop.tables._result_json import open_json, open_ndjson
from ocop.tables._result_ranks import RankRows
from ocop.tables._result_rows import RowChecks
from ocop.tables._result_sheets import Rescored
from ocop.tables._result_table import open_csv, open_result_book, readable
from ocop.tables._verify_councils import verify_councils
from ocop.tables._verify_packed import verify_packed
from ocop.tables.verification import Verification
from ocop.text import quoted

__all__ = ["verify"]


def verify(
    result: str | Path,
    law: str | Decision | None = None,
    *,
    sheets: str | Path | Sheets | Iterable[Sheets] | None = None,
    set: int | str | None = None,  # noqa: A002 - the field's word, as on the command line
    layout: str | Path | None = None,
    ties: Ties | None = None,
) -> Verification:
    r"""Check a result file again: what ``ocop score``, ``rank``, ``council`` and ``pack`` write.

    Without the sheets: that the law is the one held here; that the numbers of every row follow
    from each other and from the law; and that ranks and order follow from the rows. With the
    sheets: that scoring them again gives every row of the file, and no other.

    Parameters
    ----------
    result : str or Path
        The file; its kind is told by its ending: ``.json``, ``.ndjson``, ``.xlsx``, ``.npz``,
        ``.parquet``, else CSV.
    law : str or Decision, optional
        The decision or its id; by default the shipped one that the file names. A CSV file names
        none.
    sheets : str, Path, Sheets or iterable of Sheets, optional
        The sheets that were scored: a file as `read_sheets` or `load_sheets` reads it, or batches.
    set : int or str, optional
        Number or product group of the set of a file of sheets without a column ``set``.
    layout : str or Path, optional
        The layout of the file of sheets.
    ties : {"min", "dense", "ordinal"}, optional
        How a ranking in CSV numbers equal products; by default as its rows show.

    Returns
    -------
    Verification
        What was checked and what could not be, with every problem of the rows.

    Raises
    ------
    InputError
        Where the file cannot be read as a result: ``not-a-result``, ``cannot-read``,
        ``empty-file``, ``not-json``, ``not-utf8``, ``damaged-file``, ``absurd-size``,
        ``line-too-long``, ``wrong-width``, ``wrong-type``, ``duplicate-column``,
        ``newer-format`` and those of CSV and Excel files; ``unknown-decision``,
        ``decision-differs``, ``unknown-ties``.
    SheetError
        Where `sheets` has problems of its own, as `read_sheets` says.
    UnknownDecisionError
        ``unknown-decision``, where `law` is no id of a shipped decision.
    MissingExtraError
        ``missing-extra``.

    Examples
    --------
    >>> import tempfile, pathlib, ocop
    >>> text = "product,set,A,B,C,total,band,star,answered,of,missing_floors,excluded\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "tea.csv")
    ...     _ = file.write_text(text + "T-1,11,31,20,30,82,4,4,32,32,,\n", encoding="utf-8")
    ...     found = ocop.verify(file, "qd-26-2026")
    >>> found.ok, [problem.message for problem in found.problems]
    (False, ['found 82, computed 81'])
    """
    path, shown = Path(result), str(result)
    if ties is not None and ties not in get_args(Ties):
        message = f"found {quoted(ties)}, allowed are {', '.join(get_args(Ties))}"
        raise InputError([Problem("unknown-ties", message, path="ties")])
    given = GivenSheets(sheets, set, layout)
    if path.suffix.lower() in ENDINGS:
        return verify_packed(path, shown, law, given)
    with _opened(path, shown) as file:
        found = _law_of(file.head, law, shown)
        if file.command == "council":
            return verify_councils(file, found, shown, given)
        return _verified(file, found, shown, given, ties)


@contextmanager
def _opened(path: Path, shown: str) -> Iterator[ResultFile]:
    """Open a result file by its ending."""
    ending = path.suffix.lower()
    if ending == ".xlsx":
        with open_result_book(path, shown) as file:
            yield file
    elif ending in (".json", ".ndjson", ".jsonl"):
        try:
            stream = path.open("rb")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise unreadable("cannot-read", f"cannot read the file: {reason}", shown) from error
        with stream:
            yield open_json(stream, shown) if ending == ".json" else open_ndjson(stream, shown)
    else:
        with open_csv(path, shown) as file:
            yield file


def _law_of(head: Head, law: str | Decision | None, shown: str) -> Decision:
    """Return the decision to check against."""
    hint = "name it: --decision, or the second argument of verify"
    if law is None and head.decision is None:
        message = "the file does not say under which decision it was made"
        raise InputError([Problem("unknown-decision", message, shown, hint=hint)])
    if law is None:
        try:
            return shipped_decision(str(head.decision))
        except UnknownDecisionError as error:
            message = f"the file is of the decision {quoted(head.decision)}, which is not shipped"
            raise InputError([Problem("unknown-decision", message, shown, hint=hint)]) from error
    found = as_decision(law)
    if head.decision not in (None, found.id):
        message = f"the file is of the decision {quoted(head.decision)}, found {quoted(found.id)}"
        raise InputError([Problem("decision-differs", message, shown)])
    return found


def _verified(
    file: ResultFile,
    law: Decision,
    shown: str,
    given: GivenSheets,
    ties: Ties | None,
) -> Verification:
    head, parts = file.head, tuple(part.code for part in law.parts)
    kept = kept_names(file.names, parts, shown) if file.names else ()
    if head.ties is not None and head.ties not in get_args(Ties):
        message = f"found {quoted(head.ties)}, allowed are {', '.join(get_args(Ties))}"
        raise unreadable("unknown-ties", message, shown)
    tabular = file.form in ("csv", "xlsx")
    places = {name: n for n, name in enumerate(file.names, start=1)} if tabular else {}
    findings = Findings(shown, places)
    _check_digests(head, law, findings)
    checks = RowChecks(law, parts, findings, file.command == "rank")
    ranked = RankRows(law, parts, head, kept) if file.command == "rank" else None
    if ranked is not None and ranked.unknown_names():
        message = f"found the order {', '.join(map(quoted, ranked.order))}, allowed are columns"
        raise unreadable("not-a-result", message, shown)
    batches = given.read(law, kept)
    rescored = None
    if batches is not None:
        scores = [score(batch) for batch in batches]
        rescored = Rescored.of(scores, parts, findings, "assessor" in file.names)
    rows = 0
    pieces = readable(file.pieces, law) if file.form == "xlsx" else file.pieces
    for piece in pieces:
        rows += len(piece)
        findings.start(piece)
        columns = checks.read(piece)
        checks.check(columns, piece)
        if rescored is not None:
            rescored.compare(columns, kept, piece)
        if ranked is not None:
            ranked.add(columns, piece)
    how: Any = head.ties or ties
    if ranked is not None:
        how = ranked.check(how, findings)
    if rescored is not None:
        rescored.finish(head, ranked, how)
    checked, unchecked = _told(file, ranked, batches, ties, kept)
    return Verification(
        file=shown,
        command=file.command,
        form=file.form,
        decision=law.id,
        version=head.version,
        rows=rows,
        differ=findings.rows,
        checked=checked,
        unchecked=unchecked,
        problems=tuple(findings.sorted()),
        more=findings.more,
    )


def _check_digests(head: Head, law: Decision, findings: Findings) -> None:
    """Check that the sets are those held here."""
    for number, told in (head.digests or {}).items():
        path = f"set {number}"
        source = law.sets.get(int(number)) if number.isdecimal() and len(number) < 6 else None
        if source is None:
            message = f"{law.id} as it is here has no set {quoted(number)}"
            findings.add(Problem("unknown-set", message, findings.shown, path=path))
        elif source.digest != told:
            message = f"the digest is {quoted(told, 80)} in the file, "
            message += f"{source.digest} in {law.id} as it is here"
            hint = "the law of the set has changed since: verify it with the version that wrote it"
            place = findings.shown, None, None, path
            findings.add(Problem("digest-differs", message, *place, hint))


def _told(
    file: ResultFile,
    ranked: RankRows | None,
    batches: Sequence[Sheets] | None,
    ties: Ties | None,
    kept: Sequence[str],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what was checked and what nobody could check."""
    head, given = file.head, batches is not None
    facts: dict[str, bool] = {
        "header": True,
        "law": head.digests is not None or file.form == "ndjson",
        "version": head.version is not None,
        "rows": True,
        "products": True,
        "sheets": given and head.sheets is not None,
        "answers": given,
    }
    if kept:
        facts["kept"] = given
    if ranked is not None:
        facts |= {"order": True, "ranks": True, "ties": bool(head.ties or ties)}
        facts["within"] = "within" in head.told or "group" not in file.names
    elif given:
        facts["order"] = True
    # What a file says of itself is no check; what it does not say is told all the same.
    said = {"version", "ties", "within"}
    checked = tuple(name for name, done in facts.items() if done and name not in said)
    return checked, tuple(name for name, done in facts.items() if not done)
