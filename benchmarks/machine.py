"""Where and with what a run was made."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from contest import Row

LIBRARIES = (
    "numpy", "numba", "pandas", "polars", "duckdb", "pyarrow", "scipy", "scikit-criteria",
    "pymcdm", "pyDecision",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[1]


def machine() -> Row:
    """Return processor, cores, memory, system and versions."""
    return {
        "processor": processor(),
        "cores": cores(),
        "memory_bytes": memory("SC_PHYS_PAGES", "total"),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "versions": {name: found for name in LIBRARIES if (found := version_of(name))},
    }


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory(pages: str, name: str) -> int:
    """Return bytes of memory by the system's count of pages, or by psutil where it has none."""
    if pages in getattr(os, "sysconf_names", {}):
        return os.sysconf(pages) * os.sysconf("SC_PAGE_SIZE")
    import psutil

    return int(getattr(psutil.virtual_memory(), name))


def processor() -> str:
    """Return the model of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = re.findall(r"^model name\s*: (.+)$", cpuinfo.read_text("utf-8"), re.MULTILINE)
        if models:
            return str(models[0])
    return platform.processor() or "unknown"


def version_of(name: str) -> str | None:
    """Return the version of an installed library."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def commit() -> Row | None:
    """Return id and date of the commit, and whether files differ from it; None without git."""
    try:
        shown = _git("show", "-s", "--format=%H %cs", "HEAD").split()
        changed = _git("status", "--porcelain", "--", "src", "criteria_sets", "benchmarks")
    except (OSError, subprocess.CalledProcessError):
        return None
    return {"id": shown[0], "date": shown[1], "changed": bool(changed.strip())}


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *words], check=True, capture_output=True, text=True
    )
    return done.stdout
