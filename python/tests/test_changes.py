"""Differences between snapshots, and events."""

import gc
import threading

import pytest

import tabulith


def test_a_difference_tells_ranges_with_old_and_new_values(wb):
    before = wb.snapshot()
    assert not wb.snapshot().diff(before) and len(before.diff(before)) == 0
    wb["S"]["A2"] = 5
    diff = wb.snapshot().diff(before)
    assert diff and [(r.before, r.after) for r in diff.ranges] == [("S!A2:B2", "S!A2:B2")]
    assert diff.cells() == [("S!A2", 2.0, 5.0), ("S!B2", 20.0, 50.0)]
    assert all(r.values and not r.formulas for r in diff.ranges)
    first = diff.ranges[0]
    assert first.old_values[0][0] == 2.0 and first.new_values[0][0] == 5.0 and "A2" in repr(first)


def test_a_difference_tells_what_came_and_went(wb):
    before = wb.snapshot()
    ws = wb["S"]
    ws.insert_rows(at=2, count=2)
    wb.add_sheet("T")
    wb.define_name("rate", "=S!$A$1")
    ws.merge("D1:E1")
    ws["A1:A5"].number_format = "0.00"
    diff = wb.diff(before)
    assert "2 rows inserted at 2 of sheet `S`" in diff.changes
    assert {"sheet `T` added", "name `rate`", "merged cells of sheet `S`"} <= set(diff.changes)
    assert diff.formats and diff.cells() == []
    assert repr(diff).startswith("<tabulith.Diff: ")


def test_changes_since_a_revision(wb):
    revision = wb.revision
    wb["S"]["A1"] = 7
    wb["S"]["A1"] = 9
    assert wb.changes(since=revision).cells() == [("S!A1", 1.0, 9.0), ("S!B1", 10.0, 90.0)]
    with pytest.raises(tabulith.ArgumentError, match=f"no revision 12345 yet; the newest is {wb.revision}"):
        wb.changes(since=12345)
    with pytest.raises(tabulith.ArgumentError, match="-1 is out of range"):
        wb.changes(since=-1)


def test_a_callback_is_something_to_call(wb):
    with pytest.raises(TypeError, match="1 cannot be called"):
        wb.subscribe(1)


def test_events_wait_in_a_queue(wb):
    events = wb.subscribe()
    assert events.get(timeout=0) is None
    wb["S"]["A1"] = 7
    event = events.get(timeout=10)
    assert (event.revision, event.cause, event.origin) == (wb.revision, "edit", None)
    assert any("A1" in address for address in event.ranges) and "edit" in repr(event)
    with wb.transaction(origin="import"):
        wb["S"]["A2"] = 1
        wb["S"]["A3"] = 1
    event = events.get(timeout=10)
    assert event.origin == "import" and events.get(timeout=0) is None
    wb.undo(), wb.redo(), wb.recalculate()
    assert [events.get(timeout=10).cause for _ in range(3)] == ["undo", "redo", "recalculation"]
    events.close()
    assert events.closed and events.get() is None and list(events) == []


def test_events_of_a_range_alone(wb):
    with wb.subscribe(address="S!B1:B2") as events:
        wb["S"]["D9"] = 1
        assert events.get(timeout=0) is None
        wb["S"]["A1"] = 5
        assert events.get(timeout=10).revision == wb.revision
    assert events.closed


def test_a_callback_is_called_by_a_thread_of_its_own(wb):
    came, told = [], threading.Event()

    def callback(event):
        came.append((event.cause, threading.current_thread() is not threading.main_thread()))
        told.set()

    subscription = wb.subscribe(callback)
    wb["S"]["A1"] = 5
    assert told.wait(60) and came == [("edit", True)]
    with pytest.raises(tabulith.ArgumentError, match="callback"):
        subscription.get()
    subscription.close()


def test_a_callback_may_edit_and_may_fail(wb, monkeypatch):
    raised, done = [], threading.Event()
    monkeypatch.setattr("sys.unraisablehook", lambda failure: raised.append(failure.exc_value))

    def callback(event):
        if wb["S"]["Z1"] is None:
            wb["S"]["Z1"] = 1
            raise KeyError("told")
        done.set()

    subscription = wb.subscribe(callback)
    wb["S"]["A1"] = 5
    assert done.wait(60)
    subscription.close()
    assert [type(error) for error in raised] == [KeyError]


def test_a_slow_reader_is_told_how_many_it_missed(wb):
    events = wb.subscribe()
    for value in range(5000):
        wb["S"]["C1"] = value
    seen, missed = 0, 0
    while (event := events.get(timeout=0)) is not None:
        missed += event.missed
        seen += event.cause == "edit"
    assert seen + missed == 5000


def test_events_end_with_the_workbook():
    wb = tabulith.Workbook()
    events = wb.subscribe()
    wb.add_sheet("S")
    assert events.get(timeout=10).cause == "edit"
    del wb
    gc.collect()
    assert list(events) == []
