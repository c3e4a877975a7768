"""The documentation stays complete and true: codes, public names, links and printed output."""

from __future__ import annotations

import ast
import doctest
import html
import importlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unicodedata import is_normalized, normalize

import pytest

import ocop
from ocop import plot, programme
from ocop.cli.main import cli

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# Calls that make a problem, and which argument is its code.
MAKERS = {
    "Problem": 0,
    "problem": 0,
    "_at": 0,
    "_MismatchError": 0,
    "_unknown": 0,
    "cell": 0,
    "_differs": 0,
    "differs": 0,
    "unreadable": 0,
    "_add": 1,
    "_stop": 1,
    "refuse": 1,
}


def hooks() -> Any:
    """Return the module that makes the pages of the law while the site is built."""
    sys.path.insert(0, str(DOCS))
    try:
        return importlib.import_module("_law_pages")
    finally:
        sys.path.remove(str(DOCS))


HOOKS = hooks()
LAW_PAGES: dict[str, str] = HOOKS.pages()


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def targets(node: ast.expr) -> list[str]:
    """Return the names that an assignment or a loop fills, in order."""
    names = node.elts if isinstance(node, ast.Tuple) else [node]
    return [name.id if isinstance(name, ast.Name) else "" for name in names]


def strings(node: ast.expr, function: ast.AST, module: ast.Module) -> Iterator[str]:
    """Yield the texts that an argument can be: a literal, a choice, or a name that holds one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from strings(node.body, function, module)
        yield from strings(node.orelse, function, module)
    elif isinstance(node, ast.Name):
        for inner in ast.walk(function):
            if isinstance(inner, ast.Assign) and targets(inner.targets[0]) == [node.id]:
                yield from strings(inner.value, function, module)
            elif isinstance(inner, ast.For) and node.id in targets(inner.target):
                yield from column(inner, targets(inner.target).index(node.id), module)


def column(loop: ast.For, place: int, module: ast.Module) -> Iterator[str]:
    """Yield one column of the module's table that a loop runs over."""
    for statement in module.body:
        if isinstance(statement, ast.Assign) and targets(statement.targets[0]) == targets(
            loop.iter
        ):
            yield from (row[place] for row in ast.literal_eval(statement.value))


def passes_on(node: ast.expr) -> bool:
    """Say whether the code was written down elsewhere: a variable, or another problem's code."""
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and node.attr == "code")


def codes_of(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each problem code that a module writes down, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    owner: dict[ast.AST, ast.AST] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            owner.update(dict.fromkeys(ast.walk(function), function))
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        place = MAKERS.get(name)
        if place is None:
            continue
        code = next((k.value for k in call.keywords if k.arg == "code"), None)
        if code is None:
            assert len(call.args) > place, f"{shown(path)}:{call.lineno}: no code in {name}()"
            code = call.args[place]
        found = list(strings(code, owner.get(call, tree), tree))
        where = f"{shown(path)}:{call.lineno}"
        assert found or passes_on(code), f"{where}: cannot tell the code of {name}()"
        yield from ((text, call.lineno) for text in found if text)


def codes() -> dict[str, str]:
    """Return every problem code that src can emit, with the first place that does."""
    places: dict[str, str] = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for code, line in codes_of(path):
            places.setdefault(code, f"{shown(path)}:{line}")
    return places


def test_the_collector_finds_codes() -> None:
    """Codes from each kind of maker are seen, also those chosen by a condition."""
    assert {
        "unknown-column",  # Problem(...)
        "unknown-key",  # doc.problem(...)
        "set-differs",  # self._at(...)
        "too-deep",  # self._stop(...)
        "alias",  # self._add(...)
        "wrong-date",  # _MismatchError(...)
        "not-a-whole-number",  # a name assigned to a choice of two
        "missing-product",  # problems.cell(...)
        "column-differs",  # self._differs(...)
        "not-csv",  # a column of a table
    } <= set(codes())


def test_every_problem_code_is_kebab_case() -> None:
    """Programs match on codes, so their form never varies."""
    assert [code for code in codes() if not KEBAB.fullmatch(code)] == []


def documented() -> set[str]:
    """Return the first cells of the tables on the error page."""
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", page("reference/errors.md"), re.MULTILINE))


def test_every_problem_code_is_documented() -> None:
    """A code that src emits stands in the table of codes."""
    missing = {code: where for code, where in codes().items() if code not in documented()}
    assert missing == {}


def test_every_documented_code_exists() -> None:
    """The table of codes holds no code that src no longer emits."""
    assert documented() - set(codes()) == set()


def test_every_error_class_is_documented() -> None:
    """The public error classes stand on the error page."""
    text = page("reference/errors.md")
    classes = [
        name
        for name in ocop.__all__
        if isinstance(getattr(ocop, name), type) and issubclass(getattr(ocop, name), Exception)
    ]
    assert [name for name in classes if f"| `{name}` |" not in text] == []


def entries(text: str) -> dict[str, object]:
    """Return what the entries of a reference page stand for, by name."""
    found: dict[str, object] = {}
    for home, name in re.findall(r"^::: (ocop[\w.]*)\.(\w+)$", text, re.MULTILINE):
        assert name not in found, f"{name} stands there twice"
        found[name] = getattr(importlib.import_module(home), name)
    return found | dict.fromkeys(re.findall(r"^### `(\w+)`", text, re.MULTILINE))


MODULES = [("api.md", ocop), ("programme.md", programme), ("plot.md", plot)]


@pytest.mark.parametrize(("name", "module"), MODULES, ids=[name for name, _ in MODULES])
def test_the_reference_has_the_public_names_and_no_others(name: str, module: ModuleType) -> None:
    """Each name of `__all__` has one entry, from where it lives, and nothing else has one."""
    text, _, parts = page(f"reference/{name}").partition("\n## What these objects hold\n")
    found = entries(text)
    assert sorted(found) == sorted(module.__all__)
    assert [n for n, value in found.items() if value not in (None, getattr(module, n))] == []
    # What public objects consist of is explained, but not imported by name.
    assert sorted(entries(parts).keys() & set(ocop.__all__)) == []


def test_every_public_class_is_in_the_glossary() -> None:
    """Each class has its row, with a Vietnamese term and an English one."""
    rows = re.findall(r"^\| \w[^|]* \| \w[^|]* \| (`.*) \|$", page("glossary.md"), re.MULTILINE)
    named = {name for names in rows for name in re.findall(r"`(\w+)`", names)}
    classes = [
        name
        for module in (ocop, programme)
        for name in module.__all__
        if isinstance(getattr(module, name), type)
    ]
    assert sorted(set(classes) - named) == []


@pytest.mark.parametrize("folder", ["explanation", "how-to", "reference"])
def test_the_index_of_a_folder_names_its_pages(folder: str) -> None:
    """A reader who opens a part of the documentation finds every page of it."""
    linked = set(re.findall(r"\]\((\w[\w-]*\.md)\)", page(f"{folder}/index.md")))
    pages = {path.name for path in (DOCS / folder).glob("*.md")} - {"index.md"}
    assert sorted(pages - linked) == []


@pytest.mark.parametrize("name", ["reference/cli.md", "vi/cli.md"])
def test_every_command_has_its_section(name: str) -> None:
    """The pages of the command line tell of each command, in a table and in a section."""
    text = page(name)
    sections = re.findall(r"^## ocop ([a-z-]+)(?: \{.*\})?$", text, re.MULTILINE)
    assert sorted(sections) == sorted(cli.commands)
    assert re.findall(r"^\| \[`ocop ([a-z-]+)`\]", text, re.MULTILINE) == sections


def test_dates_and_numbers_in_tables_stay_whole() -> None:
    """They do not break at their hyphens where a column is narrow; other text is left alone."""
    row = '<td><a href="../qd-148-2023/">148/QĐ-TTg</a></td><td>2023-02-24 to 2025-07-05</td>'
    whole = '<span class="whole">{}</span>'.format
    days = f"<td>{whole('2023-02-24')} to {whole('2025-07-05')}</td>"
    link = f'<td><a href="../qd-148-2023/">{whole("148/QĐ-TTg")}</a></td>'
    assert HOOKS.on_page_content(f"<p>2023-02-24</p>{row}") == f"<p>2023-02-24</p>{link}{days}"


def test_vietnamese_letters_are_composed() -> None:
    """One letter is one character, as search and fonts expect it."""
    texts = {shown(path): path.read_text("utf-8") for path in PAGES} | LAW_PAGES
    assert [name for name, text in texts.items() if not is_normalized("NFC", text)] == []


def test_every_picture_of_the_page_is_made_by_its_tool() -> None:
    """The images of the page lie there, and no older ones beside them; they stay small."""
    tool = [sys.executable, str(ROOT / "tools" / "make_pictures.py"), "--check"]
    done = subprocess.run(tool, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, "every image of the page is there\n")
    sizes = [path.stat().st_size for path in (DOCS / "img").glob("pictures-*.png")]
    assert len(sizes) >= len(plot.__all__)
    assert sum(sizes) < 600_000


def test_every_key_of_the_law_files_is_documented() -> None:
    """Each key that the JSON Schemas know has its row in the format page."""
    keys: set[str] = set()

    def collect(node: object) -> None:
        if isinstance(node, dict):
            properties = node.get("properties")
            keys.update(properties if isinstance(properties, dict) else ())
        for inner in node.values() if isinstance(node, dict) else node:
            if isinstance(inner, dict | list):
                collect(inner)

    for path in sorted((ROOT / "criteria_sets" / "schema").glob("*.json")):
        collect(json.loads(path.read_text("utf-8")))
    text = page("reference/format.md")
    rows = set(re.findall(r"^\| (?:\*\*)?`(\w+)`(?:\*\*)? \|", text, re.MULTILINE))
    assert sorted(keys - rows - {"vi", "en"}) == []


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as Python-Markdown's `toc` makes them."""
    found = set()
    for heading, own in re.findall(
        r"^#+ +(.+?)(?: *\{ *#(\S+) *\})?$", path.read_text("utf-8"), re.MULTILINE
    ):
        if own:
            found.add(own)
            continue
        plain = normalize("NFKD", heading.replace("`", "")).encode("ascii", "ignore").decode()
        found.add(re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower()))
    return found


@pytest.mark.parametrize("path", [*PAGES, ROOT / "README.md"], ids=shown)
def test_relative_links_resolve(path: Path) -> None:
    """A link to a file or a heading of it leads somewhere."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = path.parent / name if name else path
        if not anchor and os.path.relpath(file, DOCS) in LAW_PAGES:
            continue
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def test_links_of_the_law_pages_resolve() -> None:
    """Pages made from the data link to each other and to pages that stand on disk."""
    broken = []
    for name, text in LAW_PAGES.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            file = ((DOCS / name).parent / target).resolve()
            if os.path.relpath(file, DOCS) not in LAW_PAGES and not file.is_file():
                broken.append((name, target))
    assert broken == []


@pytest.mark.parametrize("law", ocop.decisions(), ids=lambda law: law.id)
def test_a_decision_has_a_page_and_one_for_each_of_its_sets(law: ocop.Decision) -> None:
    """Each page shows every criterion with the points and marks that scoring uses."""
    text = LAW_PAGES[f"law/{law.id}/index.md"]
    assert f"# {law.number}\n" in text
    assert f"| `{law.id}` |" in text
    assert all(f"| {d.number} | `{d.group}` |" in text for d in law.declared)
    assert law.source.text.en in text
    own = [name for name in LAW_PAGES if name.startswith(f"law/{law.id}/")]
    assert len(own) == 1 + (0 if law.base else len(law.sets))
    for chosen in law.sets.values() if law.base is None else ():
        page_text = LAW_PAGES[f"law/{law.id}/{chosen.number:02}-{chosen.group.slug}.md"]
        tree, _, rest = page_text.partition("\n## Minimums { data-search-exclude }\n")
        assert re.findall(r"^\*\*([\d.]+)\*\* ", tree, re.MULTILINE) == list(chosen.codes)
        points = re.findall(r"^\| (\d+) \| (\d+)(?: ★(\d))? \|", tree, re.MULTILINE)
        assert points == [
            (str(position), str(option.points), str(option.mark or ""))
            for item in chosen.items
            for position, option in enumerate(item.criterion.options, start=1)
        ]
        assert f"| criteria | {len(chosen.items)}, together {chosen.reachable} points |" in tree
        assert html.escape(chosen.clause.vi) in tree
        floors = [
            item.code for item in chosen.items if item.criterion.floor(5, chosen.criterion_mark)
        ]
        minimums = rest.partition("\n## ")[0]
        assert re.findall(r"^\| ([\d.]+) \|", minimums, re.MULTILINE) == floors
        assert page_text.count("| `") >= len(chosen.exclusions)
        assert all(f"| {erratum.where} | " in page_text for erratum in chosen.errata)
        assert ("\n## Gaps\n" in page_text) == bool(chosen.gaps)


def test_what_changed_stands_on_the_pages_of_the_later_decision() -> None:
    """Each set compares with the sets its products came from, and says how old sheets read."""
    tea = LAW_PAGES["law/qd-26-2026/11-tea.md"]
    changes = ocop.compare(
        ocop.criteria_set("qd-148-2023", "tea"), ocop.criteria_set("qd-26-2026", "tea")
    )
    since = tea.partition("\n## Since 148/QĐ-TTg { data-search-exclude }\n")[2]
    since = since.partition("\n### ")[0]
    assert since.count("\n| ") == len(changes) + 1
    assert "How a sheet of 148/QĐ-TTg reads here" in tea
    crafts = LAW_PAGES["law/qd-148-2023/21-handicrafts.md"]
    assert crafts.count("\n## Since 781/QĐ-TTg, from ") == 2
    assert "The set is new." in LAW_PAGES["law/qd-148-2023/23-flowers.md"]
    assert "\n## Since" not in LAW_PAGES["law/qd-781-2020/12-tea.md"]
    whole = LAW_PAGES["law/qd-148-2023/index.md"]
    assert "| group-merged | household-handicrafts |" in whole
    assert "Products of `medical-equipment` have no criteria any more." in whole


def test_the_timeline_shows_every_decision_and_the_terms_every_title() -> None:
    """One bar a decision, from its first to its last day; one line a title."""
    drawing = LAW_PAGES["law/index.md"]
    for law in ocop.decisions():
        assert f"<title>{law.in_force_from} to {law.in_force_until or 'now'}</title>" in drawing
    assert drawing.count("<rect ") == len(ocop.decisions())
    terms = LAW_PAGES["law/terms.md"]
    for law in ocop.decisions():
        for chosen in law.sets.values():
            for item in chosen.items:
                assert f"\n| {html.escape(item.criterion.title.vi)} | " in terms


FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def with_blocks(language: str) -> list[Path]:
    """Return the pages that have code blocks of a language."""
    return [p for p in PAGES if any(m[1] == language for m in FENCE.finditer(p.read_text("utf-8")))]


def save(title: str, body: str, folder: Path) -> None:
    """Write a block that has a title as the file that it shows."""
    file = folder / title
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(body, encoding="utf-8")


@pytest.mark.parametrize("path", with_blocks("pycon"), ids=shown)
def test_python_examples(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The interactive examples of a page print what the page says, beside the files it shows."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    text = path.read_text("utf-8")
    for _, title, body in FENCE.findall(text):
        if title:
            save(title, body, tmp_path)
    examples = []
    for match in FENCE.finditer(text):
        if match[1] == "pycon":
            line = text.count("\n", 0, match.start(3))
            for example in doctest.DocTestParser().get_examples(match[3]):
                example.lineno += line
                examples.append(example)
    test = doctest.DocTest(examples, {}, path.name, shown(path), 0, None)
    options = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    report: list[str] = []
    failed = doctest.DocTestRunner(optionflags=options).run(test, out=report.append).failed
    assert not failed, "".join(report)


def run(command: str, folder: Path) -> str:
    """Run one `ocop` command as on a terminal of 80 columns; return what it prints."""
    words = shlex.split(command)
    assert words[0] == "ocop", f"not an ocop command: {command}"
    if words[1] in ("score", "rank", "decisions") and not {"--format", "-o", "--output"} & {*words}:
        words += ["--format", "table"]
    done = subprocess.run(
        [sys.executable, "-m", "ocop", *words[1:]],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


def _ruled(text: str) -> str:
    """Return output with rules and gaps of one length: versions of rich differ in theirs."""
    return re.sub(" {2,}", "  ", re.sub("─+", "─", text.strip())) + "\n"


@pytest.mark.parametrize("path", with_blocks("console"), ids=shown)
def test_console_examples(path: Path, tmp_path: Path) -> None:
    """The commands of a page print what the page says; `...` stands for lines left out."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for language, title, body in FENCE.findall(path.read_text("utf-8")):
        if title:
            save(title, body, tmp_path)
        if language != "console":
            continue
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            printed = run(command, tmp_path)
            same = doctest.OutputChecker().check_output(
                _ruled(expected), _ruled(printed), doctest.ELLIPSIS
            )
            assert same, f"$ {command}\n{printed}"
