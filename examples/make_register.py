"""Write register-made-up.csv: recognitions of an invented province; nothing in it is real.

Usage: python examples/make_register.py [FILE]

Recognitions from 2022 to 2026 under the decision of each day, some of them upgrades. The same seed
gives the same file.
"""

from __future__ import annotations

import csv
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from ocop import programme as p

SEED = 2026
PRODUCTS = 120
GROUPS = {
    "tea": "Chè",
    "fresh-produce": "Trái cây",
    "honey-and-other-farm-food": "Mật ong",
    "processed-produce": "Trái cây sấy",
    "processed-animal-products": "Thịt hun khói",
    "handicrafts": "Mây tre đan",
    "rural-tourism": "Bản du lịch",
}
TYPES = ("co-operative", "co-operative", "household", "limited-company", "co-operative-group")
COLUMNS = (
    *("code", "name", "group", "star", "level", "decision", "recognised_on", "months"),
    *("replaced_on", "withdrawn_on", "ground", "producer", "producer_type"),
)


def main(target: Path) -> None:
    """Write the file."""
    rng = Random(SEED)
    found: list[p.Recognition] = []
    for number in range(1, PRODUCTS + 1):
        found += _product(rng, number)
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_row(entry) for entry in sorted(found, key=lambda r: (r.code, r.star)))


def _product(rng: Random, number: int) -> list[p.Recognition]:
    # Under 148 and later, so that all groups of today are known.
    on = date(2023, 3, 1) + timedelta(days=rng.randrange(1200))
    group = rng.choice(list(GROUPS))
    maker = rng.randrange(1, 61)
    first = p.recognise(
        code=_code(on, maker % 30 + 1, number),
        name=f"{GROUPS[group]} Giả Định {number}",
        group=group,
        star=rng.choice((3, 3, 3, 4, 4, 5)),
        on=on,
        producer=f"gia-dinh-{maker}",
        producer_type=TYPES[maker % len(TYPES)],
    )
    later = on + timedelta(days=rng.randrange(200, 900))
    if first.star < 5 and rng.random() < 0.2 and later < date(2026, 9, 1):
        # Since mid-2025 new certificates name no district.
        code = _code(later, maker % 30 + 1, number)
        return [*p.upgrade(first, first.star + 1, on=later, code=code)]
    return [first]


def _code(on: date, commune: int, number: int) -> p.ProductCode:
    district = f"{commune % 6 + 1:03}-" if on < date(2025, 7, 1) else ""
    return p.parse_code(f"00-{district}{commune:05}-{number}-{on.year}")


def _row(entry: p.Recognition) -> dict[str, Any]:
    data = p.dump_record(entry)
    flat = {**data, **data["certificate"]}
    return {name: flat[name] for name in COLUMNS}


if __name__ == "__main__":
    here = Path(__file__).parent
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else here / "register-made-up.csv")
