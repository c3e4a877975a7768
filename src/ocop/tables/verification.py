"""Verifications: what was checked of a result file, what was found, what nobody could check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from ocop._version import __version__
from ocop.errors import Problem
from ocop.text import Label, check_lang, number_of, quoted
from ocop.types import Lang

__all__ = ["CHECKS", "Verification"]

CHECKS: Mapping[str, Label] = {
    "header": Label(
        "phần đầu tệp đầy đủ và các cột đúng mẫu", "the header is whole, the columns are its own"
    ),
    "law": Label(
        "quyết định và dấu nhận dạng các bộ tiêu chí trùng với dữ liệu luật ở đây",
        "the decision and the digests of its sets are those of the law held here",
    ),
    "rows": Label(
        "từng dòng: điểm các phần cộng thành tổng, có phiếu cho ra được các điểm này; khung điểm, "
        "sao, mức tối thiểu và lý do loại đúng luật",
        "every row: parts add up to the total, some answers give them; band, star, minimums and "
        "reasons follow the law",
    ),
    "means": Label(
        "từng kết quả: tính lại từ điểm của các thành viên ghi trong tệp",
        "every result, computed again from the points of the assessors that the file names",
    ),
    "products": Label("không sản phẩm nào đứng hai lần", "no product stands twice"),
    "order": Label("thứ tự các dòng", "the order of the rows"),
    "ranks": Label("hạng, kể cả hạng bằng nhau", "the ranks, equal ones included"),
    "sheets": Label(
        "dấu nhận dạng của các phiếu đã cho trùng với dấu ghi trong tệp",
        "the digest of the sheets given is the one that the file names",
    ),
    "answers": Label(
        "mọi dòng so với các phiếu đã chấm lại; không thiếu, không thừa sản phẩm nào",
        "every row against the sheets, scored again; no product is missing, none is too many",
    ),
    "packed": Label(
        "các từ 64 bit: đúng lựa chọn của từng tiêu chí, đúng trường hợp, đúng kết luận loại",
        "the 64-bit words: options of their criteria, cases, findings",
    ),
    "version": Label("phiên bản ocop đã ghi tệp", "which version of ocop wrote the file"),
    "ties": Label("cách ghi hạng bằng nhau", "how equal products were to be numbered"),
    "within": Label("nhóm xếp hạng lấy từ đâu", "where the groups of the ranking come from"),
    "kept": Label("các cột mang theo", "the columns that travel along"),
}
"""What can be checked, and what cannot where the file does not say it, by stable words."""

_KINDS = {
    "score": Label("kết quả chấm điểm", "scores"),
    "rank": Label("bảng xếp hạng", "a ranking"),
    "pack": Label("phiếu chấm đã nén", "packed sheets"),
    "council": Label("kết quả hội đồng", "results of councils"),
}


@frozen(kw_only=True)
class Verification:
    """What a check of a result file found (kiểm tra lại kết quả).

    Attributes
    ----------
    file : str
        Name of the file as it was given.
    command : {"score", "rank", "council", "pack"}
        The command whose result it is.
    form : {"json", "ndjson", "csv", "xlsx", "npz", "parquet"}
    decision : str
        Id of the decision that it was checked against.
    version : str or None
        Version of ocop that wrote the file; None where the file does not say.
    rows : int
        Results in the file.
    differ : int
        Results with a problem.
    checked, unchecked : tuple of str
        What was checked, and what could not be, by the words of `CHECKS`.
    problems : tuple of Problem
        What is wrong, the first ones by place; a place is a line of the file.
    more : int
        Further problems that were counted but not kept.
    """

    file: str
    command: str
    form: str
    decision: str
    version: str | None
    rows: int
    differ: int
    checked: tuple[str, ...]
    unchecked: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    more: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing that was checked is wrong."""
        return not self.problems

    def __repr__(self) -> str:
        found = "verified" if self.ok else number_of(len(self.problems) + self.more, "problem")
        what = f"{self.command} {quoted(self.file)} {self.decision}"
        return f"<Verification {what}: {number_of(self.rows, 'row')}, {found}>"

    def text(self, lang: Lang = "en") -> str:
        """Return what was checked and what was not, for people; problems are not repeated.

        Raises
        ------
        InputError
            ``unknown-language``.
        """
        check_lang(lang)
        vi = lang == "vi"
        head = f"{self.file}: {_KINDS[self.command][lang]}, {self.decision}"
        if self.version is not None:
            head += f", ocop {self.version}"
        lines = [head]
        if self.version is not None and self.version != __version__:
            told = "đang kiểm tra bằng ocop {}" if vi else "checked with ocop {}"
            lines.append("  " + told.format(__version__))
        for names, word in (
            (self.checked, "đã kiểm tra" if vi else "checked"),
            (self.unchecked, "chưa kiểm tra được" if vi else "not checked"),
        ):
            lines += [f"  {word}: {CHECKS[name][lang]}" for name in names]
        rows, differ = f"{self.rows:,}", f"{self.differ:,}"
        lines.append(f"  {rows} dòng, {differ} sai" if vi else f"  rows: {rows}, {differ} differ")
        problems = len(self.problems) + self.more
        if self.ok:
            lines.append("đúng" if vi else "verified")
        else:
            found = f"{problems:,} vấn đề" if vi else number_of(problems, "problem")
            lines.append(f"sai: {found}" if vi else f"not verified: {found}")
        return "\n".join([*lines, ""])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values for JSON."""
        return {
            "file": self.file,
            "verified": self.ok,
            "result_of": self.command,
            "form": self.form,
            "decision": self.decision,
            "written_by": self.version,
            "rows": self.rows,
            "differ": self.differ,
            "checked": list(self.checked),
            "unchecked": list(self.unchecked),
            "problems": [problem.to_dict() for problem in self.problems],
            "more": self.more,
        }
