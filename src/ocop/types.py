"""Names of the small closed vocabularies that the whole package shares."""

from __future__ import annotations

from typing import Literal

__all__ = [
    "STARS_WITH_FLOORS",
    "SYNTHETIC",
    "CriterionMarkReading",
    "DossierKind",
    "Lang",
    "Level",
    "Mark",
    "ProducerType",
    "Relation",
    "Star",
]

Lang = Literal["vi", "en"]
"""Language of labels and messages."""

Star = Literal[1, 2, 3, 4, 5]
"""Star level (hạng sao), one to five."""

Mark = Literal[3, 4, 5]
"""Star mark of an option: the star level for which the option is the minimum."""

STARS_WITH_FLOORS: tuple[Mark, ...] = (3, 4, 5)
"""Star levels that a mark can guard, in rising order."""

SYNTHETIC = "synthetic"
"""Column that marks made-up sheets; readers carry it along without being asked."""

CriterionMarkReading = Literal["any", "full"]
"""How a mark on a whole criterion is read: any points above 0, or all its points."""

DossierKind = Literal["first", "upgrade", "re-assessment"]
"""Kind of a dossier (loại hồ sơ): first assessment, upgrade, or re-assessment."""

Relation = Literal["same", "wider", "narrower", "overlapping", "split", "merged", "none"]
"""How what a newer decision asks stands to the older one, seen from the newer."""

Level = Literal["commune", "district", "province", "centre"]
"""Level of the administration that looks at a dossier or recognises a star."""

ProducerType = Literal[
    "co-operative",
    "co-operative-group",
    "private-enterprise",
    "limited-company-one-member",
    "limited-company",
    "joint-stock-company",
    "farm",
    "household",
    "association",
    "union",
    "management-centre",
]
"""Type of a producer (loại hình chủ thể); a limited company has two members or more."""
