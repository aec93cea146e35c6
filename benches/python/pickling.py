"""A workbook of a million cells through pickle and back: to a worker process, a cache, a queue."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np

import tabulith
import workloads
from measure import Bar, Contest, Contestant, Sample, Wrong, demand, timed
from peers import Rust, library

# 50 milliseconds for a million cells.
BAR = Bar(50)

COLUMNS = 5


def build(rows: int, rust: Rust) -> Contest:
    """The contest over as many cells as there are rows elsewhere: a column of numbers, four of formulas.

    IronCalc has a tenth of them, as setting a million takes it too long.
    """
    numbers = workloads.eighths(rows // COLUMNS)
    contest = Contest("ns/cell", 1e-9)
    contest.add("tabulith", lambda: ours("tabulith", numbers, in_band))
    contest.add("tabulith, buffers", lambda: ours("tabulith, buffers", numbers, out_of_band))
    contest.add("Rust", lambda: in_rust(numbers, rust))
    contest.add("numpy, values alone", lambda: values("numpy, values alone", columns(numbers)))
    contest.add("polars, values alone", lambda: values("polars, values alone", polars(numbers)))
    contest.add("IronCalc 1/10", lambda: ironcalc(numbers))
    return contest


def columns(numbers: np.ndarray) -> list[np.ndarray]:
    """The values of all columns."""
    b = numbers * 1.5 + 1
    c = np.where(b > 500, b * 2, b - 1)
    return [numbers, b, c, b + c, b + c - numbers]


def in_band(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing, 5))


def out_of_band(thing: Any) -> Any:
    """The large pieces go beside the pickle, as they do through shared memory."""
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(thing, 5, buffer_callback=buffers.append)
    return pickle.loads(pickled, buffers=buffers)


def ours(name: str, numbers: np.ndarray, there_and_back: Any) -> Contestant:
    rows = len(numbers)
    book = workloads.filled(numbers)
    book["S"][f"E1:E{rows}"] = "=D1-A1"
    book = book.fork()
    made: dict[str, Any] = {}

    def run() -> Sample:
        made.clear()
        made["book"], sample = timed(lambda: there_and_back(book))
        return sample.shared(COLUMNS * rows)

    def check() -> None:
        again: tabulith.Workbook = made["book"]
        for letter, column in zip("ABCDE", columns(numbers)):
            if not np.array_equal(again[f"S!{letter}1:{letter}{rows}"].to_numpy(), column):
                raise Wrong(f"column {letter} differs")
        demand(again.cell(f"S!E{rows}").formula, f"=D{rows}-A{rows}", "the last formula")

    return Contestant(name, run, check)


def in_rust(numbers: np.ndarray, rust: Rust) -> Contestant:
    rust.started()
    found: dict[str, Any] = {}

    def run() -> Sample:
        found["sum"], sample = rust.run("bytes", len(numbers))
        return sample.shared(COLUMNS * len(numbers))

    return Contestant("Rust", run, lambda: demand(found["sum"], float(columns(numbers)[-1].sum()), "the sum"))


def values(name: str, thing: Any) -> Contestant:
    """What has no formulas: the values alone."""
    made: dict[str, Any] = {}

    def run() -> Sample:
        made.clear()
        made["again"], sample = timed(lambda: in_band(thing))
        return sample.shared(sum(len(column) for column in thing))

    def check() -> None:
        again = made["again"]
        if not all(np.array_equal(own, other) for own, other in zip(thing, again)):
            raise Wrong("a column differs")

    return Contestant(name, run, check)


def polars(numbers: np.ndarray) -> Any:
    return library("polars").DataFrame(dict(zip("ABCDE", columns(numbers))))


def ironcalc(numbers: np.ndarray) -> Contestant:
    """IronCalc's own bytes."""
    ic = library("ironcalc")
    rows = len(numbers) // 10
    book = ic.create("m", "en", "UTC", "en")
    formulas = [*workloads.FORMULAS.values(), "=D{row}-A{row}"]
    for row, number in enumerate(numbers[:rows].tolist(), 1):
        book.update_cell_with_number(0, row, 1, number)
        for column, formula in enumerate(formulas, 2):
            book.update_cell_with_formula(0, row, column, formula.format(row=row))
    book.evaluate()
    made: dict[str, Any] = {}

    def run() -> Sample:
        made["book"], sample = timed(lambda: ic.load_from_bytes(book.to_bytes(), "en"))
        return sample.shared(COLUMNS * rows)

    def check() -> None:
        demand(made["book"].get_cell_value(0, rows, COLUMNS), float(columns(numbers)[-1][rows - 1]), "the last cell")

    return Contestant("IronCalc 1/10", run, check)
