"""Files: opened from paths, bytes and file objects, saved with all that they held."""

import io
import zipfile
from pathlib import Path

import pytest

import tabulith

BOOK = Path(__file__).resolve().parents[2] / "fixtures" / "excel" / "poi" / "51710.xlsx"


@pytest.mark.parametrize("form", ["text", "path", "bytes", "file"])
def test_a_workbook_opens_from_a_path_bytes_or_a_file(form):
    source = {"text": str, "path": Path, "bytes": Path.read_bytes, "file": lambda path: io.BytesIO(path.read_bytes())}
    wb = tabulith.open(source[form](BOOK))
    assert wb.sheets == ["Sheet1"]
    assert wb["Sheet1"]["B3"] == 10.0
    assert wb["Sheet1"].cell("B3").formula == "=$A3*B$2"


def test_an_edited_workbook_is_saved_and_keeps_its_other_parts(tmp_path):
    wb = tabulith.open(BOOK)
    wb["Sheet1"]["A3"] = 7
    assert wb["Sheet1"]["B3"] == 70.0
    target = tmp_path / "out.xlsx"
    wb.save(target)

    again = tabulith.open(target)
    assert again["Sheet1"]["B3"] == 70.0
    assert again["Sheet1"].cell("B3").formula == "=$A3*B$2"
    with zipfile.ZipFile(BOOK) as before, zipfile.ZipFile(target) as after:
        for part in ["xl/styles.xml", "xl/theme/theme1.xml"]:
            assert before.read(part) == after.read(part)


def test_a_new_workbook_is_saved(tmp_path):
    wb = tabulith.Workbook()
    ws = wb.add_sheet("Ledger")
    ws["A1:A3"] = [1, 2, 3]
    ws["B1:B3"] = "=A1*2"
    ws["C1"] = "text"
    ws["C2"] = tabulith.CellError("#N/A")
    ws["C3"] = True
    wb.define_name("rate", "=Ledger!$A$2")
    wb.save(tmp_path / "new.xlsx")
    again = tabulith.open(tmp_path / "new.xlsx")
    assert again["Ledger"]["A1:C3"].values == ws["A1:C3"].values
    assert again["Ledger"]["B1:B3"].formulas == ws["B1:B3"].formulas
    assert again["rate"] == 2.0


def test_what_is_no_workbook_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        tabulith.open(tmp_path / "nosuch.xlsx")
    with pytest.raises(tabulith.IoError):
        tabulith.open(tmp_path / "nosuch.xlsx")
    with pytest.raises(tabulith.FileFormatError):
        tabulith.open(b"not a workbook")
    with pytest.raises(TypeError):
        tabulith.open(5)
    with pytest.raises(tabulith.UnsupportedError, match="out.csv"):
        tabulith.Workbook().save(tmp_path / "out.csv")


def test_inserted_rows_are_saved_into_the_file(tmp_path):
    wb = tabulith.open(BOOK)
    wb["Sheet1"].insert_rows(at=3, count=2)
    target = tmp_path / "out.xlsx"
    for new in (False, True):
        wb.save(target, new=new)
        again = tabulith.open(target)
        assert again["Sheet1"].cell("B5").formula == "=$A5*B$2"
        assert again["Sheet1"]["B5"] == wb["Sheet1"]["B5"]
