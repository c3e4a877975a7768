"""`read_sheets` against the plain reader, over files of every dialect, right and wrong.

Files are read by blocks where that can be, and once more row by row throughout; in steps of a few
bytes too, so that blocks end everywhere.
"""

from __future__ import annotations

import importlib.util
import io
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ocop
from ocop.law.own import load_decision
from ocop.tables import _answers, _source, _statements, _table

pytestmark = pytest.mark.usefixtures("fast")

LAW = Path(__file__).parents[1] / "law" / "base_decision"
CODES = {1: ["1.1", "2", "5.1", "5.2", "6.1.1", "6.1.2"], 2: ["1.1", "1.2", "5.1", "5.2", "6"]}
EVERY_CODE = sorted({*CODES[1], *CODES[2]})

Case = tuple[bytes, dict[str, Any]]
"""A file, and how it is read."""


def _plain() -> ModuleType:
    """Return tests/tables/plain.py as a module."""
    path = Path(__file__).with_name("plain.py")
    spec = importlib.util.spec_from_file_location("ocop_tables_tests_plain", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLAIN = _plain()


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> ocop.Decision:
    """Return a small decision of two sets, one criterion of which has twelve options."""
    folder = tmp_path_factory.mktemp("law") / "qd-99-2030"
    shutil.copytree(LAW, folder)
    path = folder / "criteria" / "product.yaml"
    text = path.read_text(encoding="utf-8")
    first = '      - {points: 0, label: {vi: "Đơn giản", en: "Plain"}}\n'
    assert text.count(first) == 1
    label = '{{vi: "Mức {n}", en: "Step {n}"}}'
    more = [f"      - {{points: {n}, label: {label.format(n=n)}}}\n" for n in range(1, 11)]
    path.write_text(text.replace(first, first + "".join(more)), encoding="utf-8")
    return load_decision(folder)


def mostly(usual: Sequence[str], *others: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw one of the usual texts, or sometimes another one."""
    return st.one_of(st.sampled_from(usual), st.sampled_from(usual), *others)


# fmt: off
ANSWERS = mostly(
    ["0", "1", "2", ""],
    st.sampled_from([
        "3", "9", "10", "11", "12", "13", "99", "254", "255", "256", "01", "007", "+1", "-1", "+0",
        "x", "1.0", "/", "٣", "２", "²", "\x00", "1x", "x1", "0x1", "1;2", "é", "\ufeff1", "1" * 20,
    ]),
    st.sampled_from([" 1", "2 ", " ", "\t2", "1\u00a0", "1\n", "\n", '"', '1"', "1,2", "\r", "1\r"])
)
NAMES = mostly(
    ["P1", "P2", "P3", "HG-1", "HG-22", "chè-1", "A", "B"],
    st.sampled_from([
        " P1", "P2 ", "", " ", "che\u0300-1", "P\x001", "a\nb", "\x7f", "ca\u200bphe", 'say "P1"',
        "Hợp tác xã chè Tà Xùa " * 4, "x" * 63, "x" * 64, "x" * 65, "x" * 64 + "y",
    ]),
    st.text("P1 ,;\"'\n\rđế\u0323", max_size=6),
)
SETS = mostly(
    ["1", "2"], st.sampled_from(["tea", "village-walks", " 1", "3", "9", "", "tee", "1 "])
)
FINDINGS = mostly(
    ["", "", "forged-dossier"],
    st.sampled_from([
        "unsafe-water;forged-dossier", " forged-dossier ;; ", "x;y", "unsafe-water", ";", " ",
        "forged;forged-dossier",
    ]),
)
COMMUNES = mostly(
    ["", "Xã 1"], st.sampled_from([" Xã 1", "Xã, 2", 'Xã "3"', "x" * 70, "Xã\n4", "x" * 64 + "y"])
)
CRITERIA = mostly(
    ["1.1", "2", "5.1", "6.1.1", "1.2", "6"],
    st.sampled_from(["", " 1.1", "1.10", "x", "6.1.", "9", "criterion " * 9, "5.1\n"]),
)
# fmt: on
PLAIN_ANSWERS = st.sampled_from(["0", "1", "2", ""])


@st.composite
def written(draw: st.DrawFn, rows: Sequence[Sequence[str]], calm: bool) -> bytes:
    """Draw how rows are written: delimiter, line ends, quotation marks; wild ones with faults."""
    delimiter = draw(st.sampled_from(",,,;\t"))
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"]]))
    often = draw(st.sampled_from([0, 0, 2, 9]))
    dice = st.integers(1, 10)

    def cell(text: str) -> str:
        must = any(c in text for c in f'"{delimiter}\r\n') and (calm or draw(dice) > 1)
        if must or (often and draw(dice) <= often):
            return '"' + text.replace('"', '""') + '"'
        return text

    lines = []
    for number, row in enumerate(rows):
        cells = [cell(text) for text in row]
        if number and not calm and draw(dice) == 1:
            cells = draw(st.sampled_from([[], cells[:-1], [*cells, "1"], [""] * len(row), [" "]]))
        lines.append(delimiter.join(cells) + draw(st.sampled_from(ends)))
    mark = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    data = mark + "".join(lines).encode()
    if draw(st.booleans()):
        data = data.rstrip(b"\r\n")
    start = len(mark + lines[0].encode())  # the header stays sound
    if not calm and start < len(data) and draw(dice) <= 3:
        place = draw(st.integers(start, len(data)))
        junk = draw(st.sampled_from([b'"', b"\r", b"\n", b"\xff", b"\xe1\xbb", b",", b" ", b"\0"]))
        data = data[:place] + junk + data[place:]
    return data


@st.composite
def columns(
    draw: st.DrawFn, own: Mapping[str, st.SearchStrategy[str]], fixed: int | None
) -> tuple[dict[str, st.SearchStrategy[str]], tuple[str, ...]]:
    """Draw the columns of a file beside its `own` ones, and which of them are kept."""
    keep = draw(st.sampled_from([(), (), ("commune",), ("name", "commune")]))
    found = {**own, **dict.fromkeys(keep, COMMUNES)}
    if fixed is None or draw(st.booleans()):
        found["set"] = SETS
    for name, texts in (("assessor", NAMES), ("findings", FINDINGS)):
        if draw(st.booleans()):
            found[name] = texts
    return found, keep


@st.composite
def wide(draw: st.DrawFn) -> Case:
    """Draw a wide file: a calm one, or one of faults."""
    fixed = draw(st.sampled_from([None, None, 1, 2]))
    codes = EVERY_CODE if fixed is None else CODES[fixed]
    texts, keep = draw(columns({"product": NAMES, **dict.fromkeys(codes, ANSWERS)}, fixed))
    names = list(draw(st.permutations(list(texts))))
    if draw(st.integers(1, 12)) == 1:
        names.remove("5.1")
    calm = draw(st.booleans())
    rows = [names]
    for n in range(draw(st.integers(1, 7))):
        row = {name: draw(texts[name]) for name in names}
        if calm:
            number = fixed or draw(st.sampled_from([1, 2]))
            row |= {"product": f"P{n * 7}", "set": str(number), "findings": ""}
            row |= {code: draw(PLAIN_ANSWERS) if code in CODES[number] else "" for code in codes}
        rows.append([row[name] for name in names])
    return draw(written(rows, calm)), {"set": fixed, "keep": keep}


@st.composite
def long(draw: st.DrawFn) -> Case:
    """Draw a long file: a calm one, or one of faults."""
    fixed = draw(st.sampled_from([None, None, 1, 2]))
    product = mostly(["P1", "P2"], NAMES)
    own = {"product": product, "criterion": CRITERIA, "answer": ANSWERS}
    texts, keep = draw(columns(own, fixed))
    names = list(draw(st.permutations(list(texts))))
    if draw(st.booleans()):
        names.remove("answer")
        names.insert(names.index("criterion") + 1, "answer")
    calm = draw(st.booleans())
    rows = []
    if calm:
        few = st.sampled_from(["P1", "P 2", "Ợ3", "x" * 65])
        for product_name in draw(st.lists(few, min_size=1, unique=True)):
            number = fixed or draw(st.sampled_from([1, 2]))
            head = {name: draw(texts) for name, texts in texts.items()}
            head |= {"product": product_name, "set": str(number), "assessor": "Lan"}
            stated = draw(st.lists(st.sampled_from(CODES[number]), min_size=1, unique=True))
            for code in stated:
                row = {**head, "criterion": code, "answer": draw(PLAIN_ANSWERS)}
                row["findings"] = draw(st.sampled_from(["", "forged-dossier"]))
                rows.append([row[name] for name in names])
        rows = draw(st.permutations(rows))
    else:
        for _ in range(draw(st.integers(1, 12))):
            rows.append([draw(texts[name]) for name in names])
    return draw(written([names, *rows], calm)), {"set": fixed, "keep": keep}


@st.composite
def tidy(draw: st.DrawFn) -> Case:
    """Draw a long file whose last columns are criterion and answer; most rows are in order."""
    fixed = draw(st.sampled_from([None, 1, 2]))
    own = {"product": st.sampled_from(["P1", "P 2", "Ợ3", "x" * 65, "", " P1"])}
    texts, keep = draw(columns(own, fixed))
    texts.pop("findings", None)
    names = [*draw(st.permutations(list(texts))), "criterion", "answer"]
    numbers = st.just(str(fixed)) if fixed else st.sampled_from(["1", "2", "1", "2", "9"])
    heads = []
    for _ in range(draw(st.integers(1, 4))):
        head = {name: draw(text) for name, text in texts.items()} | {"set": draw(numbers)}
        heads.append([head[name] for name in names[:-2]])
    rows = []
    for head in heads:
        for code in draw(st.lists(CRITERIA, min_size=1, max_size=9)):
            rows.append([*head, code, draw(st.sampled_from(["0", "1", "2", "", "9", "100000"]))])
    if draw(st.booleans()):
        rows = draw(st.permutations(rows))
    return draw(written([names, *rows], draw(st.booleans()))), {"set": fixed, "keep": keep}


def read(data: bytes, law: ocop.Decision, **options: Any) -> tuple[list[Any], list[Any]]:
    """Return the problems and sheets of a file as the plain reader gives them."""
    # A buffered reader is read by blocks, as files are.
    source: Any = io.BufferedReader(io.BytesIO(data))  # type: ignore[type-var]  # raw bytes stand in for a file
    try:
        batches = ocop.read_sheets(source, law, **options)
    except ocop.SheetError as error:
        problems = [
            (p.line or 0, p.column or 0, p.path or "", p.message, p.hint or "", p.code)
            for p in error.problems
        ]
        return problems, []
    return [], [
        (
            batch.criteria_set.number,
            list(batch.products),
            None if batch.rows is None else batch.rows.tolist(),
            batch.answers.tolist(),
            None if batch.findings is None else batch.findings.tolist(),
            None if batch.assessors is None else list(batch.assessors),
            {name: list(values) for name, values in batch.columns.items()},
        )
        for batch in batches
    ]


@pytest.fixture(params=["blocks", "rows"])
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read by blocks where that can be, or row by row throughout."""
    if request.param == "rows":
        monkeypatch.setattr(_table, "split", lambda *_: None)
    return str(request.param)


STEPS = st.sampled_from([1, 7, 40, 150, 1 << 20])
MANY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def assert_read_as_plain(case: Case, step: int, law: ocop.Decision) -> None:
    """Compare a file, read in steps of so many bytes, with what the plain reader says of it."""
    data, options = case
    problems, batches = PLAIN.read(data, law, options["set"], options["keep"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_source, "STEP", step)
        patch.setattr(_answers, "_MANY", 2)
        patch.setattr(_statements, "_MANY", 2)
        found = read(data, law, **options)
    assert found == (problems, [] if problems else [tuple(batch) for batch in batches])


@MANY
@given(case=wide(), step=STEPS)
def test_wide_files(case: Case, step: int, law: ocop.Decision, road: str) -> None:
    """Problems and sheets of a wide file are those of the plain reader."""
    assert_read_as_plain(case, step, law)


@MANY
@given(case=long(), step=STEPS)
def test_long_files(case: Case, step: int, law: ocop.Decision, road: str) -> None:
    """Problems and sheets of a long file are those of the plain reader."""
    assert_read_as_plain(case, step, law)


@MANY
@given(case=tidy(), step=STEPS)
def test_tidy_long_files(case: Case, step: int, law: ocop.Decision, road: str) -> None:
    """Where long files are as a program writes them, they are read as the plain reader does."""
    assert_read_as_plain(case, step, law)
