"""The jobs of ``tools/same_bytes.py``: writes every kind of result once, prints their SHA-256.

``python tools/same_jobs.py FOLDER``. The surroundings say by variables how to do it:
``SAME_ORDER`` (reversed, shuffled) is the order of the rows of an input on which results must not
depend, ``SAME_THREADS`` how many threads score, ``SAME_FAST`` that compiled loops do.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import random
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np

import ocop
from ocop.cli.main import cli

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PROVINCE, DISTRICT = EXAMPLES / "province-made-up.csv", EXAMPLES / "district-made-up.csv"
LEVERS, REFORM = EXAMPLES / "levers.yaml", EXAMPLES / "reform-quality-first.yaml"
LAW = ["--decision", "qd-26-2026"]
KEEP = ["--keep", "name,commune"]
FAST = os.environ.get("SAME_FAST") == "1"
THREADS = int(os.environ.get("SAME_THREADS", "0")) or None


def ordered(source: Path, target: Path) -> Path:
    """Write a CSV file with its rows in the order that the surroundings ask for."""
    head, *rows = source.read_bytes().splitlines(keepends=True)
    order = os.environ.get("SAME_ORDER")
    if order == "reversed":
        rows.reverse()
    elif order == "shuffled":
        random.Random(5).shuffle(rows)
    target.write_bytes(head + b"".join(rows))
    return target


def councils(target: Path) -> Path:
    """Write the sheets of three assessors for some products of tea."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    rng = random.Random(3)
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["product", "set", "assessor", *tea.codes])
        for product in ("chè-1", "chè-2", "Đ-3"):
            for who in ("Ân", "Bình", "chi"):
                # Only options that belong to no case, so that none are mixed.
                own = [
                    [0] + [n for n, o in enumerate(i.criterion.options, 1) if not o.case]
                    for i in tea.items
                ]
                writer.writerow([product, 11, who, *map(rng.choice, own)])
    return target


def commands(home: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield names of outputs with the command that writes each."""
    fixed, free = str(PROVINCE), str(ordered(PROVINCE, home / "free.csv"))
    assessed = str(councils(home / "assessed.csv"))
    for end in ("csv", "json", "ndjson", "xlsx"):
        yield f"score.{end}", ["score", fixed, *LAW, *KEEP]
        yield f"rank.{end}", ["rank", free, *LAW, *KEEP]
        yield f"rank-within.{end}", ["rank", free, *LAW, *KEEP, "--within", "commune", "--top", "3"]
    yield "rank-vi.xlsx", ["rank", free, *LAW, *KEEP, "--ties", "ordinal", "--lang", "vi"]
    yield "score.txt", ["score", fixed, *LAW, *KEEP, "--format", "table"]
    for end in ("npz", "parquet"):
        yield f"pack.{end}", ["pack", fixed, *LAW, *KEEP]
        yield f"synth.{end}", ["synth", "--products", "300", *LAW, "--seed", "7"]
    yield "template.csv", ["template", "--set", "tea", *LAW, "--lang", "vi"]
    yield "form.xlsx", ["template", "--set", "tea", *LAW, "--lang", "vi", "--product", "Chè"]
    yield "form-rows.xlsx", ["template", "--set", "tea", *LAW, "--layout", "rows"]
    for end in ("csv", "json", "xlsx"):
        yield f"council.{end}", ["council", assessed, *LAW]
    yield "agreement.json", ["council", assessed, *LAW, "--agree", "--format", "json"]
    yield "explain.json", ["explain", str(EXAMPLES / "durian-2022.csv"), "--set", "1",
                           "--decision", "qd-781-2020", "--format", "json"]  # fmt: skip
    yield "held-back.csv", ["explain", free, *LAW, *KEEP, "--by", "commune", "--format", "csv"]
    yield "upgrade.csv", ["upgrade", fixed, *LAW, *KEEP, "--format", "csv"]
    for end in ("csv", "json"):
        yield f"translate.{end}", ["translate", str(EXAMPLES / "durian-2022.csv"), "--set", "1",
                                   "--decision", "qd-781-2020", "--to", "qd-148-2023"]  # fmt: skip
        yield f"synth.{end}", ["synth", "--products", "300", *LAW, "--seed", "7"]
        draws = ["--draws", "200", "--points", "1", "--seed", "7"]
        yield f"simulate.{end}", ["simulate", free, *LAW, *KEEP, *draws]
        yield f"levers.{end}", ["simulate", free, *KEEP, "--levers", str(LEVERS), "--sample", "40",
                                "--seed", "7"]  # fmt: skip
    yield "by-product.csv", ["simulate", fixed, *LAW, *KEEP, *draws, "--by-product", "--ranks"]
    told = ["sensitivity", free, *KEEP, "--levers", str(LEVERS), "--format", "json"]
    yield "tornado.json", told
    yield "pawn.json", [*told, "--method", "pawn", "--samples", "256", "--seed", "7"]
    yield "compare.json", ["compare", "qd-148-2023", "qd-26-2026", "--format", "json"]
    yield "crosswalk.csv", ["crosswalk", "qd-148-2023", "qd-26-2026", "--format", "csv"]
    yield "show.json", ["show", "qd-26-2026", "tea", "--format", "json"]
    yield "verify.json", ["verify", str(home / "rank.json"), "--sheets", free, "--format", "json"]


WITHOUT_OUTPUT = ("sensitivity", "show", "verify")
"""Commands that write to standard output alone."""

WITH_FAST = ("simulate", "sensitivity")


def written(name: str, args: list[str], home: Path) -> bytes:
    """Run a command and return the bytes that it wrote."""
    out = home / name
    to_file = args[0] not in WITHOUT_OUTPUT and not name.endswith(".txt")
    if FAST and args[0] in WITH_FAST:
        args = [*args, "--fast"]
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8", newline="")
    with redirect_stdout(stream), redirect_stderr(io.StringIO()):
        cli([*args, *(["-o", str(out)] if to_file else [])], standalone_mode=False)
        stream.flush()
    if to_file:
        return out.read_bytes()
    # What names its input is asked about the same one, in a folder of this run.
    return raw.getvalue().replace(str(home).encode(), b"HOME")


def from_python(home: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what only Python gives: arrays, reprs, HTML, digests, a decision as files, pictures."""
    batches = ocop.read_sheets(home / "free.csv", "qd-26-2026", keep=("name", "commune"), fast=FAST)
    scores = [ocop.score(batch, threads=THREADS, fast=FAST) for batch in batches]
    ranking = ocop.rank(scores, fast=FAST)
    shown = [ocop.decision("qd-26-2026"), batches[0].criteria_set, ranking, ranking.top(5)]
    for name, each in enumerate(shown):
        yield f"repr-{name}", repr(each).encode()
        yield f"html-{name}", each._repr_html_().encode()
    yield "ranking-head", repr(ranking.head(20)).encode()
    yield "digests of sheets", "".join(batch.digest for batch in batches).encode()
    tea = ocop.criteria_set("qd-26-2026", "tea")
    many = ocop.synthesize(tea, products=100_000, rng=1).sheets[0]
    told = ocop.score(many, threads=THREADS, fast=FAST)
    arrays = (told.parts, told.total, told.band, told.star, told.answered, told.excluded)
    yield "arrays of scores", b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)
    yield "ranks", ocop.rank(told, fast=FAST).ranks.astype("<i8").tobytes()
    few = ocop.Sheets(criteria_set=tea, products=many.products[:500], answers=many.answers[:500])
    chances = ocop.star_probabilities(few, up=0.1, down=0.05)
    yield "star chances", chances.probabilities.astype("<f8").tobytes()
    noise = ocop.simulate_noise(few, draws=50, rng=7, up=0.1)
    yield "noise", np.asarray(noise.frequencies).astype("<i8").tobytes()
    folder = home / "decision"
    ocop.dump_decision(ocop.apply_reform(ocop.load_reform(REFORM), "qd-26-2026").decision, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    texts = (
        f"{path.relative_to(folder).as_posix()}\n".encode() + path.read_bytes() for path in files
    )
    yield "dumped decision", b"".join(texts)


def main() -> None:
    """Do every job; print a JSON object of digests by name."""
    home = Path(sys.argv[1])
    digests: dict[str, str] = {}
    outputs: list[Any] = []
    for name, args in commands(home):
        outputs.append((name, written(name, args, home)))
    for name, content in (*outputs, *from_python(home)):
        assert content, f"{name} is empty"
        digests[name] = hashlib.sha256(content).hexdigest()
    sys.stdout.buffer.write(json.dumps(digests).encode())


if __name__ == "__main__":
    main()
