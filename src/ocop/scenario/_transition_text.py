"""Transitions and bounds of them as plain text, in Vietnamese or English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ocop._visible import visible
from ocop.scenario.transition_counts import matrix_rows
from ocop.text import Label, check_lang, number_of
from ocop.types import Lang

if TYPE_CHECKING:
    # They print themselves, so at run time they import this module.
    from ocop.scenario.transition import Transition
    from ocop.scenario.transition_bounds import TransitionBounds

__all__ = ["bounds_text", "transition_text"]

MOST_REASONS = 8
WORDS = {
    "head": Label(
        "{before} -> {after}: {products}",
        "{before} to {after}: {products}",
    ),
    "moves": Label(
        "{up:,} tăng hạng, {same:,} giữ nguyên, {down:,} giảm hạng",
        "{up:,} up, {same:,} same, {down:,} down",
    ),
    "possible": Label(
        "{up} tăng hạng, {same} giữ nguyên, {down} giảm hạng; {known:,} chắc chắn",
        "{up} up, {same} same, {down} down; {known:,} certain",
    ),
    "before": Label("trước \\ sau", "before \\ after"),
    "excluded": Label("bị loại", "excluded"),
    "down": Label("Giảm hạng vì:", "Down because of:"),
    "up": Label("Tăng hạng, trước đó vướng:", "Up, held back before by:"),
    "points": Label("thiếu điểm", "points"),
    "floor": Label("mức sàn của {code}", "the floor of {code}"),
    "finding": Label("lý do loại {code}", "the finding {code}"),
    "knock-out": Label("0 điểm ở {code}", "no points in {code}"),
    "reason": Label(
        "{what}: {count:,} ({alone:,} chỉ vì lý do này)", "{what}: {count:,} ({alone:,} alone)"
    ),
    "more": Label("và {more} lý do khác", "and {more} more"),
    "only-before": Label(
        "{products} chỉ có ở bên trước, không tính",
        "{products} only before, not counted",
    ),
    "only-after": Label(
        "{products} chỉ có ở bên sau, không tính",
        "{products} only after, not counted",
    ),
}


def transition_text(found: Transition, lang: Lang) -> str:
    """Return a transition as text: head, matrix, reasons, what was left out."""
    check_lang(lang)
    return "\n".join(map(visible, _lines(found, lang))) + "\n"


def bounds_text(found: TransitionBounds, lang: Lang) -> str:
    """Return bounds as text: head, matrix; an interval is two numbers such as ``3-7``."""
    check_lang(lang)
    counts = found.counts
    moves = {name: _between(getattr(counts, name)) for name in ("up", "same", "down")}
    lines = [
        _head(found.decisions, counts.products, lang),
        WORDS["possible"][lang].format(known=int(found.certain.sum()), **moves),
        "",
        *_matrix(found.rows(), lang),
    ]
    return "\n".join(map(visible, lines)) + "\n"


def _between(ends: tuple[int, int]) -> str:
    low, high = ends
    return f"{low:,}" if low == high else f"{low:,}-{high:,}"


def _lines(found: Transition, lang: Lang) -> Iterator[str]:
    counts = found.counts
    yield _head(found.decisions, counts.products, lang)
    yield WORDS["moves"][lang].format(up=counts.up, same=counts.same, down=counts.down)
    yield ""
    cells = matrix_rows(lambda one, other: f"{int(counts.matrix[one, other]):,}")
    yield from _matrix(cells, lang)
    for direction in ("down", "up"):
        own = [item for item in found.reasons if item.direction == direction]
        if own:
            yield ""
            yield WORDS[direction][lang]
        for item in own[:MOST_REASONS]:
            what = WORDS[item.reason.kind][lang].format(code=item.reason.code)
            text = WORDS["reason"][lang].format(what=what, count=item.count, alone=item.alone)
            yield f"  {text}"
        if len(own) > MOST_REASONS:
            yield "  " + WORDS["more"][lang].format(more=len(own) - MOST_REASONS)
    for name, missing in (("only-before", found.only_before), ("only-after", found.only_after)):
        if missing:
            yield WORDS[name][lang].format(products=_products(len(missing), lang))


def _head(decisions: tuple[str, str], count: int, lang: Lang) -> str:
    before, after = decisions
    return WORDS["head"][lang].format(before=before, after=after, products=_products(count, lang))


def _products(count: int, lang: Lang) -> str:
    return f"{count:,} sản phẩm" if lang == "vi" else number_of(count, "product")


def _matrix(cells: Sequence[dict[str, Any]], lang: Lang) -> Iterator[str]:
    """Yield a table of stars before and after, a line a row."""
    names = {"excluded": WORDS["excluded"][lang], "before": WORDS["before"][lang]}
    width = max(8, *(len(row[name]) for row in cells for name in row if name != "before"))
    for row in [{name: name for name in cells[0]}, *cells]:
        first, *others = (names.get(text, text) for text in row.values())
        yield first.rjust(len(names["before"])) + "".join(t.rjust(width + 1) for t in others)
