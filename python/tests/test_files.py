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


def test_a_workbook_of_excel_goes_through_the_own_file_without_loss(tmp_path):
    wb = tabulith.open(BOOK)
    wb["Sheet1"]["A3"] = 7
    assert wb.save(tmp_path / "book.tabulith") == []
    for again in [tabulith.open(tmp_path / "book.tabulith"), tabulith.Workbook.from_bytes(wb.to_bytes())]:
        assert again["Sheet1"]["B3"] == 70.0
        assert again["Sheet1"].cell("B3").formula == "=$A3*B$2"
        again.save(tmp_path / "again.xlsx")
        with zipfile.ZipFile(BOOK) as before, zipfile.ZipFile(tmp_path / "again.xlsx") as after:
            # Excel makes the calculation chain anew; saving leaves it out.
            kept = [name for name in before.namelist() if name != "xl/calcChain.xml"]
            assert after.namelist() == kept
            assert before.read("xl/styles.xml") == after.read("xl/styles.xml")


def test_cut_bytes_are_refused_with_the_place():
    data = tabulith.Workbook().to_bytes()
    with pytest.raises(tabulith.FileFormatError, match="at byte"):
        tabulith.Workbook.from_bytes(data[:-1])
    assert tabulith.Workbook.from_bytes(data).sheets == []


def test_what_is_no_workbook_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        tabulith.open(tmp_path / "nosuch.xlsx")
    with pytest.raises(tabulith.IoError):
        tabulith.open(tmp_path / "nosuch.xlsx")
    with pytest.raises(tabulith.FileFormatError):
        tabulith.open(b"\x00not a workbook")
    with pytest.raises(TypeError):
        tabulith.open(5)
    with pytest.raises(tabulith.UnsupportedError, match="out.ods"):
        tabulith.Workbook().save(tmp_path / "out.ods")


def test_inserted_rows_are_saved_into_the_file(tmp_path):
    wb = tabulith.open(BOOK)
    wb["Sheet1"].insert_rows(at=3, count=2)
    target = tmp_path / "out.xlsx"
    for new in (False, True):
        wb.save(target, new=new)
        again = tabulith.open(target)
        assert again["Sheet1"].cell("B5").formula == "=$A5*B$2"
        assert again["Sheet1"]["B5"] == wb["Sheet1"]["B5"]


def test_a_text_file_opens_typed_and_is_saved(tmp_path):
    source = tmp_path / "prices.csv"
    source.write_text("name;price;since\npear;1.25;2024-02-29\n0042;50%;\n", encoding="utf-8")
    wb = tabulith.open(source)
    assert wb.sheets == ["prices"]
    ws = wb["prices"]
    assert ws["A1:C3"].values == [["name", "price", "since"], ["pear", 1.25, 45351.0], ["0042", 0.5, None]]
    assert ws.cell("C2").text == "2/29/2024"
    ws["D2"] = "=B2*2"
    target = tmp_path / "out.csv"
    assert wb.save(target, line_feed=True) == ["1 formula, of which the values were written", "number formats"]
    assert target.read_text(encoding="utf-8") == "name,price,since,\npear,1.25,2/29/2024,2.5\n0042,0.5,,\n"
    assert tabulith.open(target)["out"]["D2"] == 2.5


def test_text_files_are_read_as_asked():
    wb = tabulith.open("a;1,5\n=A1;2\n".encode("cp1252"), decimal=",", sheet="S", formulas=True)
    assert wb["S"]["A1:B2"].values == [["a", 1.5], ["a", 2.0]]
    assert tabulith.open(io.BytesIO(b"1,2\n"), typed=False)["Sheet1"]["A1"] == "1"
    with pytest.raises(tabulith.ArgumentError, match="klingon"):
        tabulith.open(b"1", encoding="klingon")
    with pytest.raises(TypeError, match="nosuch"):
        tabulith.open(b"1", nosuch=1)


def test_one_of_several_sheets_is_named_for_a_text_file(tmp_path):
    wb = tabulith.Workbook()
    for name in ["One", "Two"]:
        wb.add_sheet(name)["A1"] = name
    with pytest.raises(tabulith.ArgumentError, match="`One`, `Two`"):
        wb.save(tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
    assert wb.save(tmp_path / "out.tsv", sheet="Two") == ["1 other sheet"]
    assert (tmp_path / "out.tsv").read_bytes() == b"Two\r\n"
