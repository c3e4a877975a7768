"""The architecture: imports go down only, rooms stay small, only the command line has a clock."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import ocop

ROOT = Path(ocop.__file__).resolve().parent
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))

# From the bottom to the top; a module imports from its own floor and from those below.
FLOORS = ["base", "law", "programme", "scoring", "scenario", "plot", "tables", "cli"]
# Pictures stand beside the tables: nothing but the front door reaches for them.
ASIDE = {"plot"}
BASE = {
    "errors",
    "text",
    "types",
    "_version",
    "_resources",
    "_whole_file",
    "_front_door",
    "_frames",
    "_html",
    "_renamed",
    "_repr",
    "_visible",
}
ENTRANCES = {"__init__.py", "__main__.py"}

MAX_LINES = 350
FOREIGN = {
    "base": set[str](),
    "law": {"attrs", "cattrs", "yaml"},
    "programme": {"attrs", "cattrs"},
    "scoring": {"attrs", "numpy"},
    "scenario": {"attrs", "numpy"},
    # The types of matplotlib are named at the top, for type checkers alone.
    "plot": {"attrs", "numpy", "matplotlib"},
    "tables": {"attrs", "numpy"},
    "cli": {"attrs", "click", "numpy", "rich"},
}
LAZY = {
    "vietnam_provinces",
    "python_calamine",
    "xlsxwriter",
    "scipy",
    "matplotlib",
    "pyarrow",
    "numba",
    "pandas",
    "narwhals",
    "polars",
    "duckdb",
}
# Frames are opened by a library that is always there and needs nothing; it is loaded late too.
LATE_AT_BASE = {"_frames.py": {"narwhals"}}
# Sugar on a lower floor for a public function of a higher one: method by module.
WAYS_UP = {"scoring/sheet.py": {"read_frame"}}
COMPILED = [module for module in MODULES if Path(module).name.startswith("_compiled")]
CLOCKS = {"today", "now", "utcnow", "time", "time_ns", "localtime", "gmtime", "perf_counter"}


def _tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def _floor(name: str) -> str:
    """Return the floor of a dotted name or path inside the package."""
    first = name.replace("/", ".").removesuffix(".py").split(".")[0]
    return "base" if first in BASE else first


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names that the nodes inside `tree` import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (
                f"ocop.{alias.name}" if node.module == "ocop" else str(node.module)
                for alias in node.names
            )


def _at_import(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements that run when the module is imported: not those in functions."""
    todo: list[ast.stmt] = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
        todo += inner
        if not inner:
            yield node


def _names(nodes: Iterator[ast.stmt] | list[ast.Module]) -> set[str]:
    """Return the names that the nodes import from outside, first part only."""
    found = {name.split(".")[0] for node in nodes for name in _imports(node)}
    return found - set(sys.stdlib_module_names) - {"ocop"}


INNER = [module for module in MODULES if module not in ENTRANCES]


def test_every_module_has_its_floor() -> None:
    """A new folder takes its place in the architecture before it is used."""
    assert {_floor(module) for module in INNER} == set(FLOORS)


@pytest.mark.parametrize("module", INNER)
def test_imports_go_down_only(module: str) -> None:
    """No module imports from above, not even for types or inside a function."""
    height = FLOORS.index(_floor(module))
    below = {*FLOORS[: height + 1]} - ASIDE | {_floor(module)}
    above = {
        name
        for name in _imports(_tree(module))
        if name.startswith("ocop.") and _floor(name[5:]) not in below
    }
    assert above == set()


@pytest.mark.parametrize("module", INNER)
def test_a_module_needs_only_the_libraries_of_its_floor(module: str) -> None:
    """Law knows no numpy; nothing optional is imported at the top outside the command line."""
    # Compiled loops are a module of their own, which only a function imports.
    allowed = FOREIGN[_floor(module)] | ({"numba"} if module in COMPILED else set())
    tree = _tree(module)
    assert _names(_at_import(tree)) - allowed == set()
    assert _names([tree]) - allowed - LAZY == set()
    if _floor(module) in ("base", "law"):
        assert _names([tree]) - allowed - LATE_AT_BASE.get(module, set()) == set()


def test_the_one_way_up_is_by_public_name() -> None:
    """`ocop._front_door` loads a public name: only for methods that are sugar for it."""
    found: dict[str, set[str]] = {}
    for module in INNER:
        for node in ast.walk(_tree(module)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "public":
                (name,) = node.args
                assert isinstance(name, ast.Constant), module
                found.setdefault(module, set()).add(name.value)
        if "ocop._front_door" in _imports(_tree(module)):
            assert module in WAYS_UP, module
    assert found == WAYS_UP
    assert {name for names in WAYS_UP.values() for name in names} <= set(ocop.__all__)


def test_frames_are_loaded_late() -> None:
    """``import ocop`` and the module of score sheets load no library of frames."""
    script = "import sys, ocop; ocop.Sheets; ocop.read_frame; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.decode().split()}
    assert loaded & {"narwhals", "pandas", "polars", "pyarrow", "duckdb"} == set()


def test_compiled_loops_are_loaded_only_when_asked_for() -> None:
    """No other module imports compiled loops when it is itself imported."""
    names = {"ocop." + module.removesuffix(".py").replace("/", ".") for module in COMPILED}
    assert len(names) > 1
    for module in set(INNER) - set(COMPILED):
        for node in _at_import(_tree(module)):
            assert names & set(_imports(node)) == set(), module


def test_the_front_door_imports_nothing_at_import() -> None:
    """``ocop/__init__.py`` imports only its version; the rest stands under TYPE_CHECKING."""
    tree = _tree("__init__.py")
    tree.body = [node for node in tree.body if not isinstance(node, ast.If)]
    assert set(_imports(tree)) == {"__future__", "typing", "ocop._version"}


@pytest.mark.parametrize("module", [m for m in INNER if _floor(m) != "cli"])
def test_only_the_command_line_has_a_clock(module: str) -> None:
    """Dates are arguments: no other module asks for the time or the day."""
    tree = _tree(module)
    assert not {"time", "locale", "random"} & {name.split(".")[0] for name in _imports(tree)}
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    asked = {call.attr for call in calls if isinstance(call, ast.Attribute)} & CLOCKS
    assert asked == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_a_small_room_with_a_name_on_the_door(module: str) -> None:
    """Every module has a docstring of one finished first line, and at most 350 lines.

    The front door is no room but a list of names, three lines each.
    """
    text = (ROOT / module).read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring is not None
    assert docstring.splitlines()[0].endswith(".")
    assert len(text.splitlines()) <= MAX_LINES or module == "__init__.py"


def test_every_public_name_is_there_and_documented() -> None:
    """All public names load, have a docstring where they can, and ``dir`` lists just them."""
    assert dir(ocop) == sorted(ocop.__all__)
    for name in ocop.__all__:
        value = getattr(ocop, name)
        assert callable(value) or isinstance(value, int | str | ModuleType)
        assert isinstance(value, int | str) or value.__doc__, name


def test_names_for_type_checkers_are_the_names_at_run_time() -> None:
    """The imports under TYPE_CHECKING and the lazy table name the same objects."""
    tree = _tree("__init__.py")
    (block,) = [n for n in tree.body if isinstance(n, ast.If) and isinstance(n.test, ast.Name)]
    typed = {
        alias.name: str(node.module).removeprefix("ocop.")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    modules = {name for name, home in typed.items() if home == "ocop"}
    assert modules == set(ocop._MODULES)
    assert {name: typed[name] for name in typed.keys() - modules} == ocop._HOME
    assert {*typed, "__version__"} == set(ocop.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt public name fails like that of any module."""
    with pytest.raises(AttributeError, match="module 'ocop' has no attribute 'scoer'"):
        ocop.scoer  # noqa: B018 - the lookup is what fails
