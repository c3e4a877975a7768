"""Text: normal form, comparison without accents, suggestions, quoting, labels."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop.text import Label, closest, fold, nfc, quoted


@pytest.mark.parametrize(
    ("text", "composed"),
    [
        ("Thu\u031b\u0323c pha\u0302\u0309m", "Thực phẩm"),
        ("đo\u0302\u0300 uo\u0302\u0301ng", "đồ uống"),
        ("Chè", "Chè"),
        ("", ""),
    ],
)
def test_nfc_puts_vietnamese_letters_together(text: str, composed: str) -> None:
    """Letters with two accents become one character each."""
    assert nfc(text) == composed
    assert len(nfc(text)) == len(composed)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Điểm du lịch: Chè Shan Tuyết", "diem du lich che shan tuyet"),
        ("ĐẮK LẮK", "dak lak"),
        ("  Mật ong,  mật khác_(1) ", "mat ong mat khac 1"),
        ("Rượu & đồ uống", "ruou do uong"),
        ("other-soft-drinks", "other soft drinks"),
        ("Ru\u031bo\u031b\u0323u", "ruou"),
        ("...", ""),
    ],
)
def test_fold_leaves_bare_small_words(text: str, folded: str) -> None:
    """Accents, the bar of đ, case, punctuation and doubled spaces go."""
    assert fold(text) == folded


@given(st.text())
def test_fold_is_done_once(text: str) -> None:
    """Folding what is folded changes nothing."""
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aăâbcdđeêioôơuưyáàảãạấầẩẫậếềểễệ Chè"))
def test_fold_does_not_see_the_normal_form(text: str) -> None:
    """Composed and decomposed Vietnamese fold alike, in small and in capital letters."""
    import unicodedata

    assert fold(unicodedata.normalize("NFD", text)) == fold(nfc(text)) == fold(text.upper())


def test_closest_suggests_only_what_is_near() -> None:
    """A near word is suggested, the nearest of several; a far one is not."""
    assert closest("ponits", ["label", "points", "point"]) == "points"
    assert closest("thuế", ["label", "points"]) is None
    assert closest("tea", []) is None
    assert closest("tee", iter(["rice", "tea"])) == "tea"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Chè", "'Chè'"),
        ("it's", '"it\'s"'),
        ("a\nb", "'a\\nb'"),
        ("\x1b[31m", "'\\x1b[31m'"),
        ("a" * 60, "'" + "a" * 60 + "'"),
        ("a" * 61, "'" + "a" * 57 + "...'"),
        (12, "12"),
        (2.5, "2.5"),
        (10**80, "1" + "0" * 56 + "..."),
        ([1], "[1]"),
    ],
)
def test_quoted_shows_a_value_on_one_short_line(value: object, text: str) -> None:
    """Text is quoted with its control characters escaped; long values are cut at 60."""
    assert quoted(value) == text


def test_a_label_answers_in_both_languages() -> None:
    """Labels are values: by language, equal by content, hashable, picklable."""
    label = Label("Chè", "Tea")
    assert (label["vi"], label["en"]) == ("Chè", "Tea")
    assert {label, pickle.loads(pickle.dumps(label))} == {Label("Chè", "Tea")}
