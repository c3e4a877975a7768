"""Content digests of sheets: the same answers give the same digest, whatever held them.

The digest is the SHA-256 of these bytes, one after the other:

1. a line of JSON, without spaces, keys sorted: ``criteria`` (printed codes in order), ``findings``
   (ids in the order of the set's exclusions), ``format`` (``ocop-sheets-digest/1``), ``sheets``
   (their number), ``texts`` (``["product"]``, or ``["product", "assessor"]`` where assessors are
   known); then a line feed;
2. for each of the texts: the number of code points of every sheet's text as 4 bytes, the least
   first, then all texts in UTF-8 without anything between them;
3. for each criterion the answers of all sheets, a byte each: positions from 1, 0 for none met, 255
   for unanswered;
4. the findings of each sheet as 8 bytes, the least first: bit n is the finding n of the list.

The sheets are taken by product and then by assessor, in order of code points. Columns that only
travel along, the rows of a file and the order of its lines are no content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import islice
from operator import le
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ocop.scoring.table import table_of

if TYPE_CHECKING:
    from ocop.scoring.sheet import Sheets

__all__ = ["sheets_digest"]

FORMAT = "ocop-sheets-digest/1"


def sheets_digest(sheets: Sheets) -> str:
    """Return the digest of a batch, as ``sha256:`` and 64 hexadecimal digits."""
    source = sheets.criteria_set
    texts = {"product": sheets.products}
    if sheets.assessors is not None:
        texts["assessor"] = sheets.assessors
    head = {
        "criteria": source.codes,
        "findings": table_of(source).findings,
        "format": FORMAT,
        "sheets": len(sheets),
        "texts": list(texts),
    }
    line = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    found = hashlib.sha256(line.encode() + b"\n")
    order = _order(*texts.values())
    for values in texts.values():
        _add_texts(found, values, order)
    for answers in sheets.answers.T:
        found.update(np.ascontiguousarray(answers if order is None else answers[order]).data)
    findings = sheets.findings
    if findings is None:
        findings = np.zeros(len(sheets), dtype=np.uint64)
    bits = findings if order is None else findings[order]
    found.update(bits.astype("<u8").data)
    return "sha256:" + found.hexdigest()


def _order(*texts: Sequence[str]) -> NDArray[np.int64] | None:
    """Return the order of sheets by their texts; None where they stand in it."""
    keys: Any = texts[0] if len(texts) == 1 else list(zip(*texts, strict=True))
    if all(map(le, keys, islice(keys, 1, None))):
        return None
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)


def _add_texts(found: Any, values: Sequence[str], order: NDArray[np.int64] | None) -> None:
    if order is not None:
        values = [values[n] for n in order.tolist()]
    found.update(np.fromiter(map(len, values), dtype="<u4", count=len(values)).data)
    # Sheets made in memory may hold half of a pair, which no file does.
    found.update("".join(values).encode("utf-8", errors="surrogatepass"))
