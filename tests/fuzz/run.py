"""Looks for inputs that break what the library promises of any bytes; the figure comes last.

``python tests/fuzz/run.py --minutes 10 --keep``: the minutes are shared among the targets, and with
``--keep`` the corpus of the repository is made anew of what it was and what was found.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from fuzzing.parent import Ran, condensed, search
from fuzzing.targets import CORPUS, MENDED, TARGETS, name_of, stored

MOST_KEPT = 12_000
"""Most bytes of an input of the corpus."""


def main(arguments: list[str]) -> int:
    """Run the session; return 1 where anything broke, or nothing ran."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="for all targets together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="default: all")
    parser.add_argument("--work", type=Path, help="what was found; by default a new folder")
    parser.add_argument("--keep", action="store_true", help="make the corpus anew")
    parser.add_argument("--plain", action="store_true", help="do without atheris")
    given = parser.parse_args(arguments)

    has_atheris = importlib.util.find_spec("atheris") is not None and not given.plain
    engine = "atheris" if has_atheris else "plain"
    work = given.work or Path(tempfile.mkdtemp(prefix="ocop-fuzz-"))
    names = given.target or list(TARGETS)
    whole, idle = Ran(), []
    for number, name in enumerate(names):
        seeds = {name_of(data): data for data in (*TARGETS[name].seeds(), *stored(name).values())}
        ran = search(
            name,
            60 * given.minutes / len(names),
            seed=given.seed * 1000 + number + 1,
            engine=engine,
            work=work,
            seeds=seeds,
        )
        whole.join(ran)
        idle += [] if ran.inputs else [name]
        print(
            f"{name}: {ran.inputs:,} inputs, {ran.seconds:.0f} s of computing, "
            f"slowest {ran.slowest:.2f} s, most memory {ran.most / 1024:.0f} MB",
            flush=True,
        )
        for each in ran.broken:
            print(f"  broken: {each.what} ({work}/broken/{name}/{each.name})", flush=True)
        for each in ran.unsure:
            print(f"  unsure: {each.what} ({work}/broken/{name}/{each.name})", flush=True)
    if given.keep:
        for name in names:
            _keep(name, work)
    kept = sum(1 for name in names for _ in stored(name))
    how = f"with atheris {importlib.metadata.version('atheris')}" if has_atheris else "no atheris"
    unsure = f", {len(whole.unsure)} not once more alone" if whole.unsure else ""
    print(
        f"fuzz: {len(names) - len(idle)} targets, {whole.inputs:,} inputs in "
        f"{given.minutes:g} minutes ({how}), {kept} kept, {len(whole.broken)} broken{unsure}, "
        f"slowest {whole.slowest:.1f} s, most memory {whole.most / 1024:.0f} MB"
    )
    return 1 if whole.broken or whole.unsure or idle else 0


def _keep(name: str, work: Path) -> None:
    """Make the corpus of a target anew: the fewest inputs that take every way known."""
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        seeds.mkdir()
        for data in TARGETS[name].seeds():
            (seeds / name_of(data)).write_bytes(data)
        out = Path(folder) / "out"
        folders = [CORPUS / name, MENDED / name, seeds, work / "new" / name]
        condensed(name, folders, out, MOST_KEPT)
        mended = {path.read_bytes() for path in (MENDED / name).glob("*")}
        shutil.rmtree(CORPUS / name, ignore_errors=True)
        (CORPUS / name).mkdir(parents=True)
        for path in sorted(out.iterdir()):
            if path.read_bytes() not in mended:
                shutil.copyfile(path, CORPUS / name / path.name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
