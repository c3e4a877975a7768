"""Texts that the law gives, whole: compared word by word with ``tests/law/golden``.

- ``classes.txt``: the fields, defaults and own methods of every class of the law;
- ``pages.html``: what a notebook shows of decisions, sets and criteria, without the style;
- ``changes.txt``: every kind of change, with every field;
- ``folder.txt``: every file that a decision is written as.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import attrs

import ocop
from ocop.law import _law_html
from ocop.law._document import Document
from ocop.law.decision import Transition
from ocop.law.model import Exclusion, Finding, Item, KnockOut, Needs, Part, Rules
from ocop.law.process import AdmittedType, FirstLook, FormAnswers, Process

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"


def texts() -> dict[str, Callable[[], str]]:
    """Return what makes each golden text as it would be written now, by file name."""
    return {
        "classes.txt": lambda: "\n".join(_classes()) + "\n",
        "pages.html": lambda: "\n".join(_pages()) + "\n",
        "changes.txt": lambda: "\n".join(_changes()) + "\n",
        "folder.txt": _folder,
    }


def current() -> dict[str, str]:
    """Return the golden texts as they would be written now, by file name."""
    return {name: text() for name, text in texts().items()}


def _base() -> ocop.Decision:
    return ocop.load_decision(HERE / "base_decision")


# Classes ----------------------------------------------------------------------------------------


def _classes() -> Iterator[str]:
    """Yield the call that makes each class of the law, and the methods that it has of its own."""
    names = [module.name for module in pkgutil.iter_modules(ocop.law.__path__, "ocop.law.")]
    for name in sorted(names):
        for kind in vars(import_module(name)).values():
            if not isinstance(kind, type) or kind.__module__ != name or kind.__name__[0] == "_":
                continue
            if attrs.has(kind) or kind is Document:
                yield f"{name}.{kind.__name__}({', '.join(_parameters(kind))})"
                own = [m for m in ("__eq__", "__hash__", "__repr__") if vars(kind).get(m)]
                shown = getattr(kind, "_repr_html_", None)
                short = getattr(kind.__repr__, "__name__", "") == "short_repr"
                yield f"  own {' '.join(own) or 'nothing'}" + (", short repr" if short else "")
                if shown is not None:
                    yield f"  in notebooks {shown.__name__}"
                for field in attrs.fields(kind) if attrs.has(kind) else ():
                    if field.metadata or (own and not (field.eq and field.repr)):
                        yield f"  {field.name}: {_apart(field)}"


def _apart(field: Any) -> str:
    facts = {"compared": field.eq, "shown": field.repr, **field.metadata}
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def _parameters(kind: type[Any]) -> Iterator[str]:
    factories = {
        field.alias: field.default.factory
        for field in (attrs.fields(kind) if attrs.has(kind) else ())
        if hasattr(field.default, "factory")
    }
    last = None
    for one in inspect.signature(kind).parameters.values():
        if one.kind is one.KEYWORD_ONLY and last is not one.KEYWORD_ONLY:
            yield "*"
        last = one.kind
        made = f"{one.name}: {one.annotation}"
        if one.name in factories:
            made += f" = {factories[one.name]()!r}"
        elif one.default is not one.empty:
            made += f" = {getattr(one.default, '__name__', None) or repr(one.default)}"
        yield made


# Pages ------------------------------------------------------------------------------------------


def _pages() -> Iterator[str]:
    """Yield a few objects as notebooks show them, a line for each tag."""
    law, hard = _base(), _hard()
    tea, walks = law.sets[1], law.sets[2]
    yield from _page("a decision", law)
    yield from _page("a decision that ends another", attrs.evolve(law, replaces=("qd-1", "qd-2")))
    yield from _page("an amendment", attrs.evolve(law, amends="qd-1", in_force_until=None))
    yield from _page("a set with rules, findings and marks", tea)
    yield from _page("a set without rules", attrs.evolve(walks, exclusions=()))
    yield from _page("an item with marks on options", tea.item("1.1"))
    yield from _page("an item with a mark of its own", tea.item("2"))
    yield from _page("a criterion with cases", walks.item("6").criterion)
    with mock.patch.object(_law_html, "MOST", 2):
        yield from _page("a decision of long, strange words, two shown of each list", hard)
        yield from _page("its set", hard.sets[1])
        yield from _page("an item of the set", hard.sets[1].items[0])
        yield from _page("its criterion", hard.sets[1].items[0].criterion)


def _page(what: str, one: Any) -> Iterator[str]:
    yield f"<h1>{what}</h1>"
    page = re.sub(r"<style>.*?</style>", "", one._repr_html_())
    yield page.replace("><", ">\n<")


def _word(name: str) -> str:
    """Return a word with signs of HTML in it, too long to be shown whole."""
    return f"<{name}>&" + "".join(f" {n:03}" for n in range(1, 100))


def _label(name: str) -> ocop.Label:
    return ocop.Label(_word(name), _word(f"{name}-en"))


def _hard() -> ocop.Decision:
    """Return a decision with a text that must be escaped and cut wherever one can be."""
    law = _base()
    tea = law.sets[1]
    option = ocop.Option(points=1_000, label=_label("option"), mark=3, case=_word("case"))
    options = (option, attrs.evolve(option, mark=None, case=None), option)
    criterion = ocop.Criterion(
        id="a", title=_label("criterion"), options=options, mark=4, case_kind="kind"
    )
    item = Item(code=_word("item"), criterion=criterion)
    section = attrs.evolve(tea.parts[0].sections[0], items=(item,) * 3)
    part = Part(code=_word("part"), title=_label("part-title"), points=7, sections=(section,))
    rules = Rules(
        needs=(Needs(item=_word("needs"), other="1"),),
        knock_outs=(KnockOut(section="<8>"), KnockOut(section="9")),
    )
    chosen = attrs.evolve(
        tea,
        decision=_word("decision"),
        group=attrs.evolve(tea.group, slug=_word("slug")),
        label=_label("group"),
        clause=_label("clause"),
        parts=(part,) * 3,
        rules=rules,
    )
    heading = attrs.evolve(law.parts[0], code=_word("part-code"))
    return attrs.evolve(
        law,
        id=_word("id"),
        number=_word("number"),
        title=_label("title"),
        amends=_word("amends"),
        replaces=tuple(_word(f"replaces-{n}") for n in range(8)),
        parts=(heading,) * 3,
        declared=tuple(attrs.evolve(one, label=_label("set")) for one in law.declared),
        sets={1: chosen},
    )


# Changes ----------------------------------------------------------------------------------------


def _changes() -> Iterator[str]:
    """Yield the changes of made-up and of real decisions, all fields of each."""
    old, new = _base(), _changed()
    for title, pair in (("made up", (old, new)), ("made up, backwards", (new, old))):
        yield f"## {title}"
        yield from map(_row, ocop.compare(*pair))
    yield "## made up, one group"
    yield from map(_row, ocop.compare(new, old, group="village-walks"))
    for ids in (("qd-781-2020", "qd-148-2023"), ("qd-148-2023", "qd-26-2026")):
        yield f"## outside of the sets, {' to '.join(ids)}"
        yield from (_row(one) for one in ocop.compare(*ids) if one.clause is None)


def _row(change: ocop.Change) -> str:
    fields = []
    for name, value in attrs.asdict(change, recurse=False).items():
        if value is not None:
            shown = f"{value.vi} / {value.en}" if isinstance(value, ocop.Label) else value
            fields.append(f"{name}: {shown}")
    return "\n  ".join(fields).removeprefix("what: ")


def _changed() -> ocop.Decision:
    """Return the base decision with every kind of change, most of them more than once."""
    law = _base()
    bands = (
        attrs.evolve(law.bands[0], at_least=95, recognised_by=None),
        attrs.evolve(law.bands[1], at_least=71),
        attrs.evolve(law.bands[2], recognised_by="province"),
        *law.bands[3:],
    )
    parts = (
        attrs.evolve(law.parts[0], points=41),
        law.parts[1],
        attrs.evolve(law.parts[2], code="D"),
    )
    tea, walks, coffee = law.declared
    declared = (
        attrs.evolve(walks, number=1),
        attrs.evolve(tea, number=2, label=ocop.Label("Chè", "Tea")),
        attrs.evolve(coffee, group="cocoa", label=ocop.Label("Ca cao", "Cocoa")),
    )
    sets = {2: _other_tea(law.sets[1]), 1: _other_walks(law.sets[2])}
    return attrs.evolve(law, bands=bands, parts=parts, declared=declared, sets=sets)


def _other_tea(tea: ocop.CriteriaSet) -> ocop.CriteriaSet:
    material, packaging, story, style, colour, smell = (item.criterion for item in tea.items)
    low, middle, high = material.options
    word = ocop.Label
    material = attrs.evolve(
        material,
        title=word("Nguyên liệu", "Material"),
        mark=3,
        options=(
            attrs.evolve(low, points=1),
            attrs.evolve(middle, mark=4),
            attrs.evolve(high, label=word("Từ 80%", "80% or more"), points=30, mark=None),
            ocop.Option(points=31, label=word("Tất cả", "All")),
            ocop.Option(points=32, label=word("Hơn thế", "More than that"), mark=5),
        ),
    )
    packaging = attrs.evolve(packaging, mark=None, options=packaging.options[1:])
    # Another id and the same title: it is the same criterion. The smell goes, an aroma comes.
    style = attrs.evolve(style, id="telling", title=word("CÁCH KỂ CHUYỆN", "How it is told"))
    aroma = attrs.evolve(smell, id="aroma", title=word("Hậu vị", "Aroma"))
    # An id goes before a title, whatever stands first.
    trap = attrs.evolve(smell, id="trap", title=colour.title)
    a, b, c = tea.parts
    moved = {
        "1": [("1.1", material)],
        "2": [("2", packaging)],
        "5": [("5.2", story), ("5.3", style)],
        "6": [("7.1", colour), ("7.2", trap), ("7.3", aroma)],
    }
    points = {"1": 32, "6": 40}

    def rebuilt(part: Part) -> Part:
        sections = tuple(
            attrs.evolve(
                section,
                code="7" if section.code == "6" else section.code,
                points=points.get(section.code, section.points),
                items=tuple(Item(code=code, criterion=c) for code, c in moved[section.code]),
            )
            for section in part.sections
        )
        return attrs.evolve(part, sections=sections)

    rules = Rules(
        needs=(Needs(item="5.3", other="5.2"), Needs(item="7.1", other="7.3")),
        knock_outs=(KnockOut(section="7"), KnockOut(section="1")),
    )
    fake = Exclusion(
        finding=Finding(id="fake", label=word("Hàng giả", "Counterfeit")), where="dossier"
    )
    return attrs.evolve(
        tea,
        clause=word("Quyết định 100, bộ 2", "Decision 100, set 2"),
        parts=(rebuilt(a), rebuilt(b), attrs.evolve(rebuilt(c), code="D")),
        rules=rules,
        exclusions=(tea.exclusions[0], fake),
    )


def _other_walks(walks: ocop.CriteriaSet) -> ocop.CriteriaSet:
    """Return the set with rules that the older one lacks, and options in another order."""
    part = walks.parts[2]
    (section,) = part.sections
    (item,) = section.items
    guides = item.criterion
    one, two, three, four = guides.options
    guides = attrs.evolve(guides, options=(two, one, attrs.evolve(three, mark=3), four))
    section = attrs.evolve(section, items=(attrs.evolve(item, criterion=guides),))
    return attrs.evolve(
        walks,
        clause=ocop.Label("Quyết định 100, bộ 1", "Decision 100, set 1"),
        parts=(*walks.parts[:2], attrs.evolve(part, sections=(section,))),
        rules=Rules(needs=(Needs(item="5.2", other="5.1"),), knock_outs=(KnockOut(section="6"),)),
        exclusions=(),
    )


# Folder -----------------------------------------------------------------------------------------


def _folder() -> str:
    """Return all files of a decision in one text, each under its name."""
    law = _base()
    # A finding that no set knows, answers to a criterion that no set has, an id that says two
    # things, a text longer than a line.
    process = Process(
        first_look=FirstLook(level="commune", working_days=5),
        producer_types=(
            AdmittedType(type="household", label=ocop.Label("Hộ", "Household"), groups=("tea",)),
        ),
        form_answers=(
            FormAnswers(criterion="story", options={"household": (1,), "co-operative": (1, 2)}),
            FormAnswers(criterion="gone", options={"household": (1,)}),
        ),
        withdrawn_within=30,
    )
    # The one can be cut at even places, the other at odd ones.
    long = ocop.Label(" ".join("à" * 70), "an " + " ".join("b" * 70))
    walks = law.sets[2]
    part = walks.parts[1]
    (section,) = part.sections
    story, style = section.items
    told = attrs.evolve(story.criterion, title=long)
    section = attrs.evolve(section, items=(attrs.evolve(story, criterion=told), style))
    part = attrs.evolve(part, sections=(section,))
    walks = attrs.evolve(walks, parts=(walks.parts[0], part, walks.parts[2]))
    unknown = Finding(id="unknown", label=ocop.Label("Không ai biết", "Known to nobody"))
    law = attrs.evolve(
        law,
        findings=(*law.findings, unknown),
        process=process,
        transitions=(Transition(kind="first", days=60),),
        certificate_months=36,
        criterion_mark="full",
        sets={1: law.sets[1], 2: walks},
    )
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "copy"
        ocop.dump_decision(law, folder)
        assert ocop.validate(folder) == ()
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        texts = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in files]
    return "\n".join(f"## {name}\n{raw.decode()}" for name, raw in texts)
