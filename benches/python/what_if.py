"""Fork a model, change an input that 500 of its 2,000 formulas depend on, read one output, from a loop.

formualizer and IronCalc have no forks: they change the one model that they have, in place.
"""

from __future__ import annotations

from typing import Any

import tabulith
import workloads
from measure import Bar, Contest, Contestant, Sample, demand, timed
from peers import Rust, library

# 4,000 a second.
BAR = Bar(250)

TURNS = 100
OUTPUT = f"B{workloads.MODEL_ROWS}"


def build(rows: int, rust: Rust) -> Contest:
    """The contest; the model is always the same."""
    contest = Contest("us", 1e-6)
    contest.add("tabulith", lambda: contestant("tabulith", ours()))
    contest.add("Rust", lambda: in_rust(rust))
    contest.add("formualizer", lambda: contestant("formualizer", formualizer(whole=True)))
    contest.add("formualizer one cell", lambda: contestant("formualizer one cell", formualizer(whole=False)))
    contest.add("IronCalc", lambda: contestant("IronCalc", ironcalc()))
    return contest


def contestant(name: str, tried: Any) -> Contestant:
    """One that gives the output for an input: a new number in each turn."""
    state: dict[str, Any] = {"turns": 0}

    def loop() -> None:
        first = state["turns"]
        for turn in range(first, first + TURNS):
            value = turn / 8
            output = tried(value)
        state["last"] = (value, output)

    def run() -> Sample:
        _, sample = timed(loop)
        state["turns"] += TURNS
        return sample.shared(TURNS)

    def check() -> None:
        value, output = state["last"]
        demand(output, workloads.model_output(value), f"{OUTPUT} for {value}")

    return Contestant(name, run, check)


def ours() -> Any:
    book = tabulith.Workbook()
    sheet = book.add_sheet("S")
    with book.transaction():
        for address, content in workloads.model_cells().items():
            sheet[address] = content
    model = book.fork()

    def tried(value: float) -> float:
        sheet = model.fork()["S"]
        sheet["A1"] = value
        return sheet[OUTPUT]

    return tried


def in_rust(rust: Rust) -> Contestant:
    rust.started()
    found: dict[str, Any] = {}

    def run() -> Sample:
        found["last"], sample = rust.run("what_if", TURNS)
        return sample.shared(TURNS)

    def check() -> None:
        value, output = found["last"]
        demand(output, workloads.model_output(value), f"{OUTPUT} for {value}")

    return Contestant("Rust", run, check)


def place(address: str) -> tuple[int, int]:
    """The row and the column of an address, from 1."""
    return int(address[1:]), ord(address[0]) - ord("A") + 1


def formualizer(whole: bool) -> Any:
    """With `whole` all that depends on the input is computed, as in the others; without it what the output needs."""
    book = library("formualizer").Workbook()
    book.add_sheet("S")
    for address, content in workloads.model_cells().items():
        put = book.set_formula if isinstance(content, str) else book.set_value
        put("S", *place(address), content)
    book.evaluate_all()

    def tried(value: float) -> float:
        book.set_value("S", 1, 1, value)
        if not whole:
            return book.evaluate_cell("S", *place(OUTPUT))
        book.evaluate_all()
        return book.get_value("S", *place(OUTPUT))

    return tried


def ironcalc() -> Any:
    book = library("ironcalc").create("m", "en", "UTC", "en")
    for address, content in workloads.model_cells().items():
        put = book.update_cell_with_formula if isinstance(content, str) else book.update_cell_with_number
        put(0, *place(address), content)

    def tried(value: float) -> float:
        book.update_cell_with_number(0, 1, 1, value)
        book.evaluate()
        return book.get_cell_value(0, *place(OUTPUT))

    return tried
