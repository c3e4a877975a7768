"""Runs fixed jobs in many surroundings and compares the bytes of everything they write.

``python tools/same_bytes.py [--quick] [--python PYTHON ...]``: every surrounding is a process of
its own with another hash seed, locale, time zone, number of threads, working folder or order of
the input; every Python given does all of them. With ``--quick`` there are four surroundings. The
last line is the figure; exit code 1 where a byte differs. The jobs themselves are in
``tools/same_jobs.py``.
"""

from __future__ import annotations

import argparse
import json
import locale
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JOBS = ROOT / "tools" / "same_jobs.py"
LOCALES = ("C.UTF-8", "tr_TR.UTF-8", "vi_VN.UTF-8")

SURROUNDINGS: dict[str, dict[str, str]] = {
    "seed 0": {"PYTHONHASHSEED": "0"},
    "seed 1, reversed rows": {"PYTHONHASHSEED": "1", "SAME_ORDER": "reversed"},
    "locale C, UTF-8 mode off": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "random"},
    "compiled loops, other folder": {"SAME_FAST": "1", "SAME_CWD": "/"},
    "UTF-8 mode on": {"PYTHONUTF8": "1", "PYTHONHASHSEED": "2"},
    "no LANG": {"PYTHONHASHSEED": "3"},
    "Asia/Ho_Chi_Minh": {"TZ": "Asia/Ho_Chi_Minh"},
    "America/St_Johns": {"TZ": "America/St_Johns", "PYTHONHASHSEED": "4"},
    "one thread": {"SAME_THREADS": "1"},
    "two threads": {"SAME_THREADS": "2"},
    "seven threads, shuffled rows": {"SAME_THREADS": "7", "SAME_ORDER": "shuffled"},
}
QUICK = 4


def surroundings(*, quick: bool) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Return the surroundings, and the locales that this machine does not have."""
    if quick:
        return dict(list(SURROUNDINGS.items())[:QUICK]), []
    found, missing = dict(SURROUNDINGS), []
    for name in LOCALES:
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            missing.append(name)
        else:
            found[f"locale {name}"] = {"LC_ALL": name}
    locale.setlocale(locale.LC_ALL, "C")
    return found, missing


def run(python: str, more: dict[str, str], folder: Path) -> dict[str, str]:
    """Run the jobs once; return the digest of every output by name."""
    kept = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPATH")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    folder.mkdir()
    done = subprocess.run(
        [python, str(JOBS), str(folder)],
        env={**env, "PYTHONWARNINGS": "error", **more},
        cwd=more.get("SAME_CWD", folder),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stderr.decode("utf-8", "replace"))
        raise SystemExit(f"same: the jobs failed under {python} with {more}")
    result: dict[str, str] = json.loads(done.stdout)
    return result


def version(python: str) -> str:
    """Return which Python this is, and the libraries that bytes may depend on."""
    script = (
        "import importlib.metadata as m, platform; names = ('numpy', 'pyarrow', 'xlsxwriter', "
        "'matplotlib'); found = {d.metadata['Name'].lower(): d.version for d in m.distributions()};"
        "print(platform.python_version(), *(f'{n} {found[n]}' for n in names if n in found))"
    )
    done = subprocess.run([python, "-c", script], capture_output=True, check=True)
    return done.stdout.decode().strip()


def main() -> int:
    """Run everything; print what differs, then the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--missing", default="", help="Pythons that were asked for and not found.")
    asked = parser.parse_args()
    pythons = asked.python or [sys.executable]
    chosen, missing = surroundings(quick=asked.quick)
    digests: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as home:
        for number, python in enumerate(pythons):
            print(version(python), flush=True)
            for place, (name, more) in enumerate(chosen.items()):
                found = run(python, more, Path(home) / f"{number}-{place}")
                for output, digest in found.items():
                    digests[output][digest].append(f"Python {number + 1}, {name}")
    different = {name: by for name, by in digests.items() if len(by) > 1}
    for name, by in sorted(different.items()):
        print(f"differs: {name}")
        for digest, places in by.items():
            print(f"  {digest[:12]}: {'; '.join(places)}")
    runs = len(pythons) * len(chosen)
    seen = {name: sum(map(len, by.values())) for name, by in digests.items()}
    partly = sorted(name for name, count in seen.items() if count < runs)
    for name in partly:
        print(f"not in every run: {name} ({seen[name]} of {runs})")
    gone = [*asked.missing.split(), *missing]
    told = f", not here: {', '.join(gone)}" if gone else ""
    pythons_told = f"{len(pythons)} Python{'s' * (len(pythons) > 1)}"
    print(
        f"same: {len(digests)} outputs, {pythons_told} x {len(chosen)} surroundings, "
        f"{len(different)} differ{told}"
    )
    return 1 if different or not digests else 0


if __name__ == "__main__":
    sys.exit(main())
