"""A decision's folder: reads its files, checks them against each other, builds the objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import evolve

from ocop.errors import LawError, Problem
from ocop.law._amendment import check_base, inherited, resolve
from ocop.law._build import build_decision, build_groups, build_set
from ocop.law._check_folder import duplicates, twins, unused
from ocop.law._check_process import check_form_answers
from ocop.law._check_set import check_set
from ocop.law._checks import check_criteria, check_decision
from ocop.law._few_criteria import FewCriteria
from ocop.law._files import (
    AmendmentFile,
    CriteriaFile,
    DecisionFile,
    GroupsFile,
    SetFile,
)
from ocop.law._read import Loaded, load, load_one_of
from ocop.law.decision import (
    Decision,
    DeclaredSet,
)
from ocop.law.model import (
    CriteriaSet,
    Criterion,
    ProductGroup,
    Sector,
)

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FindFolder = Callable[[str], "DecisionFolder | None"]


def _no_other(_: str, /) -> DecisionFolder | None:
    """Find no other decision: the folder stands alone."""
    return None


class DecisionFolder:
    """One decision's folder; every part of it is read at most once, when it is needed.

    `shown` is the name that error messages use; `groups` are the groups all decisions share;
    `find` returns the folder of another decision, for amendments. A `shipped` folder was checked
    as a whole before, so one set of it loads without the criteria of the others.
    """

    def __init__(
        self,
        root: Traversable,
        shown: str,
        groups: GroupsFile,
        find: FindFolder = _no_other,
        *,
        shipped: bool = False,
    ) -> None:
        self.root, self.shown, self.shared, self.find = root, shown, groups, find
        self.shipped = shipped
        self._sound_sets: dict[int, Loaded[SetFile]] = {}

    def _sectors(self) -> dict[str, Sector]:
        return {sector.slug: sector for sector in self.shared.sectors}

    @cached_property
    def _own(self) -> Loaded[object]:
        """decision.yaml as it stands: a whole decision, or an amendment of another."""
        kinds = {"ocop-decision/1": DecisionFile, "ocop-amendment/1": AmendmentFile}
        return load_one_of(self.root / "decision.yaml", f"{self.shown}/decision.yaml", kinds)

    @cached_property
    def home(self) -> DecisionFolder:
        """The folder that holds the criteria: this one, or that of the amendment's base."""
        own = self._own.value
        base = self.find(own.base) if isinstance(own, AmendmentFile) else None
        return self if base is None else base

    @cached_property
    def header(self) -> Loaded[DecisionFile]:
        """What decision.yaml says, resolved where it is an amendment, with its checks done."""
        doc, own = self._own.doc, self._own.value
        if isinstance(own, AmendmentFile):
            doc.problems.extend(check_base(self._own, own, self.home is not self, self._base()))
            base = self._base()
            value = None if base is None else resolve(own, base)
        else:
            value = own if isinstance(own, DecisionFile) else None
        file = Loaded(doc, value)
        if value is not None:
            shared = [group.slug for group in self.shared.groups]
            doc.problems.extend(check_decision(file, shared, self._sectors()))
        return file

    def _base(self) -> DecisionFile | None:
        """Return the base's decision.yaml, None where it is missing, broken or an amendment."""
        value = self.home._own.value if self.home is not self else None
        return value if isinstance(value, DecisionFile) else None

    @cached_property
    def criteria_files(self) -> tuple[Loaded[CriteriaFile], ...]:
        """The criteria files in order of their names, each with its own checks done."""
        if self.home is not self:
            return self.home.criteria_files
        header = self.header.value
        assert header is not None
        folder = self.root / "criteria"
        files = []
        for name in _yaml_names(folder):
            file = load(folder / name, f"{self.shown}/criteria/{name}", CriteriaFile)
            if file.value is not None:
                file.doc.problems.extend(check_criteria(file, header))
            files.append(file)
        return tuple(files)

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """All criteria of the decision by id."""
        loaded = [f.value for f in self.criteria_files if f.value is not None]
        return {criterion.id: criterion for value in loaded for criterion in value.criteria}

    def set_file(self, declared: DeclaredSet) -> Loaded[SetFile]:
        """Return the file of one set with its own checks done."""
        if declared.number in self._sound_sets:
            return self._sound_sets[declared.number]
        header = self.header.value
        assert header is not None
        name = set_file_name(declared)
        shown = f"{self.home.shown}/sets/{name}"
        file = load(self.home.root / "sets" / name, shown, SetFile)
        if file.value is not None:
            all_read = all(f.value is not None for f in self.criteria_files)
            found = check_set(file, declared, header, self.criteria, all_read=all_read)
            file.doc.problems.extend(found)
            if not file.doc.problems:
                self._sound_sets[declared.number] = file
        return file

    def decision(self) -> Decision:
        """Build the decision; its sets are loaded when they are asked for."""
        header = self._checked_header()
        own = self._own.value
        law = build_decision(header, self.groups(header), LazySets(self, header))
        if isinstance(own, AmendmentFile):
            return evolve(law, base=own.base, inherited=inherited(own))
        return law

    def groups(self, header: DecisionFile) -> dict[str, ProductGroup]:
        """Return the product groups that the decision can name, by slug."""
        return build_groups((*self.shared.groups, *header.groups), self._sectors())

    def criteria_set(self, declared: DeclaredSet) -> CriteriaSet:
        """Build one set alone: reads decision.yaml, the criteria and this set's file."""
        header = self._checked_header()
        alone = self._set_alone(header, declared) if self.home.shipped else None
        if alone is not None:
            return alone
        problems = [p for f in self.criteria_files for p in f.doc.problems]
        problems += duplicates(self.criteria_files)
        _raise(problems)
        file = self.set_file(declared)
        _raise(file.doc.problems)
        assert file.value is not None
        return build_set(header, declared, file.value, self.criteria, self.groups(header))

    @cached_property
    def few_criteria(self) -> FewCriteria:
        """The criteria, read one by one."""
        return FewCriteria(self.root / "criteria")

    def _set_alone(self, header: DecisionFile, declared: DeclaredSet) -> CriteriaSet | None:
        """Build one set from its own criteria; None where anything is wrong with them."""
        name = set_file_name(declared)
        file = load(self.home.root / "sets" / name, f"{self.home.shown}/sets/{name}", SetFile)
        if file.value is None:
            return None
        sections = [section for part in file.value.parts for section in part.sections]
        ids = [name for section in sections for name in section.criteria.values()]
        criteria = self.home.few_criteria.named(ids)
        if criteria is None or [*check_set(file, declared, header, criteria, all_read=True)]:
            return None
        return build_set(header, declared, file.value, criteria, self.groups(header))

    def problems(self) -> list[Problem]:
        """Return every problem of the whole folder, in order of file and place."""
        header = self.header.value
        if header is None or self.header.doc.problems:
            return list(self.header.doc.problems)
        problems = [p for name in ("criteria", "sets") for p in self._closed(name)]
        if problems:
            return problems
        problems = [p for f in self.criteria_files for p in f.doc.problems]
        problems += duplicates(self.criteria_files)
        own_process = self.home is self or getattr(self._own.value, "process", None) is not None
        if own_process and all(f.value is not None for f in self.criteria_files):
            problems += check_form_answers(self.header, self.criteria)
        files = [self.set_file(d) for d in header.sets if d.transcribed]
        problems += [p for f in files for p in f.doc.problems]
        problems += self._stray_files(header)
        if self.home is self:
            problems += twins(self.criteria_files)
        if not problems and self.home is self:
            values = [f.value for f in files if f.value is not None]
            problems += unused(self.header, self.criteria_files, values)
        return problems

    def _checked_header(self) -> DecisionFile:
        _raise(self.header.doc.problems)
        assert self.header.value is not None
        return self.header.value

    def _closed(self, name: str) -> Iterator[Problem]:
        """Yield a problem where a folder is there that cannot be listed."""
        try:
            _yaml_names(self.home.root / name)
        except OSError as error:
            message = f"cannot read the folder: {error.strerror or type(error).__name__}"
            yield Problem("cannot-read", message, f"{self.home.shown}/{name}")

    def _stray_files(self, header: DecisionFile) -> Iterator[Problem]:
        own = header.sets if self.home is self else ()
        expected = {set_file_name(d) for d in own if d.transcribed}
        for name in _yaml_names(self.root / "sets"):
            if name not in expected:
                message = "decision.yaml declares no transcribed set for this file"
                hint = "declare it with transcribed: true, or correct the file's name"
                yield Problem("undeclared-set", message, f"{self.shown}/sets/{name}", hint=hint)


class LazySets(Mapping[int, CriteriaSet]):
    """The transcribed sets of a decision by number, each loaded when it is asked for."""

    def __init__(self, folder: DecisionFolder, header: DecisionFile) -> None:
        self._folder = folder
        self._declared = {d.number: d for d in header.sets if d.transcribed}
        self._sets: dict[int, CriteriaSet] = {}

    def __getitem__(self, number: int) -> CriteriaSet:
        if number not in self._sets:
            # Of two threads that load a set at once, the first gives it to both.
            self._sets.setdefault(number, self._folder.criteria_set(self._declared[number]))
        return self._sets[number]

    def __contains__(self, number: object) -> bool:
        return number in self._declared

    def __iter__(self) -> Iterator[int]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)

    def __reduce__(self) -> tuple[type[dict[int, CriteriaSet]], tuple[dict[int, CriteriaSet]]]:
        return dict, (dict(self),)


def set_file_name(declared: DeclaredSet) -> str:
    """Return the file name of a set: number and group, as people look for it."""
    return f"{declared.number:02d}-{declared.group}.yaml"


def _yaml_names(folder: Traversable) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(
        entry.name for entry in folder.iterdir() if entry.name.endswith((".yaml", ".yml"))
    )


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise LawError(problems)


__all__ = ["DecisionFolder", "LazySets", "build_groups", "set_file_name"]
