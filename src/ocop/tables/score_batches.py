"""Scores of Arrow batches, one after the other: for engines that hold the data themselves.

A batch goes in, its results come out, in the order of its rows; nothing of it stays. So any number
of sheets is scored in the memory that one batch takes, here or in the workers of a cluster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from attrs import field, frozen

from ocop.errors import InputError
from ocop.law.catalogue import criteria_set, decision
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._batch_columns import pyarrow
from ocop.tables._batch_scores import result_batches, result_schema, spark_ddl
from ocop.tables._batch_sheets import BatchReader
from ocop.tables._batch_source import record_batches
from ocop.tables._header import read_header
from ocop.tables._rows import clean_header

__all__ = ["BatchScorer", "score_batches"]


def _law(given: str | Decision) -> Decision:
    return decision(given) if isinstance(given, str) else given


def _names(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clean_header(list(given))))


@frozen(eq=False, repr=False)
class BatchScorer:
    """Scores Arrow batches of sheets; it pickles with its law and goes to any worker.

    Call it with batches; it returns an iterator of batches, so that it is itself the function that
    Spark's ``mapInArrow`` takes.

    Parameters
    ----------
    law : str or Decision
        The decision, or its id. It travels with the scorer: a worker need not have it.
    set : int or str, optional
        Number or product group of the criteria set, where batches have no column ``set``.
    keep : sequence of str, optional
        Columns of text to carry along, ``assessor`` among them; any other column is an error.

    Raises
    ------
    InputError
        ``name-taken``.
    UnknownDecisionError, UnknownSetError, NotTranscribedError
        Where `law` or `set` does not exist.

    See Also
    --------
    score_batches : The columns that batches have, and what is wrong with them.

    Examples
    --------
    >>> import ocop, pickle
    >>> scorer = BatchScorer("qd-26-2026", set="tea", keep=["commune"])
    >>> scorer
    <BatchScorer qd-26-2026 set 11 tea, keeps commune>
    >>> scorer.ddl[:47]
    '`product` string, `set` smallint, `commune` str'
    >>> pickle.loads(pickle.dumps(scorer))
    <BatchScorer qd-26-2026 set 11 tea, keeps commune>
    """

    law: Decision = field(converter=_law)
    set: int | str | None = field(default=None, kw_only=True)
    keep: tuple[str, ...] = field(default=(), converter=_names, kw_only=True)

    def __attrs_post_init__(self) -> None:
        others = [name for name in self.keep if name != "assessor"]
        header = read_header(["product", "set", *others], self.law, self._fixed, others, "keep")
        taken = [problem for problem in header.problems if problem.code == "name-taken"]
        if taken:
            raise InputError([replace(problem, line=None) for problem in taken])

    def __repr__(self) -> str:
        fixed = self._fixed
        which = "" if fixed is None else f" set {fixed.number} {fixed.group.slug}"
        keeps = f", keeps {', '.join(self.keep)}" if self.keep else ""
        return f"<BatchScorer {self.law.id}{which}{keeps}>"

    def __call__(self, batches: Any) -> Iterator[Any]:
        """Return the results of batches one by one, as `score_batches` does."""
        arrow = pyarrow()
        reader = BatchReader(self.law, self._fixed, self.keep, arrow)
        return _results(reader, record_batches(batches, arrow), self.schema, arrow)

    @property
    def _fixed(self) -> CriteriaSet | None:
        return None if self.set is None else criteria_set(self.law, self.set)

    @property
    def schema(self) -> Any:
        """The Arrow schema of results, a `pyarrow.Schema`.

        Its metadata names the version of ocop, the decision and its digest.
        """
        return result_schema(self.law, self.keep, pyarrow())

    @property
    def ddl(self) -> str:
        """The schema of results as Spark writes it; needs no pyarrow."""
        return spark_ddl(self.law, self.keep)


def _results(reader: BatchReader, batches: Iterator[Any], schema: Any, arrow: Any) -> Iterator[Any]:
    for batch in batches:
        yield from result_batches(reader.read(batch), schema, arrow)


def score_batches(
    batches: Any,
    law: str | Decision,
    *,
    set: int | str | None = None,  # noqa: A002 - the field's word, as on the command line
    keep: Sequence[str] = (),
) -> Iterator[Any]:
    """Score Arrow batches of sheets one after the other (extra ``arrow``).

    A batch has one row a product, in one of two forms:

    Wide: columns named by printed criterion codes hold the position of the option from 1, 0 for
    none met, null for unanswered. ``1_1`` may stand for ``1.1``, since engines such as Spark take a
    dot in a name for something else.

    Packed: columns ``word_0``, ``word_1`` and so on hold the answers as `dump_sheets` writes them;
    see `ocop.scoring.packing`. A column ``row`` is passed over. Where the schema brings the header
    of such a file, the answers must be of this decision.

    In both: ``product``, text; ``set``, number or product group, unless `set` names one for all;
    optional ``findings``, text of ids joined by ``;``, or a whole number with one bit each.

    Whole numbers may be of any type, decimals without places included, text of any type. The result
    is that of `score` for the same sheets, however they are cut into batches. A product that
    stands twice is scored twice: nothing is remembered.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch, or any Arrow stream
        Batches, a reader of them, or anything with ``__arrow_c_stream__``: tables, frames. An item
        may itself be a table.
    law : str or Decision
        The decision, or its id.
    set : int or str, optional
        Number or product group of the criteria set, where batches have no column ``set``.
    keep : sequence of str, optional
        Columns of text to carry along, ``assessor`` among them; any other column is an error.

    Returns
    -------
    iterator of pyarrow.RecordBatch
        The columns of `ocop score`: ``product``, ``set``, those kept, a column a part, ``total``,
        ``band``, ``star`` (null where excluded), ``answered``, ``of``, ``missing_floors``,
        ``excluded``. A batch for each batch; one of more than 65,536 rows comes out in pieces.

    Raises
    ------
    SheetError
        With every problem of the first batch that has any, before results of it come out; `line`
        is the row, counted over the stream from 1, `column` the place of the column from 1.
        ``unknown-column``, ``missing-column``, ``duplicate-column``, ``unknown-criterion``,
        ``wrong-type``, ``wrong-dtype``, ``not-utf8``, ``missing-product``, ``bad-character``,
        ``unknown-set``, ``set-differs``, ``set-not-transcribed``, ``option-out-of-range``,
        ``criterion-not-in-set``, ``mixed-cases``, ``unknown-finding``, ``out-of-range``; of words
        also ``null-value``, ``stray-bits``, and of their header ``decision-differs``,
        ``digest-differs`` and the others of `load_sheets`.
    InputError
        ``wrong-type`` where `batches` holds something else, ``name-taken``.
    MissingExtraError
        ``missing-extra``.
    UnknownDecisionError, UnknownSetError, NotTranscribedError
        Where `law` or `set` does not exist.

    See Also
    --------
    BatchScorer : The same as an object that pickles, with the schema of results.

    Examples
    --------
    >>> import ocop
    >>> import pyarrow as pa
    >>> codes = ocop.criteria_set("qd-26-2026", "tea").codes
    >>> sheets = pa.table({"product": ["T-01", "T-02"]} | {code: [2, None] for code in codes})
    >>> (result,) = score_batches(sheets, "qd-26-2026", set="tea")
    >>> result.select(["product", "total", "star", "answered"]).to_pylist()[0]
    {'product': 'T-01', 'total': 48, 'star': 2, 'answered': 32}
    """
    return BatchScorer(law, set=set, keep=keep)(batches)
