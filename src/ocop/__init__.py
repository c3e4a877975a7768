"""Vietnam's OCOP programme as a library: the law as data, exact scoring, ranking.

Start with `decision` and `criteria_set`, read score sheets with `read_sheets`, then `score` and
`rank` them. Nothing is read from disk at import, and numpy is loaded when scoring starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocop._version import __version__

if TYPE_CHECKING:
    from ocop import plot
    from ocop.errors import (
        InputError,
        LawError,
        MissingExtraError,
        NotTranscribedError,
        OcopError,
        Problem,
        ProblemsError,
        SheetError,
        UnknownDecisionError,
        UnknownSetError,
    )
    from ocop.law.catalogue import (
        applicable,
        criteria_set,
        decision,
        decisions,
        in_force,
        product_groups,
    )
    from ocop.law.change import Change
    from ocop.law.compare import compare
    from ocop.law.crosswalk import crosswalk
    from ocop.law.decision import Decision
    from ocop.law.dump_decision import dump_decision
    from ocop.law.matching import Crosswalk
    from ocop.law.model import CriteriaSet, Criterion, Option, ProductGroup
    from ocop.law.own import load_crosswalk, load_decision, validate
    from ocop.scenario.apply_reform import apply_reform
    from ocop.scenario.choices import Choices
    from ocop.scenario.draws import Draws
    from ocop.scenario.edits import (
        AddCriterion,
        AddOption,
        DropCriterion,
        DropOption,
        Edit,
        ReplaceCriterion,
        RestateCriterion,
        Scale,
        SetHeading,
        SetMark,
        SetMarkReading,
        SetPoints,
        SetThreshold,
    )
    from ocop.scenario.inverse_reform import inverse_reform
    from ocop.scenario.lever import Level, Lever
    from ocop.scenario.levers import Levers
    from ocop.scenario.load_levers import dump_levers, load_levers
    from ocop.scenario.load_reform import dump_reform, load_reform
    from ocop.scenario.noise_simulation import NoiseSimulation
    from ocop.scenario.pawn import pawn, pawn_from_samples
    from ocop.scenario.pawn_indices import PawnIndices
    from ocop.scenario.population import Population
    from ocop.scenario.population_model import PopulationModel
    from ocop.scenario.rank_measures import RankComparison, compare_ranks
    from ocop.scenario.reform import Reform
    from ocop.scenario.reformed import Misfit, Reformed
    from ocop.scenario.search_scenarios import FoundScenario, ScenarioSearch, search_scenarios
    from ocop.scenario.simulate_noise import simulate_noise
    from ocop.scenario.sobol import sobol
    from ocop.scenario.sobol_indices import SobolIndices
    from ocop.scenario.star_outcome import star_outcome
    from ocop.scenario.sweep import sweep
    from ocop.scenario.sweep_result import RankRanges, Sweep
    from ocop.scenario.synthesize import synthesize
    from ocop.scenario.tornado import Tornado, tornado
    from ocop.scenario.transition import Transition, transition
    from ocop.scenario.transition_bounds import TransitionBounds, transition_bounds
    from ocop.scoring._sheet_checks import NONE_MET, UNANSWERED
    from ocop.scoring.account import Account
    from ocop.scoring.agreement import Agreement, agreement
    from ocop.scoring.averages import Averages, from_averages
    from ocop.scoring.budget import Spending, spend
    from ocop.scoring.council import council, councils
    from ocop.scoring.council_result import Council
    from ocop.scoring.explain import explain
    from ocop.scoring.floors import MissedFloor
    from ocop.scoring.holding_back import holding_back
    from ocop.scoring.margin import Margins, margin, robust
    from ocop.scoring.noise import StarProbabilities, star_probabilities
    from ocop.scoring.ranking import Ranking, rank
    from ocop.scoring.score_variants import VariantScores, score_variants
    from ocop.scoring.scores import Score, Scores, score
    from ocop.scoring.sheet import Sheet, Sheets
    from ocop.scoring.translate import translate
    from ocop.scoring.translation import Translation
    from ocop.scoring.upgrade import upgrade
    from ocop.scoring.upgrade_plans import Upgrades
    from ocop.scoring.variants import Variants
    from ocop.tables.dump_sheets import dump_sheets
    from ocop.tables.load_sheets import load_sheets
    from ocop.tables.read_frame import read_frame
    from ocop.tables.read_records import read_records
    from ocop.tables.read_sheets import read_sheets
    from ocop.tables.score_batches import BatchScorer, score_batches
    from ocop.tables.verification import Verification
    from ocop.tables.verify import verify
    from ocop.tables.write_book import write_book
    from ocop.tables.write_form import write_form
    from ocop.text import Label

_HOME = {
    "Account": "scoring.account",
    "AddCriterion": "scenario.edits",
    "AddOption": "scenario.edits",
    "Agreement": "scoring.agreement",
    "Averages": "scoring.averages",
    "BatchScorer": "tables.score_batches",
    "Change": "law.change",
    "Choices": "scenario.choices",
    "Council": "scoring.council_result",
    "CriteriaSet": "law.model",
    "Criterion": "law.model",
    "Crosswalk": "law.matching",
    "Decision": "law.decision",
    "DropCriterion": "scenario.edits",
    "DropOption": "scenario.edits",
    "Draws": "scenario.draws",
    "Edit": "scenario.edits",
    "FoundScenario": "scenario.search_scenarios",
    "InputError": "errors",
    "Label": "text",
    "LawError": "errors",
    "Level": "scenario.lever",
    "Lever": "scenario.lever",
    "Levers": "scenario.levers",
    "Margins": "scoring.margin",
    "Misfit": "scenario.reformed",
    "MissedFloor": "scoring.floors",
    "MissingExtraError": "errors",
    "NONE_MET": "scoring._sheet_checks",
    "NoiseSimulation": "scenario.noise_simulation",
    "NotTranscribedError": "errors",
    "OcopError": "errors",
    "Option": "law.model",
    "PawnIndices": "scenario.pawn_indices",
    "Population": "scenario.population",
    "PopulationModel": "scenario.population_model",
    "Problem": "errors",
    "ProblemsError": "errors",
    "ProductGroup": "law.model",
    "RankRanges": "scenario.sweep_result",
    "RankComparison": "scenario.rank_measures",
    "Ranking": "scoring.ranking",
    "Reform": "scenario.reform",
    "Reformed": "scenario.reformed",
    "ReplaceCriterion": "scenario.edits",
    "RestateCriterion": "scenario.edits",
    "Scale": "scenario.edits",
    "ScenarioSearch": "scenario.search_scenarios",
    "Score": "scoring.scores",
    "Scores": "scoring.scores",
    "SetHeading": "scenario.edits",
    "SetMark": "scenario.edits",
    "SetMarkReading": "scenario.edits",
    "SetPoints": "scenario.edits",
    "SetThreshold": "scenario.edits",
    "Sheet": "scoring.sheet",
    "SheetError": "errors",
    "Sheets": "scoring.sheet",
    "SobolIndices": "scenario.sobol_indices",
    "Spending": "scoring.budget",
    "Sweep": "scenario.sweep_result",
    "StarProbabilities": "scoring.noise",
    "Tornado": "scenario.tornado",
    "Transition": "scenario.transition",
    "TransitionBounds": "scenario.transition_bounds",
    "Translation": "scoring.translation",
    "UNANSWERED": "scoring._sheet_checks",
    "UnknownDecisionError": "errors",
    "UnknownSetError": "errors",
    "Upgrades": "scoring.upgrade_plans",
    "VariantScores": "scoring.score_variants",
    "Variants": "scoring.variants",
    "Verification": "tables.verification",
    "agreement": "scoring.agreement",
    "applicable": "law.catalogue",
    "apply_reform": "scenario.apply_reform",
    "compare": "law.compare",
    "compare_ranks": "scenario.rank_measures",
    "council": "scoring.council",
    "councils": "scoring.council",
    "criteria_set": "law.catalogue",
    "crosswalk": "law.crosswalk",
    "decision": "law.catalogue",
    "decisions": "law.catalogue",
    "dump_decision": "law.dump_decision",
    "dump_levers": "scenario.load_levers",
    "dump_reform": "scenario.load_reform",
    "dump_sheets": "tables.dump_sheets",
    "explain": "scoring.explain",
    "from_averages": "scoring.averages",
    "holding_back": "scoring.holding_back",
    "in_force": "law.catalogue",
    "inverse_reform": "scenario.inverse_reform",
    "load_crosswalk": "law.own",
    "load_decision": "law.own",
    "load_levers": "scenario.load_levers",
    "load_reform": "scenario.load_reform",
    "load_sheets": "tables.load_sheets",
    "margin": "scoring.margin",
    "pawn": "scenario.pawn",
    "pawn_from_samples": "scenario.pawn",
    "product_groups": "law.catalogue",
    "rank": "scoring.ranking",
    "read_frame": "tables.read_frame",
    "read_records": "tables.read_records",
    "read_sheets": "tables.read_sheets",
    "robust": "scoring.margin",
    "score": "scoring.scores",
    "score_batches": "tables.score_batches",
    "score_variants": "scoring.score_variants",
    "search_scenarios": "scenario.search_scenarios",
    "simulate_noise": "scenario.simulate_noise",
    "sobol": "scenario.sobol",
    "spend": "scoring.budget",
    "star_outcome": "scenario.star_outcome",
    "star_probabilities": "scoring.noise",
    "sweep": "scenario.sweep",
    "synthesize": "scenario.synthesize",
    "tornado": "scenario.tornado",
    "transition": "scenario.transition",
    "transition_bounds": "scenario.transition_bounds",
    "translate": "scoring.translate",
    "upgrade": "scoring.upgrade",
    "validate": "law.own",
    "verify": "tables.verify",
    "write_book": "tables.write_book",
    "write_form": "tables.write_form",
}

_MODULES = ("plot",)

__all__ = [
    "NONE_MET",
    "UNANSWERED",
    "Account",
    "AddCriterion",
    "AddOption",
    "Agreement",
    "Averages",
    "BatchScorer",
    "Change",
    "Choices",
    "Council",
    "CriteriaSet",
    "Criterion",
    "Crosswalk",
    "Decision",
    "Draws",
    "DropCriterion",
    "DropOption",
    "Edit",
    "FoundScenario",
    "InputError",
    "Label",
    "LawError",
    "Level",
    "Lever",
    "Levers",
    "Margins",
    "Misfit",
    "MissedFloor",
    "MissingExtraError",
    "NoiseSimulation",
    "NotTranscribedError",
    "OcopError",
    "Option",
    "PawnIndices",
    "Population",
    "PopulationModel",
    "Problem",
    "ProblemsError",
    "ProductGroup",
    "RankComparison",
    "RankRanges",
    "Ranking",
    "Reform",
    "Reformed",
    "ReplaceCriterion",
    "RestateCriterion",
    "Scale",
    "ScenarioSearch",
    "Score",
    "Scores",
    "SetHeading",
    "SetMark",
    "SetMarkReading",
    "SetPoints",
    "SetThreshold",
    "Sheet",
    "SheetError",
    "Sheets",
    "SobolIndices",
    "Spending",
    "StarProbabilities",
    "Sweep",
    "Tornado",
    "Transition",
    "TransitionBounds",
    "Translation",
    "UnknownDecisionError",
    "UnknownSetError",
    "Upgrades",
    "VariantScores",
    "Variants",
    "Verification",
    "__version__",
    "agreement",
    "applicable",
    "apply_reform",
    "compare",
    "compare_ranks",
    "council",
    "councils",
    "criteria_set",
    "crosswalk",
    "decision",
    "decisions",
    "dump_decision",
    "dump_levers",
    "dump_reform",
    "dump_sheets",
    "explain",
    "from_averages",
    "holding_back",
    "in_force",
    "inverse_reform",
    "load_crosswalk",
    "load_decision",
    "load_levers",
    "load_reform",
    "load_sheets",
    "margin",
    "pawn",
    "pawn_from_samples",
    "plot",
    "product_groups",
    "rank",
    "read_frame",
    "read_records",
    "read_sheets",
    "robust",
    "score",
    "score_batches",
    "score_variants",
    "search_scenarios",
    "simulate_noise",
    "sobol",
    "spend",
    "star_outcome",
    "star_probabilities",
    "sweep",
    "synthesize",
    "tornado",
    "transition",
    "transition_bounds",
    "translate",
    "upgrade",
    "validate",
    "verify",
    "write_book",
    "write_form",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Load a public name when it is first used."""
        if name not in _HOME and name not in _MODULES:
            raise AttributeError(f"module 'ocop' has no attribute {name!r}")
        from importlib import import_module

        if name in _MODULES:
            return import_module(f"ocop.{name}")
        value = getattr(import_module(f"ocop.{_HOME[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted(__all__)
