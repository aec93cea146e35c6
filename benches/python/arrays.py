"""A column of formulas read as an array of numpy: into one that is there, and into new memory."""

from __future__ import annotations

from typing import Any

import numpy as np

import workloads
from measure import Bar, Contest, Contestant, Sample, Wrong, timed
from peers import Rust, library

BAR = Bar(1.5)


def build(rows: int, rust: Rust) -> Contest:
    """The contest over so many rows."""
    column = workloads.filled(workloads.eighths(rows))[f"S!D1:D{rows}"]
    last = workloads.expected(workloads.eighths(rows))
    out = np.empty(rows)
    contest = Contest("ms", 1e-3)
    contest.add("tabulith, out=", lambda: contestant("tabulith, out=", last, lambda: column.to_numpy(out=out)))
    contest.add("tabulith, new", lambda: contestant("tabulith, new", last, column.to_numpy))
    contest.add("numpy, out=", lambda: contestant("numpy, out=", last, lambda: copied(out, last)))
    contest.add("numpy, new", lambda: contestant("numpy, new", last, last.copy))
    contest.add("polars, new", lambda: contestant("polars, new", last, polars(last)))
    return contest


def contestant(name: str, last: np.ndarray, work: Any) -> Contestant:
    made: dict[str, Any] = {}

    def run() -> Sample:
        # The array of the last run is let go of before: else its pages could not be used again.
        made.clear()
        made["array"], sample = timed(work)
        return sample

    def check() -> None:
        if not np.array_equal(made["array"], last):
            raise Wrong("the numbers differ")

    return Contestant(name, run, check)


def copied(out: np.ndarray, last: np.ndarray) -> np.ndarray:
    np.copyto(out, last)
    return out


def polars(last: np.ndarray) -> Any:
    series = library("polars").Series(last)
    return lambda: series.to_numpy(writable=True)
