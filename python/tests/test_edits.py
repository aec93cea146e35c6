"""Edits of sheets: rows and columns, copies, order, filters, tables, names; each is one step of undo."""

import math

import pytest

import tabulith


@pytest.fixture
def wb():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1:C4"] = [["item", "price", "count"], ["plum", 2, 30], ["pear", 3, 10], ["fig", 1, 20]]
    ws["D2:D4"] = "=B2*C2"
    return wb


@pytest.fixture
def ws(wb):
    return wb["S"]


def column(ws, address):
    return [row[0] for row in ws[address].values]


def test_rows_and_columns_are_inserted_and_deleted(ws):
    ws.insert_rows(at=2, count=2)
    assert ws.cell("D4").formula == "=B4*C4"
    ws.delete_rows(at=2, count=2)
    assert ws.cell("D2").formula == "=B2*C2"
    ws.insert_columns("B")
    assert ws.cell("E2").formula == "=C2*D2"
    ws.delete_columns(2)
    assert ws.cell("D2").formula == "=B2*C2"
    ws.delete_columns(at="C")
    assert ws["C2"] == tabulith.CellError("#REF!")


def test_every_edit_is_one_step_of_undo(wb, ws):
    before = ws["A1:F8"].values
    edits = [
        lambda: ws.insert_rows(2),
        lambda: ws.delete_columns("B"),
        lambda: ws.copy_range("A1:D4", to="E5"),
        lambda: ws.move_range("A1:B2", to="E1"),
        lambda: ws.fill_down("A1:D4"),
        lambda: ws.fill_right("A1:D4"),
        lambda: ws.clear("A1:D4"),
        lambda: ws.sort("A2:D4", by="A"),
        lambda: ws.merge("A1:B2"),
        lambda: ws.write("A1", [[1, 2], [3, 4]]),
    ]
    for edit in edits:
        revision = wb.revision
        edit()
        assert wb.revision == revision + 1
        assert ws["A1:F8"].values != before
        assert wb.undo()
        assert ws["A1:F8"].values == before


def test_cells_are_copied_and_moved_to_another_sheet(wb, ws):
    other = wb.add_sheet("Other sheet")
    ws.copy_range("D2:D4", to="'Other sheet'!D2")
    assert other.cell("D2").formula == "=B2*C2"
    ws.move_range("B2", to="'Other sheet'!B9")
    assert ws.cell("D2").formula == "='Other sheet'!B9*C2"


def test_rows_are_sorted(ws):
    ws.sort("A2:D4", by="A")
    assert column(ws, "A2:A4") == ["fig", "pear", "plum"]
    ws.sort("A1:D4", by="price", header=True, descending=True)
    assert column(ws, "A1:A4") == ["item", "pear", "plum", "fig"]
    ws.sort("A2:D4", by=[3, "A"], descending=[False, True])
    assert column(ws, "C2:C4") == [10.0, 20.0, 30.0]
    with pytest.raises(tabulith.ArgumentError, match="column G is not in A2:D4"):
        ws.sort("A2:D4", by="G")
    with pytest.raises(tabulith.ArgumentError, match="2 orders for 1 columns"):
        ws.sort("A2:D4", by="A", descending=[True, False])


def test_rows_are_filtered_and_shown_again(ws):
    ws.filter("A1:D4", {"price": ">1", "A": "p*"})
    assert ws.hidden_rows == [4] and ws.filtered == "A1:D4"
    ws.filter("A1:D4", {1: ["fig", "pear"]})
    assert ws.hidden_rows == [2]
    ws.clear_filter()
    assert ws.hidden_rows == [] and ws.filtered is None


def test_rows_and_columns_are_hidden(ws):
    ws.hide_rows("3:9")
    ws.hide_rows(11)
    assert ws.hidden_rows == [3, 4, 5, 6, 7, 8, 9, 11]
    ws.show_rows(3, count=7)
    assert ws.hidden_rows == [11]
    ws.hide_columns("B:C")
    ws.hide_columns("F")
    assert ws.hidden_columns == ["B", "C", "F"]
    ws.show_columns("A:Z")
    assert ws.hidden_columns == []
    for wrong in ("A:B", "B3", "0:3"):
        with pytest.raises(ValueError if wrong != "0:3" else tabulith.Error):
            ws.hide_rows(wrong)
    with pytest.raises(tabulith.ArgumentError, match="`3:9` is no range of columns"):
        ws.hide_columns("3:9")


def test_columns_have_widths(wb, ws):
    assert ws.column_width("B") is None
    ws.column_width("B:D", 20)
    ws.column_width(5, width=8.5)
    assert [ws.column_width(column) for column in ("A", "b", 3, "D:D", "E")] == [None, 20.0, 20.0, 20.0, 8.5]
    before = wb.snapshot()
    ws.column_width("C", None)
    ws.insert_columns("B")
    assert [ws.column_width(column) for column in range(1, 7)] == [None, None, 20.0, None, 20.0, 8.5]
    assert before["S"].column_width("C") == 20.0
    assert "widths of columns of sheet `S`" in wb.diff(before).changes
    wb.undo()
    assert wb.fork()["S"].column_width("B") == 20.0
    with pytest.raises(tabulith.UnsupportedError):
        before["S"].column_width("B", 9)


def test_what_is_no_width_or_no_column_is_refused(ws):
    ws.column_width("B:C", 20)
    for width, why in [
        (0, "a column of width 0 is a hidden one"), (-1, "cannot be -1 characters wide"), (256, "at most 255 characters"),
        (math.nan, "cannot be NaN"), (math.inf, "at most 255"), (10**400, "too large"), ("9", "real number"),
    ]:
        with pytest.raises((tabulith.ArgumentError, OverflowError, TypeError), match=why):
            ws.column_width("B", width)
    for column in ("3", "B2", "XFE", 16_385, 0, -1, 2.5, None):
        for more in ((), (9,), (None,)):
            with pytest.raises((tabulith.Error, TypeError, OverflowError)):
                ws.column_width(column, *more)
    with pytest.raises(tabulith.ArgumentError, match="`B:C` are several columns"):
        ws.column_width("B:C")
    assert (ws.column_width("B"), ws.column_width("C")) == (20.0, 20.0)


def test_widths_are_saved(wb, ws, tmp_path):
    ws.column_width("B:C", 20.25)
    ws.hide_columns("C")
    for name in ("a.xlsx", "a.tabulith"):
        wb.save(tmp_path / name)
        again = tabulith.open(tmp_path / name)
        assert [again["S"].column_width(column) for column in "ABCD"] == [None, 20.25, 20.25, None]
        assert again["S"].hidden_columns == ["C"]
        again["S"].column_width("A", 5)
        again["S"].column_width("C", None)
        again.save(tmp_path / f"again_{name}")
        again = tabulith.open(tmp_path / f"again_{name}")
        assert [again["S"].column_width(column) for column in "ABCD"] == [5.0, 20.25, None, None]
        assert again["S"].hidden_columns == ["C"]


@pytest.mark.parametrize("edit", ["insert_rows", "delete_rows", "insert_columns", "delete_columns", "hide_rows"])
def test_positions_count_from_one(ws, edit):
    before = ws["A1:D4"].values
    with pytest.raises(tabulith.ArgumentError, match="count from 1"):
        getattr(ws, edit)(0)
    assert ws["A1:D4"].values == before


def test_cells_are_merged(ws):
    ws.merge("F1:G2")
    assert ws.merged == ["F1:G2"]
    ws.unmerge("G2")
    assert ws.merged == []


def test_an_array_formula_fills_a_range(ws):
    ws.set_array_formula("F2:F4", "=B2:B4*2")
    assert column(ws, "F2:F4") == [4.0, 6.0, 2.0]
    with pytest.raises(tabulith.ArgumentError, match="array formula"):
        ws["F3"] = 1


def test_what_a_user_types_is_understood(ws):
    cell = ws.cell("F1")
    for entry, value, text in [("5%", 0.05, "5%"), ("'5", "5", "5"), ("TRUE", True, "TRUE"), ("=B2+1", 3.0, "300%")]:
        cell.enter(entry)
        assert (cell.value, cell.text) == (value, text)
    cell.formula = "=B3"
    assert (cell.formula, cell.value, cell.row, cell.column) == ("=B3", 3.0, 1, 6)
    cell.clear()
    assert cell.value is None and cell.error is None


def test_sheets_are_added_copied_moved_hidden_and_removed(wb, ws):
    copy = wb.copy_sheet("S", "Copy")
    copy["B2"] = 100
    assert copy["D2"] == 3000.0 and ws["D2"] == 60.0
    wb.add_sheet("Third")
    wb.move_sheet("Third", 1)
    assert wb.sheets == ["Third", "S", "Copy"]
    wb.hide_sheet("Copy")
    assert copy.visibility == "hidden" and ws.visibility == "visible"
    wb.show_sheet("Copy")
    assert copy.visibility == "visible"
    wb.rename_sheet("S", "Main")
    assert ws.name == "Main" and wb["Main!D2"] == 60.0
    wb.remove_sheet("Copy")
    with pytest.raises(tabulith.SheetNotFound, match="removed"):
        copy["A1"]
    with pytest.raises(tabulith.ArgumentError, match="count from 1"):
        wb.move_sheet("Main", 0)


def test_tables_have_columns_and_grow(wb, ws):
    table = ws.add_table("Sales", "A1:D4")
    assert table.columns[:3] == ["item", "price", "count"]
    assert wb.evaluate("=SUM(Sales[count])") == 60.0
    assert (table.name, table.sheet, table.address, len(table)) == ("Sales", "S", "S!A1:D4", 3)
    assert table.data.address == "S!A2:D4" and table.range.shape == (4, 4)
    ws["A5:C5"] = ["kiwi", 5, 2]
    table.resize("A1:D5")
    assert wb.evaluate("=SUM(Sales[count])") == 62.0
    ws["F1"] = "=SUM(Sales[price])"
    renamed = table.rename("Fruit")
    assert ws.cell("F1").formula == "=SUM(Fruit[price])"
    assert list(wb.tables) == ["Fruit"] and wb.tables["Fruit"].address == "S!A1:D5"
    with pytest.raises(tabulith.InvalidName, match="`Sales`"):
        table.columns
    assert "removed" in repr(table)
    renamed.remove()
    assert wb.tables == {} and ws.cell("F1").formula == "=SUM(S!$B$2:$B$5)"


def test_names_are_defined_for_the_workbook_and_for_a_sheet(wb, ws):
    wb.define_name("rate", "=0.5")
    wb.define_name("local", "=S!$B$2", sheet="S")
    assert wb["rate"] == 0.5
    assert wb.names == {"rate": "=0.5", "S!local": "=S!$B$2"}
    ws["F1"] = "=rate*local"
    assert ws["F1"] == 1.0
    wb.remove_name("rate")
    assert ws["F1"] == tabulith.CellError("#NAME?")


def test_ranges_give_formats_cells_and_formulas(ws):
    prices = ws["B2:B4"]
    assert prices.number_format == "General"
    prices.number_format = "0.00"
    assert prices.number_format == "0.00" and prices.texts == [["2.00"], ["3.00"], ["1.00"]]
    assert ws["B1:B4"].number_format is None
    assert prices.cell(2, 1).address == "S!B3"
    with pytest.raises(tabulith.AddressError, match="count from 1"):
        prices.cell(0, 1)
    assert ws.range("B2").values == [[2.0]]
    assert ws["D2:D4"].formulas == [["=B2*C2"], ["=B3*C3"], ["=B4*C4"]]
    prices.values = [5, 6, 7]
    assert column(ws, "D2:D4") == [150.0, 60.0, 140.0]
    prices.clear()
    assert column(ws, "D2:D4") == [0.0, 0.0, 0.0]


def test_redo_and_threads(wb, ws):
    ws["A9"] = 1
    assert wb.undo() and wb.redo() and ws["A9"] == 1.0
    assert not wb.redo()
    wb.threads = 1
    assert wb.threads == 1


@pytest.mark.parametrize("wrong", [-1, 2**32, 2**70, -(2**70)])
def test_numbers_out_of_range_are_named(wb, ws, wrong):
    before = wb.revision
    for attempt in [
        lambda: ws.insert_rows(at=wrong),
        lambda: ws.delete_rows(at=1, count=wrong),
        lambda: ws.insert_columns(at=wrong),
        lambda: ws.hide_rows(wrong),
        lambda: ws.cell(wrong, 1),
        lambda: ws.cell(1, wrong),
        lambda: ws["A1:B2"].cell(wrong, 1),
        lambda: wb.move_sheet("S", wrong),
    ]:
        with pytest.raises(tabulith.ArgumentError, match=f"^{wrong} is out of range"):
            attempt()
    assert wb.revision == before
