"""The form of one product on one worksheet, as the annex of a decision prints its table."""

from __future__ import annotations

from typing import Any

from attrs import define

from ocop.law.model import CriteriaSet, Item, Part
from ocop.tables._excel_file import LINE, Formats, lines_of, print_on_a4
from ocop.tables._form_legend import data_line
from ocop.tables._form_text import FORM, WORDS, Words
from ocop.text import nfc
from ocop.types import Lang

CODE, TEXT, POINTS, STAR, ANSWER, GOT = range(6)
WIDTHS = (11, 68, 8, 7, 44, 8)
HEADER_ROW = 4
GREY = "#808080"
MARKED = {"bold": True, "font_color": "#9C5700", "align": "center"}
INPUT = {"bg_color": "#FFF8DC", "border": 1, "text_wrap": True, "locked": False}


@define
class AnnexForm:
    """Writes the worksheet of one product; `lists` says where the list of each criterion is."""

    worksheet: Any
    formats: Formats
    source: CriteriaSet
    lang: Lang
    lists: dict[str, str]
    row: int = 0

    @property
    def words(self) -> Words:
        """The words of the form's language."""
        return WORDS[self.lang]

    def write(self, product: str, *, protect: bool) -> None:
        """Write the whole form."""
        for column, width in enumerate(WIDTHS):
            self.worksheet.set_column(column, column, width)
        self._head(product)
        got, parts = self._answer_rows(), []
        for part in self.source.parts:
            parts.append(self._part(part, got))
        self._totals(parts)
        self._findings()
        self.worksheet.freeze_panes(HEADER_ROW + 1, 0)
        footer = f"{product}  {self.source.clause[self.lang]}".strip()
        print_on_a4(self.worksheet, HEADER_ROW, landscape=False, footer=nfc(footer))
        self.worksheet.print_area(0, 0, self.row - 1, GOT)
        if protect:
            self.worksheet.protect("", {"format_rows": True, "format_columns": True})

    def _text(self, column: int, text: str, **look: Any) -> None:
        self.worksheet.write_string(self.row, column, nfc(text), self.formats(**look))

    def _head(self, product: str) -> None:
        words, source = self.words, self.source
        title = f"{words.title}: {source.number}. {source.label[self.lang]}"
        clause = f"{source.clause[self.lang]}. {words.binding}"
        self._text(CODE, FORM, font_color=GREY, font_size=7)
        self._text(TEXT, title, bold=True, font_size=12)
        self.row = 1
        self._text(TEXT, clause, italic=True)
        self.row = 2
        self._text(CODE, words.data, font_color=GREY, font_size=8)
        self._text(TEXT, data_line(source), font_color=GREY, font_size=8)
        self.row = 3
        self._text(CODE, words.product, bold=True)
        self._text(TEXT, product, bold=True, **INPUT)
        self.worksheet.merge_range(
            self.row, POINTS, self.row, STAR, words.assessor, self.formats(bold=True, align="right")
        )
        self._text(ANSWER, "", **INPUT)
        self.row = HEADER_ROW
        heads = (words.code, words.criterion, words.points, words.star, words.answer, words.got)
        for column, head in enumerate(heads):
            look = {"bold": True, "bg_color": "#DDE7DD", "border": 1, "text_wrap": True}
            self._text(column, head, **look)
        self.worksheet.set_row(self.row, LINE * 2)
        self.row += 1

    def _answer_rows(self) -> dict[str, str]:
        """Return the cell in which each criterion gets its points, counted before it is written."""
        row, found = HEADER_ROW + 1, {}
        for part in self.source.parts:
            row += 1
            for section in part.sections:
                row += 1 + len(section.headings)
                for item in section.items:
                    found[item.code] = f"F{row + 1}"
                    row += 1 + bool(self._note(item)) + len(item.criterion.options)
        return found

    def _part(self, part: Part, got: dict[str, str]) -> str:
        """Write a part; return the cell of its points."""
        first, look = self.row, {"bold": True, "bg_color": "#C6D9C6", "border": 1}
        title = f"{self.words.part} {part.code}: {part.title[self.lang]}"
        self._band(title, part.points, look)
        for section in part.sections:
            title = f"{section.code}. {section.title[self.lang]}"
            self._band(title, section.points, {"bold": True, "bg_color": "#EEF3EE", "border": 1})
            headings = list(section.headings)
            for item in section.items:
                if headings and item.code.startswith(f"{headings[0].code}."):
                    heading = headings.pop(0)
                    self._band(f"{heading.code}. {heading.title[self.lang]}", None, {"bold": True})
                self._item(item, got)
        formula = f"=SUM(F{first + 2}:F{self.row})"
        self.worksheet.write_formula(first, GOT, formula, self.formats(**look), 0)
        return f"F{first + 1}"

    def _band(self, text: str, points: int | None, look: dict[str, Any]) -> None:
        for column in range(GOT + 1):
            self.worksheet.write_blank(self.row, column, None, self.formats(**look))
        self._text(TEXT, text, **look, text_wrap=True)
        if points is not None:
            form = self.formats(**look)
            self.worksheet.write_number(self.row, POINTS, points, form)
        # Bold letters are wider.
        self.worksheet.set_row(self.row, LINE * lines_of(text, WIDTHS[TEXT] * 0.9))
        self.row += 1

    def _item(self, item: Item, got: dict[str, str]) -> None:
        criterion, row, lang = item.criterion, self.row + 1, self.lang
        self._text(CODE, item.code, bold=True, top=1)
        self._text(TEXT, criterion.title[lang], bold=True, top=1, text_wrap=True)
        self.worksheet.write_number(
            self.row, POINTS, criterion.best, self.formats(bold=True, top=1)
        )
        mark = "" if criterion.mark is None else f"★{criterion.mark}"
        self._text(STAR, mark, top=1, **MARKED)
        self.worksheet.write_blank(self.row, ANSWER, None, self.formats(**INPUT))
        self._validate(item)
        points = ",".join(str(option.points) for option in criterion.options)
        chosen = f'VALUE(LEFT(E{row},FIND(" ",E{row}&" ")-1))'
        value = f'IFERROR(CHOOSE(1+{chosen},0,{points}),"?")'
        for rule in self.source.rules.needs:
            if rule.item == item.code:
                value = f"IF(N({got[rule.other]})>0,{value},0)"
        formula = f'=IF(E{row}="","",{value})'
        self.worksheet.write_formula(self.row, GOT, formula, self.formats(top=1), "")
        self.row += 1
        if note := self._note(item):
            self._text(TEXT, note, italic=True, text_wrap=True)
            self.worksheet.set_row(self.row, LINE * lines_of(note, WIDTHS[TEXT]))
            self.row += 1
        for position, option in enumerate(criterion.options, start=1):
            case = "" if option.case is None else f"[{option.case}] "
            text = f"{position} - {case}{option.label[lang]}"
            self._text(TEXT, text, indent=1, text_wrap=True)
            self.worksheet.write_number(self.row, POINTS, option.points, self.formats())
            if option.mark is not None:
                self._text(STAR, f"★{option.mark}", **MARKED)
            self.worksheet.set_row(self.row, LINE * lines_of(text, WIDTHS[TEXT] - 3))
            self.row += 1

    def _note(self, item: Item) -> str:
        """Return what stands below a criterion: its note, and the rule that it comes under."""
        rules = (rule for rule in self.source.rules.needs if rule.item == item.code)
        note = item.criterion.note
        texts = [] if note is None else [note[self.lang]]
        return ". ".join([*texts, *(rule.label[self.lang] for rule in rules)])

    def _validate(self, item: Item) -> None:
        size = len(item.criterion.options)
        self.worksheet.data_validation(
            *(self.row, ANSWER, self.row, ANSWER),
            {
                "validate": "list",
                "source": self.lists[item.code],
                "error_type": "warning",
                "error_title": item.code,
                "error_message": self.words.warning.format(size=size),
            },
        )

    def _totals(self, parts: list[str]) -> None:
        look = {"bold": True, "bg_color": "#C6D9C6", "border": 1}
        total = f"=SUM({','.join(parts)})"
        self._band(self.words.total, sum(part.points for part in self.source.parts), look)
        self.worksheet.write_formula(self.row - 1, GOT, total, self.formats(**look), 0)
        cell = f"F{self.row}"
        bands = sorted((b.at_least, b.star) for b in self.source.bands if b.star > 1)
        text = ", ".join(f"{points}: {star}★" for points, star in bands)
        self._band(f"{self.words.band} ({text})", None, look)
        formula = "=1" + "".join(f"+({cell}>={points})" for points, _ in bands)
        self.worksheet.write_formula(self.row - 1, GOT, formula, self.formats(**look), 1)
        self._text(TEXT, self.words.note, italic=True, text_wrap=True)
        self.worksheet.set_row(self.row, LINE * lines_of(self.words.note, WIDTHS[TEXT]))
        self.row += 1

    def _findings(self) -> None:
        if not self.source.exclusions:
            return
        self.row += 1
        self._band(self.words.findings, None, {"bold": True, "bg_color": "#F3DCDC", "border": 1})
        for exclusion in self.source.exclusions:
            where = exclusion.where
            label = exclusion.finding.label[self.lang]
            self._text(CODE, self.words.finding, font_color=GREY)
            self._text(TEXT, label, text_wrap=True)
            self._text(POINTS, self.words.dossier if where == "dossier" else where)
            self.worksheet.write_blank(self.row, ANSWER, None, self.formats(**INPUT))
            source = {"validate": "list", "source": [self.words.yes], "error_type": "stop"}
            self.worksheet.data_validation(self.row, ANSWER, self.row, ANSWER, source)
            self.worksheet.set_row(self.row, LINE * lines_of(label, WIDTHS[TEXT]))
            self.row += 1
