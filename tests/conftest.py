"""What tests of several floors share: a small crosswalk, the plain scorer, made-up sheets."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

# No test asserts a time: a busy machine is no fault.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# Pictures are drawn without a screen, whichever test comes first.
os.environ["MPLBACKEND"] = "Agg"

# A run in the background, or under nohup, may have these turned off, and its children then too.
for _name, _usual in (
    ("SIGINT", signal.default_int_handler),
    ("SIGTERM", signal.SIG_DFL),
    ("SIGHUP", signal.SIG_DFL),
):
    _number = getattr(signal, _name, None)
    if _number is not None and signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, _usual)

LAW = Path(__file__).resolve().parent / "law"
SCORING = LAW.parent / "scoring"


@pytest.fixture
def own_crosswalk(tmp_path: Path) -> Path:
    """Return the file of a crosswalk that a test may change; its decisions lie beside it."""
    shutil.copytree(LAW / "base_decision", tmp_path / "qd-99-2030")
    shutil.copytree(LAW / "base_crosswalk", tmp_path, dirs_exist_ok=True)
    return tmp_path / "crosswalks" / "qd-99-2030--qd-100-2031.yaml"


@pytest.fixture
def replace() -> Callable[[Path, str, str], None]:
    """Return a function that replaces one text, which must stand once, in a file."""

    def replacing(path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replacing


def _load(name: str) -> ModuleType:
    full_name = f"ocop_scoring_tests_{name}"
    if full_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(full_name, SCORING / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full_name] = module
        spec.loader.exec_module(module)
    return sys.modules[full_name]


@pytest.fixture(scope="session")
def plain() -> ModuleType:
    """Return the plain scorer, tests/scoring/plain.py."""
    return _load("plain")


@pytest.fixture(scope="session")
def generate() -> ModuleType:
    """Return the generator of sheets and criteria sets, tests/scoring/generate.py."""
    return _load("generate")
