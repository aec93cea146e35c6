"""Dates, times and durations, both ways."""

import datetime as dt

import pytest

import tabulith

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

WB = tabulith.Workbook()
WS = WB.add_sheet("S")


def stored(value):
    WS["A1"] = value
    return WS.cell("A1")


@settings(max_examples=200, deadline=None)
@given(st.datetimes(min_value=dt.datetime(1900, 1, 1), max_value=dt.datetime(9999, 12, 31, 23, 59, 59)))
def test_a_moment_comes_back_to_the_millisecond(moment):
    back = stored(moment).datetime
    assert abs(back - moment) < dt.timedelta(milliseconds=1)
    assert stored(moment.replace(microsecond=0)).datetime == moment.replace(microsecond=0)


@settings(max_examples=200, deadline=None)
@given(st.dates(min_value=dt.date(1900, 1, 1)))
def test_a_day_comes_back(day):
    cell = stored(day)
    assert cell.date == day and cell.value == int(cell.value)


@settings(max_examples=100, deadline=None)
@given(st.times())
def test_a_time_of_the_day_comes_back(time):
    assert stored(time).time == time


@settings(max_examples=100, deadline=None)
@given(st.timedeltas(min_value=dt.timedelta(days=-9000), max_value=dt.timedelta(days=9000)))
def test_a_duration_comes_back(delta):
    assert abs(stored(delta).timedelta - delta) <= dt.timedelta(microseconds=1)


def test_excels_first_two_months():
    for day, serial in [((1900, 1, 1), 1.0), ((1900, 2, 28), 59.0), ((1900, 3, 1), 61.0)]:
        assert stored(dt.date(*day)).value == serial
        assert WS.cell("A1").date == dt.date(*day)
    WS["A1"] = 60
    with pytest.raises(ValueError, match="29 February 1900"):
        WS.cell("A1").datetime
    for serial in (-1, 2958466, 1e300):
        WS["A1"] = serial
        with pytest.raises(ValueError, match="is no date"):
            WS.cell("A1").datetime
    WS["A1"] = "text"
    cell = WS.cell("A1")
    assert cell.datetime is cell.date is cell.time is cell.timedelta is None


def test_cells_without_a_format_get_one_and_others_keep_theirs():
    ws = tabulith.Workbook().add_sheet("S")
    shown = []
    for value in (dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 6, 30), dt.time(6, 30), dt.timedelta(hours=30, minutes=1)):
        fresh = tabulith.Workbook().add_sheet("S")
        fresh["A1"] = value
        shown.append(fresh.cell("A1").text)
    assert shown == ["2024-02-29", "2024-02-29 06:30:00", "06:30:00", "30:01:00"]
    ws.cell("B1").number_format = "d mmm yyyy"
    ws["B1"] = dt.date(2024, 2, 29)
    assert ws.cell("B1").text == "29 Feb 2024"
    ws["C1"] = 5
    assert ws.cell("C1").number_format == "General"


def test_a_time_zone_is_refused():
    with pytest.raises(TypeError, match="time zone"):
        WS["A1"] = dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)
    with pytest.raises(TypeError, match="time zone"):
        WS["A1:A2"] = [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)]
