"""Make the mutants of a module: mutmut's operators, also where mutmut itself does not go.

mutmut skips classes and functions that carry a decorator, and all that stands outside functions:
here that is every attrs class, every property, every field and constant. Its operators are taken
as they are; this file walks the tree for them.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
from attrs import frozen
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

__all__ = ["Mutant", "mutants_of"]

# Their arguments mean nothing to the program, or, as mutmut has it, are not worth a mutant.
CALLS_LEFT = {"len", "isinstance", "cast", "TypeVar"}
# What a module says of itself for tools.
NAMES_LEFT = {"__all__"}


@frozen(kw_only=True)
class Mutant:
    """One change of one place of a module."""

    key: str
    """Ten signs that stay while module, function and the changed lines stay."""
    module: str
    path: Path
    function: str
    """The outermost function, with its class: ``Scores.row``; "" outside functions."""
    inside: bool
    """In the body of a function: what is run when it is called, not at import."""
    lines: range
    around: range
    """The lines of the outermost function; those of the change itself outside functions."""
    was: str
    becomes: str
    cut: tuple[int, int]
    put: str

    def source(self) -> str:
        """Return the text of the whole module with the change."""
        text = self.path.read_text("utf-8")
        return text[: self.cut[0]] + self.put + text[self.cut[1] :]


def mutants_of(path: Path, module: str) -> list[Mutant]:
    """Return all mutants of a file, in the order of its lines, without those that do not parse."""
    text = path.read_text("utf-8")
    wrapper = MetadataWrapper(cst.parse_module(text))
    walk = _Walk()
    wrapper.visit(walk)
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    seen: Counter[tuple[str, str, str]] = Counter()
    tried = set()
    made = []
    for function, inside, around, place, new in walk.found:
        cut = (
            starts[place.start.line - 1] + place.start.column,
            starts[place.end.line - 1] + place.end.column,
        )
        put = _code(wrapper.module, new, place.start.column)
        scope = slice(starts[around.start.line - 1], starts[around.end.line])
        if not inside:
            scope = slice(0, len(text))
        if (cut, put) in tried or put == text[slice(*cut)]:
            continue
        if not _parses(text[scope.start : cut[0]] + put + text[cut[1] : scope.stop]):
            continue
        tried.add((cut, put))
        first, last = starts[place.start.line - 1], starts[place.end.line] - 1
        was = _flat(text[first:last])
        becomes = _flat(text[first : cut[0]] + put + text[cut[1] : last])
        seen[function, was, becomes] += 1
        same = [module, function, was, becomes, str(seen[function, was, becomes])]
        made.append(
            Mutant(
                key=hashlib.sha256("\0".join(same).encode()).hexdigest()[:10],
                module=module,
                path=path,
                function=function,
                inside=inside,
                lines=_lines(place),
                around=_lines(around),
                was=was,
                becomes=becomes,
                cut=cut,
                put=put,
            )
        )
    return made


def _lines(place: CodeRange) -> range:
    return range(place.start.line, place.end.line + 1)


def _flat(code: str) -> str:
    return " ".join(code.split())


def _code(module: cst.Module, node: cst.CSTNode, column: int) -> str:
    if isinstance(node, cst.Match):
        # A statement of several lines is written as if it stood at the margin.
        code = module.code_for_node(node.with_changes(leading_lines=[]))
        return code.rstrip().replace("\n", "\n" + " " * column) + "\n"
    # A node's place leaves out the brackets around it: they stay where they are.
    if getattr(node, "lpar", None):
        node = node.with_changes(lpar=[], rpar=[])
    return module.code_for_node(node)


def _parses(code: str) -> bool:
    """Say whether a function or module is still one; a module takes long, so functions go alone."""
    try:
        ast.parse("if 1:\n" + code if code.startswith(" ") else code)
    except SyntaxError:
        return False
    return True


class _Walk(cst.CSTVisitor):
    """Collects what each operator makes of each node, with where it stands."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, bool, CodeRange, CodeRange, cst.CSTNode]] = []
        self._classes: list[str] = []
        self._function: cst.FunctionDef | None = None
        self._inside = False

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _left(node):
            return False
        if isinstance(node, cst.ClassDef) and self._function is None:
            self._classes.append(node.name.value)
        if isinstance(node, cst.FunctionDef) and self._function is None:
            self._function = node
        if self._function is not None and node is self._function.body:
            self._inside = True
        place = self.get_metadata(PositionProvider, node, None)
        if place is not None:
            around = self.get_metadata(PositionProvider, self._function or node)
            for new in _changed(node):
                self.found.append((self._name(), self._inside, around, place, new))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        super().on_leave(original_node)
        if self._function is not None and original_node is self._function.body:
            self._inside = False
        if original_node is self._function:
            self._function = None
        elif isinstance(original_node, cst.ClassDef) and self._function is None:
            self._classes.pop()

    def _name(self) -> str:
        name = [self._function.name.value] if self._function is not None else []
        return ".".join(self._classes + name)


def _changed(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from operator(node)


def _left(node: cst.CSTNode) -> bool:
    """Say whether nothing in a node is worth a change: it does nothing when the program runs."""
    match node:
        case cst.Annotation():
            return True
        case cst.Call(func=cst.Name(value=name)):
            return name in CALLS_LEFT
        case cst.Subscript(value=cst.Name(value="Literal")):
            return True
        case cst.If(test=cst.Name(value="TYPE_CHECKING")):
            return True
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            return name in NAMES_LEFT
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString())]):
            return True
    return False
