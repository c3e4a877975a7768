"""A reform under way: the drafts of the sets, what each edit names, and every problem."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from ocop.errors import LawError, Problem, UnknownSetError
from ocop.law._document import Path
from ocop.law._read import Loaded
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.scenario._claims import Claimed, Claims
from ocop.scenario._draft import Levers, SetDraft
from ocop.scenario._reform_file import ReformFile, path_of
from ocop.scenario.edits import Edit
from ocop.text import closest, quoted

__all__ = ["Run"]

SHOWN_SETS = 3


class Run:
    """What a reform does to a decision, edit by edit; the decision is never touched.

    `effect` are the edits that changed anything; `touched` says which edit touched a criterion of
    a set last.
    """

    def __init__(self, law: Decision, file: Loaded[ReformFile], new_id: str) -> None:
        self.law, self.file = law, file
        self.levers = Levers.of(law, new_id)
        self.claims = Claims()
        self.effect: set[int] = set()
        self.touched: dict[tuple[int, str], int] = {}
        self.headings: dict[str, tuple[int, int, bool]] = {}
        self._drafts: dict[int, SetDraft] = {}
        self._found: dict[tuple[Path, str, str, str | None], list[str]] = {}

    @property
    def edits(self) -> list[tuple[int, Edit]]:
        """The edits with their positions."""
        value = self.file.value
        assert value is not None
        return [(n, entry.given[0]) for n, entry in enumerate(value.edits) if entry.given]

    @property
    def drafts(self) -> dict[int, SetDraft]:
        """The drafts of the sets that edits looked at, by number."""
        return self._drafts

    def draft(self, number: int) -> SetDraft:
        """Return the draft of a transcribed set."""
        if number not in self._drafts:
            self._drafts[number] = SetDraft(self.law.sets[number])
        return self._drafts[number]

    @cached_property
    def everything(self) -> list[SetDraft]:
        """The drafts of all transcribed sets."""
        return [self.draft(number) for number in self.law.sets]

    def refuse(
        self, path: Path, code: str, message: str, where: str = "", hint: str | None = None
    ) -> None:
        """Note a problem; the same one in several sets becomes one that names them."""
        places = self._found.setdefault((path, code, message, hint), [])
        if where and where not in places:
            places.append(where)

    @property
    def problems(self) -> list[Problem]:
        """Every problem so far, in the order of the edits."""
        found = []
        for (path, code, message, hint), places in self._found.items():
            text = message
            if places:
                more = len(places) - SHOWN_SETS
                text += f" in {', '.join(places[:SHOWN_SETS])}"
                text += f" and {more} more sets" if more > 0 else ""
            found.append((path, self.file.problem(code, text, path, hint)))
        # What is found at the end stands with the edit that it is about.
        numbers = [path[1] if len(path) > 1 else -1 for path, _ in found]
        order = sorted(range(len(found)), key=lambda n: int(numbers[n]))
        return [found[n][1] for n in order]

    def chosen(self, index: int, edit: Edit) -> list[SetDraft]:
        """Return the drafts of the sets that an edit names; of all sets where it names none."""
        named = getattr(edit, "sets", ())
        if not named:
            return self.everything
        found: dict[int, SetDraft] = {}
        for n, name in enumerate(named):
            try:
                number = criteria_set(self.law, name).number
            except UnknownSetError as error:
                (problem,) = error.problems
                path = (*path_of(index, edit), "sets", n)
                self.refuse(path, problem.code, problem.message, hint=problem.hint)
            except LawError as error:
                for problem in error.problems:
                    self.refuse(path_of(index, edit), problem.code, str(problem))
            else:
                found[number] = self.draft(number)
        return list(found.values())

    def items(self, index: int, edit: Edit, name: str) -> Iterator[tuple[SetDraft, str]]:
        """Yield the criteria that an edit names, as draft and code."""
        chosen = self.chosen(index, edit)
        found = [(draft, code) for draft in chosen for code in draft.named(name)]
        having = {id(draft) for draft, _ in found}
        path = (*path_of(index, edit), "criterion")
        for draft in chosen if getattr(edit, "sets", ()) or not found else ():
            if id(draft) not in having:
                pool = {n for i in draft.before.items for n in (i.code, i.criterion.id)}
                self.unknown(path, name, pool, "criterion", draft.name)
        yield from found

    def unknown(self, path: Path, name: str, known: Collection[str], what: str, where: str) -> None:
        """Note that there is nothing of this name, with the nearest that there is."""
        near = closest(name, sorted(known))
        hint = f"did you mean {quoted(near)}?" if near else None
        self.refuse(path, "unknown-reference", f"there is no {what} {quoted(name)}", where, hint)

    def option(self, index: int, edit: Edit, draft: SetDraft, code: str, position: int) -> bool:
        """Say whether a criterion has a printed option at `position`; note it where not."""
        size = len(draft.before.item(code).criterion.options)
        if 1 <= position <= size:
            return True
        field = "before" if hasattr(edit, "before") else "option"
        message = f"there is no option {position}; {code} has 1 to {size}"
        self.refuse((*path_of(index, edit), field), "unknown-reference", message, draft.name)
        return False

    def claim(
        self, index: int, edit: Edit, path: Claimed, value: object, what: str, where: str = ""
    ) -> bool:
        """Say whether an edit may write `value` at `path`; note the edit it collides with."""
        first = self.claims.take(index, path, value)
        if first is None:
            return True
        self.collide(index, edit, first, what, where)
        return False

    def claim_item(
        self, index: int, edit: Edit, draft: SetDraft, code: str, inner: Claimed, value: object
    ) -> bool:
        """Claim a criterion, or what `inner` names in it; only marks of a scaled one are free."""
        number = draft.before.number
        what = (
            code if not inner or not isinstance(inner[0], int) else f"option {inner[0]} of {code}"
        )
        first = self.claims.scaled_by(number, draft.section_of.get(code, ""))
        if first is not None and inner[-1:] != ("mark",):
            self.collide(index, edit, first, what, draft.name, "put it before the scaling")
            return False
        path = (number, "criterion", code, *inner)
        if not self.claim(index, edit, path, value, what, draft.name):
            return False
        self.touched[number, code] = index
        return True

    def collide(
        self, index: int, edit: Edit, first: int, what: str, where: str, hint: str | None = None
    ) -> None:
        """Note that two edits write the same thing differently."""
        line = self.file.problem("", "", ("edits", first)).line
        place = f"edits[{first}]" + (f" on line {line}" if line else "")
        message = f"{place} writes {what} differently"
        hint = hint or "keep one of them, or make two reforms, one after the other"
        self.refuse(path_of(index, edit), "edits-collide", message, where, hint)
