"""Workbooks as bytes, and pickles of them."""

import copy
import pickle

import pytest

import tabulith


def test_a_workbook_is_bytes_and_back(wb):
    data = wb.to_bytes()
    again = tabulith.Workbook.from_bytes(data)
    assert again["S"]["A1:B3"].values == wb["S"]["A1:B3"].values
    assert again["S"]["B1:B3"].formulas == wb["S"]["B1:B3"].formulas
    assert tabulith.open(data).sheets == ["S"]
    assert tabulith.open(wb.to_bytes("xlsx"))["S"]["B3"] == 30.0
    assert wb.to_bytes("csv") == b"1,10\r\n2,20\r\n3,30\r\n"
    with pytest.raises(tabulith.UnsupportedError, match="nosuch"):
        wb.to_bytes("nosuch")
    with pytest.raises(tabulith.FileFormatError):
        tabulith.Workbook.from_bytes(data[:50])


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_workbook_and_a_snapshot_are_pickled(wb, protocol):
    wb.define_name("rate", "=S!$A$2")
    wb["S"].cell("A1").number_format = "0.00"
    book, snapshot = pickle.loads(pickle.dumps((wb, wb.snapshot()), protocol))
    assert isinstance(book, tabulith.Workbook) and isinstance(snapshot, tabulith.Snapshot)
    for again in (book, snapshot):
        assert again["S"]["A1:B3"].values == wb["S"]["A1:B3"].values
        assert again["rate"] == 2.0 and again["S"].cell("A1").number_format == "0.00"
    book["S"]["A1"] = 4
    assert book["S"]["B1"] == 40.0


def test_a_copy_is_no_pickle(wb):
    assert copy.copy(wb)["S"]["B1"] == 10.0
