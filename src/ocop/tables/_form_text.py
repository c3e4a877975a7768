"""What blank forms say, so that the reader finds again what the writer wrote."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from attrs import frozen

from ocop.text import fold
from ocop.types import Lang

__all__ = ["FORM", "LEGEND", "NO", "WORDS", "YES", "Words", "is_one_of"]

FORM = "ocop-form/1"
"""In the first cell of a worksheet that is the form of one product."""

LEGEND = "ocop-legend/1"
"""In the first cell of the worksheet with the lists and the legend."""


@frozen(kw_only=True)
class Words:
    """The words of a form in one language."""

    title: str
    binding: str
    data: str
    product: str
    assessor: str
    code: str
    criterion: str
    points: str
    star: str
    answer: str
    got: str
    part: str
    total: str
    band: str
    note: str
    findings: str
    finding: str
    dossier: str
    yes: str
    sheet: str
    legend: str
    column: str
    write: str
    label: str
    mark: str
    case: str
    warning: str


WORDS: Mapping[Lang, Words] = {
    "vi": Words(
        title="PHIẾU CHẤM ĐIỂM",
        binding="Văn bản có giá trị là phụ lục của quyết định; ở đây chỉ là nhãn tóm tắt.",
        data="Dữ liệu",
        product="Sản phẩm",
        assessor="Người chấm",
        code="Mã",
        criterion="Tiêu chí và các mức",
        points="Điểm",
        star="Sao",
        answer="Chọn mức (0: không đạt; trống: chưa chấm)",
        got="Đạt",
        part="PHẦN",
        total="Tổng điểm",
        band="Hạng theo khung điểm",
        note=(
            "Các ô tính chỉ để xem: ocop tính lại từ các mức đã chọn, cùng mức tối thiểu (★), "
            "quy tắc và trường hợp bị loại."
        ),
        findings="TRƯỜNG HỢP BỊ LOẠI (chọn “có” nếu gặp)",
        finding="loại",
        dossier="hồ sơ",
        yes="có",
        sheet="Phiếu",
        legend="Chú giải",
        column="cột",
        write="ghi",
        label="nội dung",
        mark="sao",
        case="trường hợp",
        warning="Mức này không có trong danh sách. Ghi số thứ tự của mức từ 0 đến {size}.",
    ),
    "en": Words(
        title="SCORE SHEET",
        binding="The annex of the decision is binding; the labels here are short readings of it.",
        data="Data",
        product="Product",
        assessor="Assessor",
        code="Code",
        criterion="Criteria and options",
        points="Points",
        star="Star",
        answer="Option (0: none met; empty: not assessed)",
        got="Got",
        part="PART",
        total="Total",
        band="Star of the band of points",
        note=(
            "What is computed here is for reading only: ocop computes again from the options "
            "chosen, with minimums (★), rules and exclusions."
        ),
        findings="WHAT EXCLUDES THE PRODUCT (choose “yes” where it is so)",
        finding="out",
        dossier="dossier",
        yes="yes",
        sheet="Sheet",
        legend="Legend",
        column="column",
        write="write",
        label="meaning",
        mark="star",
        case="case",
        warning="This option is not in the list. Write the number of the option, 0 to {size}.",
    ),
}

YES = frozenset({"co", "yes", "x", "1", "true", "v", "y"})
NO = frozenset({"", "khong", "no", "0", "false", "n"})
"""What says that a finding is or is not stated, without accents."""


@lru_cache(maxsize=1024)
def is_one_of(text: str, name: str) -> bool:
    """Say whether a cell holds the word of that name in either language."""
    return fold(text) in {fold(getattr(words, name)) for words in WORDS.values()}
