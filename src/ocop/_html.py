"""HTML for notebooks: escaped, short, readable on light and dark grounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ocop.text import Label, nfc

__all__ = ["ROWS", "bilingual", "card", "cut", "fold_away", "listed", "pairs", "stars", "table"]

ROWS = 10
"""How many rows of a long list are shown."""

LIMIT = 80
"""How many characters of a text are shown."""

Cell = str | int | None
"""HTML, a number, or nothing."""

# Colours are those of the page around, or of JupyterLab: no ground of its own, so that the text
# reads on any. Classes outdo the rules that notebooks and documentation have for bare tables.
_STYLE = """
.ocop-repr{color:inherit;font-size:.9em;line-height:1.45;max-width:100%;overflow-x:auto}
.ocop-repr p.ocop-head{margin:.3em 0;font-size:1.05em}
.ocop-repr .ocop-dim{opacity:.72}
.ocop-repr .ocop-star{white-space:nowrap}
.ocop-repr table.ocop-table{border-collapse:collapse;border:0;margin:.4em 0;background:none;
color:inherit;font-size:1em;table-layout:auto;width:auto}
.ocop-repr table.ocop-table th,.ocop-repr table.ocop-table td{border:0;background:none;
border-bottom:1px solid var(--jp-border-color2,rgba(128,128,128,.35));padding:.2em .7em;
text-align:left;vertical-align:top;white-space:normal;max-width:32em;font-size:1em}
.ocop-repr table.ocop-table tr{background:none}
.ocop-repr table.ocop-wide td,.ocop-repr table.ocop-wide th{white-space:nowrap;padding:.2em .55em}
.ocop-repr table.ocop-table th{font-weight:600;opacity:.85}
.ocop-repr table.ocop-table .ocop-n{text-align:right;white-space:nowrap;
font-variant-numeric:tabular-nums}
.ocop-repr details.ocop-more{border:0;box-shadow:none;background:none;margin:.2em 0;padding:0;
font-size:1em;color:inherit}
.ocop-repr details.ocop-more>summary{background:none;border:0;margin:0;padding:.1em 0;
cursor:pointer;font-weight:600;display:list-item;list-style:revert}
.ocop-repr details.ocop-more>summary::before,.ocop-repr details.ocop-more>summary::after{
content:none}
""".strip().replace("\n", "")


def cut(value: object, limit: int = LIMIT) -> str:
    r"""Return a value as escaped text on one line, without control codes, at most `limit` long.

    Examples
    --------
    >>> cut("<b>Chè\x1b[31m\u202e")
    '&lt;b&gt;Chè�[31m�'
    >>> cut("a" * 10_000, limit=10)
    'aaaaaaaaa…'
    """
    # A letter is at most four code points long before it is composed; more is never shown.
    text = nfc(str(value)[: 4 * limit + 1])
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    # Loaded late: only notebooks need it.
    from html import escape

    return escape("".join(map(_shown, text)))


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return character if character.isprintable() else "\ufffd"


def bilingual(label: Label, limit: int = LIMIT) -> str:
    """Return a label in Vietnamese, with the English beside it where that says more."""
    if label.vi == label.en:
        return cut(label.vi, limit)
    english = f'<span class="ocop-dim" lang="en">/ {cut(label.en, limit)}</span>'
    return f'<span lang="vi">{cut(label.vi, limit)}</span> {english}'


def stars(star: int | None) -> str:
    """Return stars as signs that a screen reader reads as words; None and 0 are excluded.

    Examples
    --------
    >>> stars(2)
    '<span class="ocop-star" role="img" aria-label="2 stars">★★</span>'
    """
    if not star:
        return "excluded"
    words = f"{star} star{'' if star == 1 else 's'}"
    return f'<span class="ocop-star" role="img" aria-label="{words}">{"★" * star}</span>'


def listed(values: Sequence[object], most: int = 6) -> str:
    """Return the first values as escaped text, and how many more there are.

    Examples
    --------
    >>> listed(["4.1", "5.1", "5.3"], most=2)
    '4.1, 5.1 and 1 more'
    """
    text = ", ".join(cut(value) for value in values[:most])
    more = len(values) - most
    return f"{text} and {more:,} more" if more > 0 else text


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    total: int | None = None,
    *,
    wide: bool = False,
) -> str:
    """Return a table of cells that are HTML already; of `total` rows the first ones are given.

    Columns of numbers stand at the right; None is an empty cell. In a wide table no cell breaks
    its line: it is moved from side to side instead.
    """
    lines = [list(row) for row in rows]
    numeric = [
        any(isinstance(line[n], int) for line in lines)
        and all(line[n] is None or isinstance(line[n], int) for line in lines)
        for n in range(len(head))
    ]
    kinds = [' class="ocop-n"' if one else "" for one in numeric]
    top = "".join(f"<th{kind}>{cell}</th>" for kind, cell in zip(kinds, head, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{kind}>{_cell(cell)}</td>" for kind, cell in zip(kinds, line, strict=True))
        + "</tr>"
        for line in lines
    )
    more = 0 if total is None else total - len(lines)
    rest = f'<p class="ocop-dim">… and {more:,} more</p>' if more > 0 else ""
    whole = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    kind = "ocop-table ocop-wide" if wide else "ocop-table"
    return f'<table class="{kind}">{whole}</table>{rest}'


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:,}"


def pairs(rows: Iterable[tuple[str, Cell]]) -> str:
    """Return a table of names and values, HTML already; a name with an empty value is left out."""
    body = "".join(
        f"<tr><th>{name}</th><td>{_cell(value)}</td></tr>" for name, value in rows if value != ""
    )
    return f'<table class="ocop-table"><tbody>{body}</tbody></table>'


def fold_away(summary: str, body: str) -> str:
    """Return HTML that is opened by a click on its summary."""
    return f'<details class="ocop-more"><summary>{summary}</summary>{body}</details>'


def card(kind: str, title: str, *body: str) -> str:
    """Return a whole repr: the style, what it is, and the body, all HTML already."""
    head = f'<p class="ocop-head"><strong>{kind}</strong> {title}</p>'
    return f'<div class="ocop-repr"><style>{_STYLE}</style>{head}{"".join(body)}</div>'
