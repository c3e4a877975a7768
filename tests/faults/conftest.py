"""Every way in which ocop writes a file, and what a place may look like after a fault."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent


def _load(name: str) -> ModuleType:
    full_name = f"ocop_fault_tests_{name}"
    if full_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(full_name, HERE / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full_name] = module
        spec.loader.exec_module(module)
    return sys.modules[full_name]


WAYS = _load("ways")
WRITERS = _load("writers")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give tests every way of writing, or every kind of naive writer."""
    if "way" in metafunc.fixturenames:
        metafunc.parametrize("way", WAYS.WAYS, ids=lambda way: way.name)
    if "naive" in metafunc.fixturenames:
        metafunc.parametrize("naive", WRITERS.NAIVE, ids=lambda naive: naive.__name__)


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the surroundings say of the terminal."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(autouse=True)
def nothing_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """End a process that is waited for in vain: whoever leaves its block would wait on."""
    communicate = subprocess.Popen.communicate

    def bounded(process: Any, *args: Any, **how: Any) -> Any:
        try:
            return communicate(process, *args, **how)
        except subprocess.TimeoutExpired:
            process.kill()
            raise

    monkeypatch.setattr(subprocess.Popen, "communicate", bounded)


@pytest.fixture(scope="session")
def ways() -> ModuleType:
    """Return the module that knows every way of writing."""
    return WAYS


@pytest.fixture(scope="session")
def writers() -> ModuleType:
    """Return the module of writers that do it wrong."""
    return WRITERS


@pytest.fixture(scope="session")
def check() -> ModuleType:
    """Return the checks of a place after a fault."""
    return _load("checks")


@pytest.fixture(scope="session")
def command() -> ModuleType:
    """Return what runs the command line as a process."""
    return _load("command")


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what commands read: tea.csv, durian.csv, many.csv, reform, levers."""
    folder = tmp_path_factory.mktemp("given")
    WAYS.prepare(folder)
    return folder


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, given: Path) -> dict[str, dict[str, bytes]]:
    """Return what each way leaves where nothing goes wrong: content by name."""
    found = {}
    for way in WAYS.WAYS:
        folder = tmp_path_factory.mktemp(way.name)
        way.write(given, folder / way.target)
        found[way.name] = WAYS.content(folder)
    return found


@pytest.fixture
def umask() -> Iterator[None]:
    """Set the usual mask of rights, and put back what was there."""
    before = os.umask(0o022)
    yield
    os.umask(before)
