"""What the benchmarks work on: columns of numbers, formulas filled down beside them, a model of many formulas."""

from __future__ import annotations

import numpy as np

import tabulith

# Filled down beside a column of numbers in A, so that all results are exact.
FORMULAS = {"B": "=A{row}*1.5+1", "C": "=IF(B{row}>500,B{row}*2,B{row}-1)", "D": "=B{row}+C{row}"}

# A model of 2,000 different formulas, as `benches/src/model.rs` has it.
MODEL_COLUMNS = "BCDE"
MODEL_ROWS = 500
MODEL_STEPS = 5


def eighths(rows: int) -> np.ndarray:
    """A column of numbers, the same as in Rust."""
    return np.arange(rows, dtype=np.int64) * 7_919 % 10_007 / 8.0


def filled(numbers: np.ndarray) -> tabulith.Workbook:
    """A workbook with the numbers in A and three columns of formulas, each an edit of its own."""
    rows = len(numbers)
    book = tabulith.Workbook()
    sheet = book.add_sheet("S")
    sheet[f"A1:A{rows}"] = numbers
    for column, formula in FORMULAS.items():
        sheet[f"{column}1:{column}{rows}"] = formula.format(row=1)
    return book


def expected(numbers: np.ndarray) -> np.ndarray:
    """What the last of the formulas gives, by numpy."""
    b = numbers * 1.5 + 1
    return b + np.where(b > 500, b * 2, b - 1)


def model_cells() -> dict[str, float | str]:
    """The cells of the model: inputs in A1:A4, 500 formulas below each other in B to E."""
    cells: dict[str, float | str] = {}
    for number, letter in enumerate(MODEL_COLUMNS, 1):
        cells[f"A{number}"] = float(number)
        for row in range(1, MODEL_ROWS + 1):
            begins = row % MODEL_STEPS == 1
            cells[f"{letter}{row}"] = f"=$A${number}*{row}" if begins else f"={letter}{row - 1}+{row}"
    return cells


def model_output(value: float) -> float:
    """What B500 shows with a number in A1, as a plain program computes it."""
    first = MODEL_ROWS - MODEL_STEPS + 1
    return value * first + sum(range(first + 1, MODEL_ROWS + 1))
