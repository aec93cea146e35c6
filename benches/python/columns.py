"""A column of numpy set, three columns of formulas filled, the last one read back; each time in a new workbook."""

from __future__ import annotations

from typing import Any

import numpy as np

import tabulith
import workloads
from measure import Bar, Contest, Contestant, Sample, Wrong, demand, timed
from peers import Rust, library

BAR = Bar(1.3, "Rust")


def build(rows: int, rust: Rust) -> Contest:
    """The contest; formualizer, which takes many seconds for a million rows, has a tenth of them."""
    contest = Contest("ns/row", 1e-9)
    contest.add("tabulith", lambda: contestant("tabulith", rows, ours))
    contest.add("Rust", lambda: in_rust(rows, rust))
    contest.add("numpy", lambda: contestant("numpy", rows, workloads.expected))
    contest.add("polars", lambda: contestant("polars", rows, polars()))
    contest.add("formualizer 1/10", lambda: contestant("formualizer 1/10", rows // 10, formualizer()))
    return contest


def contestant(name: str, rows: int, work: Any) -> Contestant:
    """One that makes the last column of the numbers in A."""
    numbers = workloads.eighths(rows)
    made: dict[str, Any] = {}

    def run() -> Sample:
        made["last"], sample = timed(lambda: work(numbers))
        return sample.shared(rows)

    def check() -> None:
        column = made["last"][1] if isinstance(made["last"], tuple) else made["last"]
        differ = np.flatnonzero(np.asarray(column) != workloads.expected(numbers))
        if len(differ):
            raise Wrong(f"{len(differ)} of {rows} numbers differ, the first in row {differ[0] + 1}")

    return Contestant(name, run, check)


def ours(numbers: np.ndarray) -> tuple[tabulith.Workbook, np.ndarray]:
    book = workloads.filled(numbers)
    return book, book[f"S!D1:D{len(numbers)}"].to_numpy()


def in_rust(rows: int, rust: Rust) -> Contestant:
    rust.started()
    found: dict[str, Any] = {}

    def run() -> Sample:
        found["sums"], sample = rust.run("columns", rows)
        return sample.shared(rows)

    def check() -> None:
        last = workloads.expected(workloads.eighths(rows))
        demand(found["sums"], [float(last.sum()), float(last[-1])], "the sum and the last number")

    return Contestant("Rust", run, check)


def polars() -> Any:
    pl = library("polars")

    def work(numbers: np.ndarray) -> Any:
        b, a = pl.col("b"), pl.col("a")
        frame = pl.DataFrame({"a": numbers}).with_columns(b=a * 1.5 + 1)
        frame = frame.with_columns(c=pl.when(b > 500).then(b * 2).otherwise(b - 1))
        return frame.with_columns(d=b + pl.col("c"))["d"].to_numpy()

    return work


def formualizer() -> Any:
    fz = library("formualizer")

    def work(numbers: np.ndarray) -> Any:
        rows = len(numbers)
        book = fz.Workbook()
        sheet = book.sheet("S")
        sheet.set_values_batch(1, 1, rows, 1, [[number] for number in numbers.tolist()])
        for column, formula in enumerate(workloads.FORMULAS.values(), 2):
            texts = [[formula.format(row=row)] for row in range(1, rows + 1)]
            sheet.set_formulas_batch(1, column, rows, 1, texts)
        book.evaluate_all()
        cells = sheet.get_values(fz.RangeAddress("S", 1, 4, rows, 4))
        return np.array([row[0] for row in cells])

    return work
