"""The programme around the score: producers, products, dossiers, recognitions, portfolios.

Records and pure functions: nothing here stores, asks for the day or reaches out. Names are loaded
when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocop.programme.activities import (
        Activity,
        LinkageProject,
        PointOfSale,
        Support,
        TourismModel,
    )
    from ocop.programme.certificate import Certificate, Status, grace_of
    from ocop.programme.code import ProductCode, parse_code
    from ocop.programme.cycle import Funding, Idea, Plan, Progress, StepDone, advance, next_steps
    from ocop.programme.deadlines import (
        RoundDates,
        filing_days,
        first_look_until,
        reassessment_due,
        renewal_window,
        round_of,
        working_days_after,
    )
    from ocop.programme.dossier import (
        Dossier,
        MissingPaper,
        applicable_law,
        check_dossier,
        missing_papers,
        required_papers,
    )
    from ocop.programme.names import moved, named
    from ocop.programme.place import Place, check_place
    from ocop.programme.portfolio import Column, Concentration, Portfolio
    from ocop.programme.producer import Producer, admits, form_answers
    from ocop.programme.product import Product, set_numbers
    from ocop.programme.progress import TargetProgress, target_progress
    from ocop.programme.published import Published, published_figures
    from ocop.programme.recognition import Recognition, recognise, recogniser, renew, upgrade
    from ocop.programme.records import (
        dump_columns,
        dump_record,
        load_columns,
        load_record,
        load_records,
    )
    from ocop.programme.register import check_register
    from ocop.programme.results import NextStep, next_step
    from ocop.programme.targets import Target
    from ocop.programme.totals import StarCount, Total
    from ocop.programme.withdrawal import withdrawal_authority, withdrawal_deadline

_HOME = {
    "Activity": "activities",
    "Certificate": "certificate",
    "Column": "portfolio",
    "Concentration": "portfolio",
    "Dossier": "dossier",
    "Funding": "cycle",
    "Idea": "cycle",
    "LinkageProject": "activities",
    "MissingPaper": "dossier",
    "NextStep": "results",
    "Place": "place",
    "Plan": "cycle",
    "PointOfSale": "activities",
    "Portfolio": "portfolio",
    "Producer": "producer",
    "Product": "product",
    "ProductCode": "code",
    "Progress": "cycle",
    "Published": "published",
    "Recognition": "recognition",
    "RoundDates": "deadlines",
    "StarCount": "totals",
    "Status": "certificate",
    "StepDone": "cycle",
    "Support": "activities",
    "Target": "targets",
    "TargetProgress": "progress",
    "Total": "totals",
    "TourismModel": "activities",
    "admits": "producer",
    "advance": "cycle",
    "applicable_law": "dossier",
    "check_dossier": "dossier",
    "check_place": "place",
    "check_register": "register",
    "dump_columns": "records",
    "dump_record": "records",
    "filing_days": "deadlines",
    "first_look_until": "deadlines",
    "form_answers": "producer",
    "grace_of": "certificate",
    "load_columns": "records",
    "load_record": "records",
    "load_records": "records",
    "missing_papers": "dossier",
    "moved": "names",
    "named": "names",
    "next_step": "results",
    "next_steps": "cycle",
    "parse_code": "code",
    "published_figures": "published",
    "reassessment_due": "deadlines",
    "recognise": "recognition",
    "recogniser": "recognition",
    "renew": "recognition",
    "renewal_window": "deadlines",
    "required_papers": "dossier",
    "round_of": "deadlines",
    "set_numbers": "product",
    "target_progress": "progress",
    "upgrade": "recognition",
    "withdrawal_authority": "withdrawal",
    "withdrawal_deadline": "withdrawal",
    "working_days_after": "deadlines",
}

__all__ = [
    "Activity",
    "Certificate",
    "Column",
    "Concentration",
    "Dossier",
    "Funding",
    "Idea",
    "LinkageProject",
    "MissingPaper",
    "NextStep",
    "Place",
    "Plan",
    "PointOfSale",
    "Portfolio",
    "Producer",
    "Product",
    "ProductCode",
    "Progress",
    "Published",
    "Recognition",
    "RoundDates",
    "StarCount",
    "Status",
    "StepDone",
    "Support",
    "Target",
    "TargetProgress",
    "Total",
    "TourismModel",
    "admits",
    "advance",
    "applicable_law",
    "check_dossier",
    "check_place",
    "check_register",
    "dump_columns",
    "dump_record",
    "filing_days",
    "first_look_until",
    "form_answers",
    "grace_of",
    "load_columns",
    "load_record",
    "load_records",
    "missing_papers",
    "moved",
    "named",
    "next_step",
    "next_steps",
    "parse_code",
    "published_figures",
    "reassessment_due",
    "recognise",
    "recogniser",
    "renew",
    "renewal_window",
    "required_papers",
    "round_of",
    "set_numbers",
    "target_progress",
    "upgrade",
    "withdrawal_authority",
    "withdrawal_deadline",
    "working_days_after",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Load a public name when it is first used."""
        if name not in _HOME:
            raise AttributeError(f"module 'ocop.programme' has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f"ocop.programme.{_HOME[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted(__all__)
