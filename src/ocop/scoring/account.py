"""Accounts: what one product's result is made of, as records that print themselves."""

from __future__ import annotations

from typing import Any, Literal

from attrs import asdict, field, fields, frozen

from ocop._frames import FrameKind, rows_frame
from ocop._repr import short_repr
from ocop.law.model import Case, CriteriaSet
from ocop.scoring._account_html import account_html
from ocop.scoring._account_text import account_text
from ocop.text import Label, check_lang, quoted
from ocop.types import STARS_WITH_FLOORS, Lang

__all__ = [
    "Account",
    "BandAccount",
    "CriterionAccount",
    "ExclusionAccount",
    "FloorAccount",
    "LackingFloor",
    "Obstacle",
    "RuleAccount",
]


@frozen(kw_only=True)
class FloorAccount:
    """The least points that a star asks of a criterion (mức sàn), and whether they are there."""

    star: int
    least: int
    met: bool


@frozen(kw_only=True)
class CriterionAccount:
    """One criterion (tiêu chí) of an account.

    Attributes
    ----------
    code : str
        Printed code; `part` and `section` are the codes of where it stands.
    title : Label
    clause : Label
        Where the criterion stands in the annex.
    answer : int or None
        Option counted from 1, 0 where none is met, None where it was not assessed.
    answer_label : Label or None
        The option's words; None where no option is met or it was not assessed.
    points, best : int
        Points after the rules, and the highest points of any option (of the sheet's case,
        where the criterion has cases and the sheet uses one).
    floors : tuple of FloorAccount
        For the stars 3, 4 and 5, as far as they ask for points here.
    counts : bool
        False where a rule leaves 0 points whatever the answer; `rule` then says which.
    rule : Label or None
    case : Case or None
        The sheet's case of the criterion's kind, as answers anywhere on the sheet show it.
    """

    code: str
    title: Label
    part: str
    section: str
    clause: Label
    answer: int | None
    answer_label: Label | None
    points: int
    best: int
    floors: tuple[FloorAccount, ...] = ()
    counts: bool = True
    rule: Label | None = None
    case: Case | None = None

    __repr__ = short_repr

    def floor(self, star: int) -> FloorAccount | None:
        """Return the floor of a star; None where the star asks for nothing here."""
        return next((floor for floor in self.floors if floor.star == star), None)

    @property
    def kept_from(self) -> int | None:
        """The lowest star whose floor is missed here, whatever the total; None where none is."""
        return next((floor.star for floor in self.floors if not floor.met), None)


@frozen(kw_only=True)
class BandAccount:
    """A band of total points (khung điểm): from where it starts, and the points lacking to it."""

    star: int
    at_least: int
    lacking: int


@frozen(kw_only=True)
class LackingFloor:
    """A floor that is missed (mức sàn chưa đạt): `lacking` points to the `least` of `star`.

    `rule` is the rule that leaves the criterion without points, None where it counts.
    """

    star: int
    code: str
    title: Label
    least: int
    points: int
    lacking: int
    rule: Label | None = None


@frozen(kw_only=True)
class RuleAccount:
    """A rule of the set (quy tắc) that changed the result.

    `codes` are the criteria that it struck; `lost` the points that it took, 0 for a knock-out.
    """

    kind: Literal["needs", "knock-out"]
    label: Label
    codes: tuple[str, ...]
    lost: int


@frozen(kw_only=True)
class ExclusionAccount:
    """Why a product is excluded (bị loại), and where the annex says so.

    `reason` is the id of a finding, or ``zero:CODE`` for a criterion that knocks out. `where` is
    the code of a criterion or section, or ``"dossier"`` for the line above the table.
    """

    reason: str
    label: Label
    where: str


@frozen(kw_only=True)
class Obstacle:
    """The first thing in the way to the next star (vướng mắc).

    Attributes
    ----------
    kind : {"exclusion", "floor", "points"}
    star : int
        The star that it keeps the product from: the next one, or for an exclusion the star that
        points and floors would give.
    code : str or None
        The reason of an exclusion, the criterion of a floor; None for points.
    label : Label or None
        The words of the reason or the criterion's title; None for points.
    least, lacking : int or None
        Points asked for by the floor or the band, and points lacking; None for an exclusion.
    rule : Label or None
        The rule that leaves the criterion without points and must be met first.
    """

    kind: Literal["exclusion", "floor", "points"]
    star: int
    code: str | None = None
    label: Label | None = None
    least: int | None = None
    lacking: int | None = None
    rule: Label | None = None


@frozen(kw_only=True)
class Account:
    """The full account of one product's result (bản giải trình kết quả).

    Attributes
    ----------
    product : str
    criteria_set : CriteriaSet
        The set that the product was scored with; `decision` and `clause` are read from it.
    parts : dict of str to int
        Points by part code; `total` is their sum.
    band : int
        The star that the total alone would give.
    star : int or None
        The star with floors; None where the product is excluded.
    answered, of : int
        Criteria assessed, and criteria of the set.
    first : Obstacle or None
        The first thing in the way to the next star; None for five stars.
    excluded : tuple of ExclusionAccount
    rules : tuple of RuleAccount
        The rules that changed the result.
    bands : tuple of BandAccount
        In rising order of stars.
    missing : tuple of LackingFloor
        The floors missed, star by star, those of the band's star first, then of the stars below
        it from the highest, then of those above. Within a star above the band, criteria that
        miss the band's star come first; otherwise as printed.
    criteria : tuple of CriterionAccount
        In printed order.
    """

    product: str
    criteria_set: CriteriaSet
    parts: dict[str, int]
    total: int
    band: int
    star: int | None
    answered: int
    of: int
    first: Obstacle | None
    excluded: tuple[ExclusionAccount, ...]
    rules: tuple[RuleAccount, ...]
    bands: tuple[BandAccount, ...]
    missing: tuple[LackingFloor, ...]
    criteria: tuple[CriterionAccount, ...]
    _origin: FrameKind | None = field(default=None, eq=False, alias="origin")

    def __repr__(self) -> str:
        source = self.criteria_set
        where = f"{source.decision} set {source.number} {source.group.slug}"
        what = f"{self.total} points, band {self.band}, star {self.star}"
        return f"<Account {quoted(self.product)} {where}: {what}>"

    _repr_html_ = account_html

    @property
    def decision(self) -> str:
        """The decision's id, such as ``qd-26-2026``."""
        return self.criteria_set.decision

    @property
    def clause(self) -> Label:
        """The annex that the result rests on."""
        return self.criteria_set.clause

    def missing_for(self, star: int) -> tuple[LackingFloor, ...]:
        """Return the floors that `star` asks for and the product misses, whatever its total."""
        return tuple(floor for floor in self.missing if floor.star == star)

    def to_dict(self) -> dict[str, Any]:
        """Return the account as plain values for JSON; labels are ``{"vi": ..., "en": ...}``."""
        source = self.criteria_set
        head = {
            "product": self.product,
            "decision": source.decision,
            "set": source.number,
            "group": source.group.slug,
            "label": _plain(source.label),
            "clause": _plain(source.clause),
            "digest": source.digest,
        }
        names = [
            a.name for a in fields(Account) if a.name not in ("product", "criteria_set", "_origin")
        ]
        return head | {name: _plain(getattr(self, name)) for name in names}

    def rows(self, lang: Lang = "en") -> list[dict[str, Any]]:
        """Return one dict per criterion, as tables show them.

        `option` is the answer's position, `answer` its words. `star3`, `star4` and `star5` are
        the least points that these stars ask for, None where they ask for nothing; `kept_from`
        is the lowest star whose floor is missed.

        Raises
        ------
        InputError
            ``unknown-language``.
        """
        check_lang(lang)
        return [_row(line, lang) for line in self.criteria]

    def to_frame(self, like: Any = None, *, lang: Lang = "en") -> Any:
        """Return the rows of `rows` as a data frame, as `Scores.to_frame` does.

        Raises
        ------
        InputError
            ``unknown-language``, ``no-frame-kind``, ``wrong-value``.
        """
        return rows_frame(self.rows(lang), like, self._origin)

    def text(self, lang: Lang = "en") -> str:
        """Return the account as plain text of at most 80 columns.

        Raises
        ------
        InputError
            ``unknown-language``.
        """
        check_lang(lang)
        return account_text(self, lang)


def _plain(value: Any) -> Any:
    """Return records, labels and tuples as dicts and lists."""
    if isinstance(value, Label):
        return {"vi": value.vi, "en": value.en}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return dict(value)
    if hasattr(value, "__attrs_attrs__"):
        return {name: _plain(one) for name, one in asdict(value, recurse=False).items()}
    return value


def _row(line: CriterionAccount, lang: Lang) -> dict[str, Any]:
    least = {floor.star: floor.least for floor in line.floors}
    return {
        "code": line.code,
        "criterion": line.title[lang],
        "option": line.answer,
        "answer": None if line.answer_label is None else line.answer_label[lang],
        "points": line.points,
        "best": line.best,
        **{f"star{star}": least.get(star) for star in STARS_WITH_FLOORS},
        "kept_from": line.kept_from,
        "rule": None if line.rule is None else line.rule[lang],
        "part": line.part,
        "section": line.section,
        "case": None if line.case is None else line.case.id,
        "clause": line.clause[lang],
    }
