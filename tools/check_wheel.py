"""Compare a built wheel with the checkout: every data file is in it, and nothing that is not ours.

Usage: python tools/check_wheel.py WHEEL
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(wheel: Path) -> int:
    """Print what is missing or too much."""
    with zipfile.ZipFile(wheel) as archive:
        found = {
            name for name in archive.namelist() if not name.split("/")[0].endswith(".dist-info")
        }
        metadata = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
    wanted = {
        f"ocop/{path.relative_to(ROOT / 'src/ocop').as_posix()}"
        for path in (ROOT / "src/ocop").rglob("*")
        if path.suffix in (".py", ".typed", ".json")
    }
    wanted |= {
        f"ocop/{path.relative_to(ROOT).as_posix()}"
        for path in [*(ROOT / "criteria_sets").rglob("*"), *(ROOT / "examples").glob("*.csv")]
        if path.is_file()
    }
    for name in sorted(wanted - found):
        print(f"missing in the wheel: {name}")
    for name in sorted(found - wanted):
        print(f"too much in the wheel: {name}")
    if not metadata:
        print("missing in the wheel: LICENSE")
    print(f"{wheel.name}: {len(found)} files")
    return 0 if found == wanted and metadata else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
