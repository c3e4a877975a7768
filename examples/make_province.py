"""Write province-made-up.csv: an invented province to try things out; nothing in it is real.

Usage: python examples/make_province.py [FILE]

Each product has a hidden quality; each criterion is easier or harder; most producers know the
star marks for three stars and see to them first. The same seed gives the same file.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np

import ocop

SEED = 2026
DECISION = "qd-26-2026"
PRODUCTS = {
    1: (52, "Rau củ quả"),
    2: (28, "Thịt cá tươi"),
    3: (40, "Gạo"),
    4: (36, "Mật ong"),
    6: (30, "Bún miến khô"),
    7: (34, "Trái cây sấy"),
    8: (40, "Thịt cá chế biến"),
    9: (22, "Nước mắm tương"),
    10: (14, "Muối ớt tiêu"),
    11: (48, "Chè"),
    12: (18, "Trà thảo mộc"),
    13: (26, "Cà phê"),
    14: (18, "Rượu"),
    16: (6, "Nước khoáng"),
    19: (10, "Xà phòng dược liệu"),
    21: (24, "Mây tre đan"),
    22: (12, "Thổ cẩm"),
    23: (8, "Hoa"),
    26: (14, "Bản du lịch"),
}
COMMUNES = 40


def main(target: Path) -> None:
    """Write the file."""
    rng = np.random.default_rng(SEED)
    law = ocop.decision(DECISION)
    sets = {number: ocop.criteria_set(law, number) for number in PRODUCTS}
    codes = sorted({c for s in sets.values() for c in s.codes}, key=_natural)
    serial = 0
    rows: list[dict[str, Any]] = []
    for number, (count, noun) in PRODUCTS.items():
        for index in range(1, count + 1):
            serial += 1
            commune = int(rng.integers(1, COMMUNES + 1))
            row: dict[str, Any] = {
                "product": f"00-{commune:05d}-{serial:03d}-2026",
                "set": number,
                "name": f"{noun} Giả Định {index}",
                "commune": f"Xã Giả Định {commune:02d}",
                "findings": _finding(rng, sets[number]),
            }
            rows.append({**row, **_answers(rng, sets[number])})
    rows = [rows[i] for i in rng.permutation(len(rows))]
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(
            stream, ["product", "set", "name", "commune", "findings", *codes], lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)


def _finding(rng: np.random.Generator, criteria_set: ocop.CriteriaSet) -> str:
    known = [exclusion.finding.id for exclusion in criteria_set.exclusions]
    if not known or rng.random() > 0.025:
        return ""
    return str(rng.choice(known))


def _answers(rng: np.random.Generator, criteria_set: ocop.CriteriaSet) -> dict[str, int | str]:
    quality = rng.normal(0.56, 0.14)
    aims_at = int(rng.choice([0, 3, 4, 5], p=[0.12, 0.6, 0.23, 0.05]))
    incomplete = rng.random() < 0.04
    kinds = criteria_set.case_kinds
    cases = {kind.id: str(rng.choice([case.id for case in kind.cases])) for kind in kinds}
    answers: dict[str, int | str] = {}
    for item in criteria_set.items:
        criterion = item.criterion
        case = cases.get(criterion.case_kind or "")
        allowed = [n for n, o in enumerate(criterion.options, 1) if o.case == case]
        level = np.clip(rng.normal(quality, 0.2), 0, 0.999)
        position = allowed[int(level * len(allowed))]
        floor = criterion.floor(aims_at) if aims_at and rng.random() < 0.985 else 0
        if criterion.options[position - 1].points < floor:
            position = next(n for n in allowed if criterion.options[n - 1].points >= floor)
        if incomplete and rng.random() < 0.1:
            answers[item.code] = ""
        else:
            answers[item.code] = 0 if rng.random() < 0.004 else position
    return answers


def _natural(code: str) -> tuple[int, ...]:
    return tuple(int(number) for number in code.split("."))


if __name__ == "__main__":
    here = Path(__file__).with_name("province-made-up.csv")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else here)
