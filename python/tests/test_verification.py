"""Verification: what a file stores against what its formulas give."""

import shutil
import zipfile
from pathlib import Path

import pytest

import tabulith

BOOK = Path(__file__).resolve().parents[2] / "fixtures" / "excel" / "poi" / "51710.xlsx"


def test_a_file_of_excel_holds_what_its_formulas_give():
    verdict = tabulith.verify(BOOK)
    assert verdict and verdict.differing == 0
    assert verdict.formulas == verdict.equal > 0
    assert verdict.differences == [] and set(verdict.skipped) == {"volatile", "external", "no_value"}


def test_a_value_that_was_changed_is_found(tmp_path):
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1:A3"] = [1, 2, 4]
    ws["B1:B3"] = "=A1*2"
    ws["C1"] = "=1/0"
    wb.save(tmp_path / "right.xlsx")
    wrong = tmp_path / "wrong.xlsx"
    with zipfile.ZipFile(tmp_path / "right.xlsx") as source, zipfile.ZipFile(wrong, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                assert b"<v>8</v>" in data
                data = data.replace(b"<v>8</v>", b"<v>9</v>")
            target.writestr(name, data)
    assert tabulith.verify(tmp_path / "right.xlsx")
    verdict = tabulith.verify(wrong)
    assert not verdict and (verdict.equal, verdict.differing) == (3, 1)
    [difference] = verdict.differences
    assert (difference.cell, difference.formula, difference.stored, difference.computed) == ("S!B3", "=A3*2", 9.0, 8.0)
    assert tabulith.verify(wrong, examples=0).differences == []


def test_what_cannot_be_verified_is_an_exception(tmp_path):
    with pytest.raises(FileNotFoundError):
        tabulith.verify(tmp_path / "nosuch.xlsx")
    (tmp_path / "text.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(tabulith.FileFormatError):
        tabulith.verify(tmp_path / "text.xlsx")
    shutil.copy(BOOK, tmp_path / "-x.xlsx")
    assert tabulith.verify(tmp_path / "-x.xlsx")
