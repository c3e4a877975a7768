"""The columns of a frame of sheets: which is what, and which of them are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables import _batch_header
from ocop.tables._frame_source import SHOWN
from ocop.tables._header import (
    CODE,
    LONG,
    RESERVED,
    Header,
    is_long_form,
    known_codes,
    read_header,
)
from ocop.tables._rows import clean_header
from ocop.types import SYNTHETIC


def frame_header(
    names: Sequence[str],
    law: Decision,
    fixed: CriteriaSet | None,
    keep: Sequence[str] | None,
) -> tuple[Header, tuple[str, ...]]:
    """Sort the columns of a frame; return them, and the names of those that are kept.

    Without `keep` every column is kept that says nothing else; with it the others are left out.
    A column that looks like a criterion is never taken for anything else unless `keep` names it.
    """
    asked = () if keep is None else clean_header([keep] if isinstance(keep, str) else list(keep))
    names = [
        name.replace("_", ".") if _batch_header.CODE.fullmatch(name) and name not in asked else name
        for name in clean_header(list(names))
    ]
    known = known_codes(law, fixed)
    is_long = is_long_form(names, asked, known)
    taken = {*RESERVED, *known, *(LONG if is_long else ())}
    further = [
        name
        for name in dict.fromkeys(names)
        if name and name not in taken and not CODE.fullmatch(name)
    ]
    if keep is None:
        kept = tuple(further)
    else:
        # What is made up stays marked so, whether or not anyone asked.
        marks = [SYNTHETIC] if SYNTHETIC in names else []
        kept = tuple(dict.fromkeys((*asked, *marks)))
    header = read_header(names, law, fixed, kept, SHOWN, ignored=set(further))
    header.problems[:] = [
        replace(problem, line=None, hint=_TAKEN if problem.code == "name-taken" else problem.hint)
        for problem in header.problems
    ]
    return header, kept


_TAKEN = "give the column another name, or name those to carry along with keep"
