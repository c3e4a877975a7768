"""Sheets made ready to be scored under many point tables."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._fast import compiled
from ocop.scoring._variant_run import BATCH, AtLeast, count_stars
from ocop.scoring._variant_tables import Group, VariantTables, groups_of
from ocop.scoring.scores import Scores
from ocop.scoring.sheet import Sheets
from ocop.scoring.table import ScoreTable, table_of
from ocop.scoring.variants import Variants
from ocop.types import STARS_WITH_FLOORS

__all__ = ["FEW", "ReadySheets", "exactly"]

LEVELS = 5
FEW = 8
"""So many variants are scored one by one sooner than joint tables are made."""


@frozen(eq=False)
class ReadySheets:
    """A batch of sheets, and what is worked out once for all point tables."""

    sheets: Sheets

    @cached_property
    def table(self) -> ScoreTable:
        """The compiled table of the law."""
        return table_of(self.sheets.criteria_set)

    @cached_property
    def groups(self) -> list[Group]:
        """Criteria that are looked up together."""
        return groups_of(self.table, self.sheets.answers)

    @cached_property
    def excluded(self) -> NDArray[np.bool_]:
        """Products with a finding."""
        findings = self.sheets.findings
        return np.zeros(len(self.sheets), np.bool_) if findings is None else findings != 0

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """Coded answers, shape (criteria, sheets): 0 unanswered, 1 none met, k + 1 option k."""
        return (self.sheets.answers + np.uint8(1)).T.astype(np.int64, order="C")

    def count(
        self, variants: Variants, threads: int | None = None, *, fast: bool = False
    ) -> AtLeast:
        """Count at least 1 to 5 stars, by variant and by product."""
        if len(variants) <= FEW:
            if fast:
                compiled()  # who asks for them is told where they are missing
            return self._count_few(variants)
        by_product = np.zeros((len(self.sheets), LEVELS), dtype=np.int64)
        by_variant = []
        for low in range(0, len(variants), BATCH):
            piece = variants if len(variants) <= BATCH else variants[low : low + BATCH]
            tables = VariantTables(self.table, piece)
            found = count_stars(tables, self.groups, self.excluded, threads, fast=fast)
            by_product += found.by_product
            by_variant.append(found.by_variant)
        return AtLeast(np.concatenate(by_variant), by_product)

    def _count_few(self, variants: Variants) -> AtLeast:
        """Count one variant after the other, without joint tables."""
        by_product = np.zeros((len(self.sheets), LEVELS), dtype=np.int64)
        by_variant = np.zeros((len(variants), LEVELS), dtype=np.int64)
        for n in range(len(variants)):
            reached = self.scores(variants, n).star[:, None] >= np.arange(1, LEVELS + 1)
            by_product += reached
            by_variant[n] = reached.sum(axis=0)
        return AtLeast(by_variant, by_product)

    def scores(self, variants: Variants, number: int) -> Scores:
        """Return the scores under one variant, for rankings; they name the sheets' own law."""
        table, codes = self.table, self.codes
        criteria, options = variants.points.shape[1:]
        place = np.arange(criteria)[:, None] * (options + 2) + codes
        by_code = np.zeros((criteria, options + 2), dtype=np.int64)
        by_code[:, 2:] = variants.points[number]
        floors = variants.floors[number].astype(np.int64)
        points = by_code.take(place)
        most = _most_stars(table, by_code, floors).take(place)
        without = _most_stars(table, np.zeros_like(by_code), floors)
        for i, other in table.needs:
            met = points[other] > 0
            points[i] *= met
            most[i] = np.where(met, most[i], without[i].take(codes[i]))
        part_of = np.array(table.part_of)
        parts = np.stack([points[part_of == p].sum(axis=0) for p in range(len(table.part_codes))])
        total = parts.sum(axis=0)
        band = 1 + (total[:, None] >= variants.thresholds[number]).sum(axis=1)
        left = most.min(axis=0)
        excluded = self.excluded | (left == 0)
        star = np.where(excluded, 0, np.minimum(band, left))
        return Scores(
            sheets=self.sheets,
            parts=parts.T.astype(np.int16),
            total=total.astype(np.int16),
            band=band.astype(np.int8),
            star=star.astype(np.int8),
            answered=(codes > 0).sum(axis=0).astype(np.int16),
            excluded=excluded,
            knocked_out=left == 0,
        )


def _most_stars(
    table: ScoreTable, points: NDArray[np.int64], floors: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Return the most stars that floors and knock-outs leave to each coded answer; 0 for out."""
    most = np.full(points.shape, LEVELS, dtype=np.int8)
    for star, floor in zip(STARS_WITH_FLOORS, floors, strict=True):
        np.minimum(most, np.where(points < floor[:, None], star - 1, LEVELS), out=most)
    for i in table.knock_outs:
        most[i, 1:][points[i, 1:] == 0] = 0
    return most


def exactly(at_least: NDArray[np.int64], whole: int | NDArray[np.int64]) -> NDArray[np.int64]:
    """Turn counts of at least 1 to 5 stars into counts of exactly 0 to 5, read-only."""
    edges = np.zeros((*at_least.shape[:-1], 7), dtype=np.int64)
    edges[..., 0] = whole
    edges[..., 1:6] = at_least
    result = edges[..., :6] - edges[..., 1:]
    result.setflags(write=False)
    return result
