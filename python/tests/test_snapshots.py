"""Snapshots and forks: never to change, cheap, the same reading surface."""

import copy

import pytest

import tabulith


@pytest.fixture
def wb(wb):
    wb.define_name("total", "=SUM(S!$B$1:$B$3)")
    return wb


def test_a_snapshot_stays_as_it_was(wb):
    before = wb.snapshot()
    wb["S"]["A1"] = 100
    wb.add_sheet("T")
    wb.remove_sheet("S")
    sheet = before["S"]
    assert before.sheets == ["S"] and wb.sheets == ["T"]
    assert sheet["B1"] == 10.0 and sheet["A1:B1"].values == [[1.0, 10.0]]
    assert sheet.cell("B1").formula == "=A1*10" and sheet.cell("B1").precedents() == ["S!A1"]
    assert before["total"] == 60.0 and before.names == {"total": "=SUM(S!$B$1:$B$3)"}
    assert before.evaluate("=S!A1+1") == 2.0
    assert before.revision < wb.revision
    assert sheet.cell("B2").explain().value == 20.0
    assert [ws.name for ws in before] == ["S"]


def test_a_snapshot_cannot_be_edited(wb):
    sheet = wb.snapshot()["S"]
    refused = [
        lambda: sheet.insert_rows(1),
        lambda: sheet.__setitem__("A1", 1),
        lambda: sheet.__setitem__("A1:A2", [1, 2]),
        lambda: sheet.write("A1", [[1]]),
        lambda: sheet.cell("A1").enter("5"),
        lambda: setattr(sheet.cell("A1"), "value", 5),
        lambda: setattr(sheet["A1:A2"], "number_format", "0"),
        lambda: sheet.clear("A1"),
    ]
    for edit in refused:
        with pytest.raises(tabulith.UnsupportedError, match="fork"):
            edit()


@pytest.mark.parametrize("fork", [lambda wb: wb.fork(), lambda wb: wb.snapshot().fork(), copy.copy, copy.deepcopy])
def test_a_fork_goes_its_own_way(wb, fork):
    branch = fork(wb)
    assert isinstance(branch, tabulith.Workbook)
    branch["S"]["A1"] = 7
    wb["S"]["A2"] = 9
    assert branch["S"]["B1:B2"].values == [[70.0], [20.0]]
    assert wb["S"]["B1:B2"].values == [[10.0], [90.0]]
    assert branch["total"] == 120.0


def test_a_snapshot_has_nothing_stale(wb):
    wb.calculation = "manual"
    wb["S"]["A1"] = 5
    assert wb.snapshot()["S"]["B1"] == 50.0


def test_a_snapshot_is_its_own_copy(wb):
    snapshot = wb.snapshot()
    assert copy.copy(snapshot) is snapshot and copy.deepcopy(snapshot) is snapshot
    assert isinstance(snapshot, tabulith.Book) and not isinstance(snapshot, tabulith.Workbook)


def test_a_book_is_not_made_by_itself():
    with pytest.raises(TypeError):
        tabulith.Book()
