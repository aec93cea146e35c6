"""A workbook that Excel saved is opened, an input changed, an output read, and the whole saved, all values new."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

import tabulith
from measure import Absent, Contest, Contestant, Sample, Wrong, demand, timed
from peers import ROOT, Rust, library

BAR = None

# 13,176 formulas, a table of products: row 2 by column A; the input is a factor of 1,098 of them.
BOOK = ROOT / "fixtures" / "excel" / "poi" / "51710.xlsx"
SHEET, INPUT, OUTPUT = "Sheet1", "B2", "B3"
FACTORS, PRODUCTS = "A3:A1100", "B3:B1100"

# What opens the file, sets the input, saves to a path, and gives the output.
Work = Callable[[Path, float], float]


def build(rows: int, rust: Rust) -> Contest:
    """The contest; the workbook is always the same."""
    contest = Contest("ms", 1e-3)
    contest.add("tabulith", lambda: contestant("tabulith", ours))
    contest.add("formualizer", lambda: contestant("formualizer", formualizer()))
    contest.add("IronCalc", lambda: contestant("IronCalc", ironcalc()))
    contest.add("openpyxl + LibreOffice", lambda: contestant("openpyxl + LibreOffice", openpyxl_and_libreoffice()))
    contest.add("formulas", lambda: contestant("formulas", formulas()))
    return contest


def contestant(name: str, work: Work) -> Contestant:
    """One that works in a folder of its own, with another input each time."""
    folder = tempfile.TemporaryDirectory()
    target = Path(folder.name) / "changed.xlsx"
    factors = np.nan_to_num(tabulith.open(BOOK)[SHEET][FACTORS].to_numpy())
    state = {"input": 10.0, "output": 0.0}

    def run() -> Sample:
        state["input"] += 1
        target.unlink(missing_ok=True)
        state["output"], sample = timed(lambda: work(target, state["input"]))
        return sample

    def check() -> None:
        # The folder lives as long as this does.
        assert Path(folder.name).exists()
        expected = factors * state["input"]
        demand(state["output"], expected[0], OUTPUT)
        saved = tabulith.open(target)[SHEET][PRODUCTS].to_numpy()
        if not np.array_equal(saved, expected):
            raise Wrong(f"{(saved != expected).sum()} values of the saved file differ")

    return Contestant(name, run, check)


def ours(target: Path, value: float) -> float:
    book = tabulith.open(BOOK)
    sheet = book[SHEET]
    sheet[INPUT] = value
    output = sheet[OUTPUT]
    book.save(target)
    return output


def formualizer() -> Work:
    fz = library("formualizer")

    def work(target: Path, value: float) -> float:
        book = fz.load_workbook(str(BOOK))
        book.set_value(SHEET, 2, 2, value)
        book.evaluate_all()
        output = book.get_value(SHEET, 3, 2)
        target.write_bytes(book.to_xlsx_bytes())
        return output

    return work


def ironcalc() -> Work:
    ic = library("ironcalc")

    def work(target: Path, value: float) -> float:
        book = ic.load_from_xlsx(str(BOOK), "en", "UTC", "en")
        book.update_cell_with_number(0, 2, 2, value)
        book.evaluate()
        output = book.get_cell_value(0, 3, 2)
        book.save_to_xlsx(str(target))
        return output

    return work


def openpyxl_and_libreoffice() -> Work:
    """openpyxl computes nothing: it changes the file, LibreOffice recalculates it, openpyxl reads it again."""
    openpyxl = library("openpyxl")
    soffice = shutil.which("soffice")
    if soffice is None:
        raise Absent("`soffice` is not installed")

    def work(target: Path, value: float) -> float:
        changed = target.parent / "unfinished" / target.name
        changed.parent.mkdir(exist_ok=True)
        book = openpyxl.load_workbook(BOOK)
        book[SHEET][INPUT] = value
        book.save(changed)
        profile = f"-env:UserInstallation={(target.parent / 'profile').as_uri()}"
        convert = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(target.parent), str(changed)]
        subprocess.run(convert, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return openpyxl.load_workbook(target, data_only=True)[SHEET][OUTPUT].value

    return work


def formulas() -> Work:
    """It saves values alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library_of_formulas = library("formulas")

    def work(target: Path, value: float) -> float:
        # It knows cells by the names of file and sheet in capitals.
        cell = f"'[{BOOK.name}]{SHEET.upper()}'!"
        model = library_of_formulas.ExcelModel().loads(str(BOOK)).finish()
        solution = model.calculate(inputs={cell + INPUT: value})
        model.write(dirpath=str(target.parent))
        # So it names the files that it writes.
        (target.parent / BOOK.name.upper()).rename(target)
        return float(solution[cell + OUTPUT].value[0, 0])

    return work
