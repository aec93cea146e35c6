"""One cell set and one dependent cell read, from a loop: what a service or a solver does all day."""

from __future__ import annotations

from typing import Any

import tabulith
import workloads
from measure import Bar, Contest, Contestant, Sample, demand, timed
from peers import Rust, library

BAR = Bar(10)

# Rows of the workbook; a column of formulas stands beside a column of numbers.
ROWS = 10_000
# Rows of the workbook of those that compute all of it in each round.
FEW_ROWS = 100
TURNS = 1_000


def build(rows: int, rust: Rust) -> Contest:
    """The contest; the number of rows is always the same."""
    contest = Contest("us", 1e-6)
    contest.add("tabulith", lambda: contestant("tabulith", by_address()))
    contest.add("tabulith, cells", lambda: contestant("tabulith, cells", by_cells()))
    contest.add("Rust", lambda: in_rust(rust))
    contest.add("formualizer", lambda: contestant("formualizer", formualizer()))
    contest.add("IronCalc 1/100", lambda: contestant("IronCalc 1/100", ironcalc(), FEW_ROWS))
    return contest


def contestant(name: str, loop: Any, rows: int = ROWS) -> Contestant:
    """One that goes through the rows in turn; `loop(turns)` gives the sum of what it has read."""
    found: dict[str, Any] = {}
    turns = min(TURNS, rows)

    def run() -> Sample:
        found["sum"], sample = timed(lambda: loop(turns))
        return sample.shared(turns)

    return Contestant(name, run, lambda: demand(found["sum"], expected(turns), "the sum"))


def expected(turns: int) -> float:
    return sum(turn * 1.5 + 1 for turn in range(turns))


def book() -> tabulith.Workbook:
    made = tabulith.Workbook()
    sheet = made.add_sheet("S")
    sheet[f"A1:A{ROWS}"] = workloads.eighths(ROWS)
    sheet[f"B1:B{ROWS}"] = "=A1*1.5+1"
    return made


def by_address() -> Any:
    sheet = book()["S"]

    def loop(turns: int) -> float:
        total = 0.0
        for turn in range(turns):
            sheet[f"A{turn + 1}"] = float(turn)
            total += sheet[f"B{turn + 1}"]
        return total

    return loop


def by_cells() -> Any:
    """Objects for the cells, which are made once."""
    sheet = book()["S"]
    inputs = [sheet.cell(f"A{row}") for row in range(1, ROWS + 1)]
    outputs = [sheet.cell(f"B{row}") for row in range(1, ROWS + 1)]

    def loop(turns: int) -> float:
        total = 0.0
        for turn in range(turns):
            inputs[turn].value = float(turn)
            total += outputs[turn].value
        return total

    return loop


def in_rust(rust: Rust) -> Contestant:
    rust.started()
    found: dict[str, Any] = {}

    def run() -> Sample:
        found["sum"], sample = rust.run("round", TURNS)
        return sample.shared(TURNS)

    return Contestant("Rust", run, lambda: demand(found["sum"], expected(TURNS), "the sum"))


def formualizer() -> Any:
    fz = library("formualizer")
    made = fz.Workbook()
    sheet = made.sheet("S")
    sheet.set_values_batch(1, 1, ROWS, 1, [[number] for number in workloads.eighths(ROWS).tolist()])
    sheet.set_formulas_batch(1, 2, ROWS, 1, [[f"=A{row}*1.5+1"] for row in range(1, ROWS + 1)])
    made.evaluate_all()

    def loop(turns: int) -> float:
        total = 0.0
        for turn in range(turns):
            made.set_value("S", turn + 1, 1, float(turn))
            total += made.evaluate_cell("S", turn + 1, 2)
        return total

    return loop


def ironcalc() -> Any:
    made = library("ironcalc").create("m", "en", "UTC", "en")
    for row in range(1, FEW_ROWS + 1):
        made.update_cell_with_number(0, row, 1, 0.0)
        made.update_cell_with_formula(0, row, 2, f"=A{row}*1.5+1")

    def loop(turns: int) -> float:
        total = 0.0
        for turn in range(turns):
            made.update_cell_with_number(0, turn + 1, 1, float(turn))
            made.evaluate()
            total += made.get_cell_value(0, turn + 1, 2)
        return total

    return loop
