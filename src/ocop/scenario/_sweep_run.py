"""A sweep under way: pieces are done here or by an executor, and nothing is lost with a worker."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from contextlib import suppress

from attrs import define, evolve, field

from ocop.errors import OcopError
from ocop.scenario._sweep_tally import Tally
from ocop.scenario._sweep_work import Counts, Piece, Question, Work, work_on

__all__ = ["Runner"]

FIRST_PIECES, MOST_PIECES = 8, 128
"""Pieces that an executor has at a time, at first and at most: one more with each that is done."""

Told = Callable[[int, int | None], object]
Task = tuple[int, str, Piece]
"""Number of a piece, digest of what it asks, and the piece."""


@define(eq=False, kw_only=True)
class Runner:
    """Does the pieces that are not done yet.

    Attributes
    ----------
    redone : int
        Scenarios that an executor was asked for in vain.
    why : BaseException or None
        What it said, the first time.
    """

    question: Question
    tally: Tally
    executor: Executor | None
    threads: int | None
    progress: Told | None
    total: int | None
    redone: int = field(init=False, default=0)
    why: BaseException | None = field(init=False, default=None)
    _work: Work | None = field(init=False, default=None)

    def run(self, tasks: Iterator[Task]) -> None:
        """Do all tasks; what is done is kept whatever happens."""
        todo = self._new(tasks)
        try:
            if self.executor is not None:
                self._spread(todo)
            for task in todo:
                self._done(task, self._here(task))
        except BaseException:
            # What went wrong first is what is told.
            with suppress(OcopError):
                self.tally.save()
            raise
        self.tally.save()

    def _new(self, tasks: Iterator[Task]) -> Iterator[Task]:
        """Yield the tasks that the tally does not have."""
        number = -1
        for task in tasks:
            number, digest, _ = task
            kept = self.tally.digests.get(number)
            if kept is None:
                yield task
            elif kept != digest:
                self.tally.turn_away("the file belongs to a sweep over other scenarios")
        if any(kept > number for kept in self.tally.digests):
            self.tally.turn_away("the file belongs to a sweep over more scenarios")

    def _done(self, task: Task, counts: Counts) -> None:
        number, digest, _ = task
        self.tally.add(number, digest, counts)
        if self.progress is not None:
            self.progress(self.tally.scenarios, self.total)

    def _here(self, task: Task) -> Counts:
        if self._work is None:
            self._work = Work(self.question)
        return self._work.count(task[2], self.threads)

    def _spread(self, todo: Iterator[Task]) -> None:
        """Give tasks to the executor as long as it takes them."""
        # The users' own columns stay here: workers count stars and ranks.
        batches = tuple(evolve(b, columns={}, origin=None) for b in self.question.batches)
        packed = pickle.dumps(evolve(self.question, batches=batches))
        name = hashlib.sha256(packed).hexdigest()
        running: dict[Future[Counts | None], Task] = {}

        def submit(task: Task, *, whole: bool) -> bool:
            """Say whether a task was taken; else it is done here."""
            assert self.executor is not None
            given = packed if whole else None
            try:
                running[self.executor.submit(work_on, name, given, task[2])] = task
            except Exception as error:
                self._redo(task, error)
                return False
            return True

        going, room = True, FIRST_PIECES
        try:
            while going or running:
                while going and len(running) < room:
                    task = next(todo, None)
                    going = task is not None and submit(task, whole=False)
                if not running:
                    break
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    task = running.pop(future)
                    counts, error = _outcome(future)
                    if error is not None:
                        self._redo(task, error)
                    elif counts is not None:
                        self._done(task, counts)
                        room = min(room + 1, MOST_PIECES)
                    else:
                        # This worker does not have the question yet.
                        going &= submit(task, whole=True)
        finally:
            for future in running:
                future.cancel()

    def _redo(self, task: Task, error: BaseException) -> None:
        """Do in this process what the executor did not."""
        self.why = self.why or error
        self.redone += task[2].count
        self._done(task, self._here(task))


def _outcome(future: Future[Counts | None]) -> tuple[Counts | None, BaseException | None]:
    try:
        return future.result(), None
    except (Exception, CancelledError) as error:
        return None, error
