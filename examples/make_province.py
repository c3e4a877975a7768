"""Write province-made-up.csv: an invented province to try things out; nothing in it is real.

Usage: python examples/make_province.py [FILE]

`ocop.synthesize` makes the sheets: a latent quality a product, criteria that are easier or harder,
producers most of whom see to the star marks. The same seed gives the same file.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

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
MODEL = ocop.PopulationModel(mean=0.2, spread=0.7, prepared=0.92, findings=0.025, incomplete=0.04)


def main(target: Path) -> None:
    """Write the file."""
    made = ocop.synthesize(
        DECISION,
        products={number: count for number, (count, _) in PRODUCTS.items()},
        places={"commune": [f"Xã Giả Định {n:02}" for n in range(1, COMMUNES + 1)]},
        model=MODEL,
        rng=SEED,
    )
    columns = made.columns()
    first = ("product", "set", "synthetic", "name", "commune", "findings")
    columns["name"] = [
        f"{PRODUCTS[number][1]} Giả Định {int(code.rsplit('-', 1)[1])}"
        for number, code in zip(columns["set"], columns["product"], strict=True)
    ]
    names = [*first, *(name for name in columns if name not in first)]
    rows = list(zip(*(columns[name] for name in names), strict=True))
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows[n] for n in np.random.default_rng(SEED).permutation(len(rows)))


if __name__ == "__main__":
    here = Path(__file__).with_name("province-made-up.csv")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else here)
