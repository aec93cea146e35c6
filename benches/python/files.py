"""A workbook that Excel saved is opened, an input changed, an output read, and the whole saved, all values new."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import tabulith
from measure import Absent, Contest, Contestant, Sample, Wrong, demand, timed
from peers import ROOT, Rust, library

BAR = None

# 13,176 formulas, a table of products: row 2 by column A.
BOOK = ROOT / "fixtures" / "excel" / "poi" / "51710.xlsx"
SHEET, INPUT, FACTOR, OUTPUT = "Sheet1", "B2", "A3", "B3"

# What opens the file, sets the input, saves to a path, and gives the output.
Work = Callable[[Path, float], float]


def build(rows: int, rust: Rust) -> Contest:
    """The contest; the workbook is always the same."""
    contest = Contest("ms", 1e-3)
    makers: dict[str, Callable[[], Work]] = {
        "tabulith": lambda: ours,
        "formualizer": formualizer,
        "IronCalc": ironcalc,
        "openpyxl, LibreOffice": openpyxl_and_libreoffice,
        "formulas": formulas,
    }
    for name, maker in makers.items():
        contest.add(name, lambda name=name, maker=maker: contestant(name, maker()))
    return contest


def contestant(name: str, work: Work) -> Contestant:
    """One that works in a folder of its own, with another input each time."""
    folder = tempfile.TemporaryDirectory()
    target = Path(folder.name) / "changed.xlsx"
    factor = tabulith.open(BOOK)[SHEET][FACTOR]
    state = {"input": 10.0, "output": 0.0}

    def run() -> Sample:
        state["input"] += 1
        target.unlink(missing_ok=True)
        state["output"], sample = timed(lambda: work(target, state["input"]))
        return sample

    def check() -> None:
        assert Path(folder.name).exists()
        demand(state["output"], state["input"] * factor, OUTPUT)
        verdict = tabulith.verify(target)
        if not verdict or verdict.equal < 13_000:
            raise Wrong(f"{verdict.differing} values of the saved file differ, {verdict.equal} are right")
        demand(tabulith.open(target)[SHEET][OUTPUT], state["output"], f"{OUTPUT} of the saved file")

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
        convert = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", target.parent, changed]
        subprocess.run(convert, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return openpyxl.load_workbook(target, data_only=True)[SHEET][OUTPUT].value

    return work


def formulas() -> Work:
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
