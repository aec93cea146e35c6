"""Arrays of numpy, both ways, and anything that is like one."""

import datetime as dt
import decimal
import fractions

import pytest

import tabulith

np = pytest.importorskip("numpy")


@pytest.fixture
def ws():
    return tabulith.Workbook().add_sheet("S")


@pytest.mark.parametrize("kind", ["float64", "float32", "int8", "uint16", "int32", "uint64", ">f8", "float16"])
def test_numbers_of_any_type_go_in(ws, kind):
    ws["A1:A5"] = np.arange(5).astype(kind)
    assert ws["A1:A5"].values == [[0.0], [1.0], [2.0], [3.0], [4.0]]


def test_one_dimension_goes_down_and_along_a_row(ws):
    ws["A1"] = np.array([1, 2, 3])
    ws["C1:E1"] = np.array([1, 2, 3])
    assert ws["A1:A3"].values == [[1.0], [2.0], [3.0]]
    assert ws["C1:E1"].values == [[1.0, 2.0, 3.0]]
    with pytest.raises(tabulith.ArgumentError, match="3 values do not fit into a range of 1 x 2 cells"):
        ws["C1:D1"] = np.array([1, 2, 3])
    with pytest.raises(tabulith.ArgumentError, match="3 x 1 values do not fit into a range of 4 x 1 cells"):
        ws["C1:C4"] = np.array([1, 2, 3])


@pytest.mark.parametrize("shape", ["plain", "fortran", "transposed", "every other", "backwards"])
def test_two_dimensions_are_laid_over_a_range_however_they_lie(ws, shape):
    array = np.arange(600, dtype=float).reshape(100, 6)
    array = {
        "plain": array,
        "fortran": np.asfortranarray(array),
        "transposed": array.T.copy().T,
        "every other": np.repeat(array, 2, axis=1)[:, ::2],
        "backwards": array[::-1][::-1],
    }[shape]
    ws["B2:G101"] = array
    assert np.array_equal(ws["B2:G101"].to_numpy(), array)


def test_what_is_no_plain_number_goes_in_too(ws):
    ws["A1:A4"] = np.array([True, False, True, False])
    ws["B1:B4"] = np.array(["a", "bb", "a longer text", ""])
    ws["C1:C4"] = np.array([1, "x", None, tabulith.CellError("#N/A")], dtype=object)
    ws["D1:D4"] = np.ma.masked_array([1.0, 2.0, 3.0, 4.0], mask=[0, 1, 0, 0])
    ws["E1:E4"] = np.array([1.0, np.nan, np.inf, -0.0])
    assert ws["A1:E4"].values == [
        [True, "a", 1.0, 1.0, 1.0],
        [False, "bb", "x", None, None],
        [True, "a longer text", None, 3.0, tabulith.CellError("#NUM!")],
        [False, "", tabulith.CellError("#N/A"), 4.0, 0.0],
    ]


def test_scalars_of_numpy_are_values(ws):
    for given, kept in [
        (np.float64(1.5), 1.5), (np.float32(0.5), 0.5), (np.int64(3), 3.0), (np.uint8(3), 3.0), (np.bool_(True), True),
        (np.str_("x"), "x"), (np.float64("nan"), None), (np.array(7), 7.0),
        (np.datetime64("2024-02-29T12:00:00.000000000"), 45351.5), (np.datetime64("NaT"), None),
        (fractions.Fraction(1, 4), 0.25), (decimal.Decimal("0.1"), 0.1),
    ]:
        ws["A1"] = given
        assert ws["A1"] == kept and type(ws["A1"]) is type(kept), given


def test_moments_and_durations_go_in_and_show_as_such(ws):
    ws["A1:A3"] = np.array(["2024-02-29", "NaT", "1900-01-01"], dtype="datetime64[D]")
    ws["B1:B2"] = np.array(["2024-02-29T18:00:01", "1999-12-31T23:59:59"], dtype="datetime64[ns]")
    ws["C1:C2"] = np.array([90, 60 * 25], dtype="timedelta64[m]")
    assert ws["A1:A3"].values == [[45351.0], [None], [1.0]]
    assert ws["A1:C2"].texts == [["2024-02-29", "2024-02-29 18:00:01", "1:30:00"], ["", "1999-12-31 23:59:59", "25:00:00"]]
    with pytest.raises(ValueError, match="before the first day"):
        ws["A1"] = np.array(["1850-01-01"], dtype="datetime64[D]")


@pytest.mark.parametrize(("moment", "text"), [
    (np.datetime64("2024-02-29"), "2024-02-29"),
    (np.datetime64("2024-02"), "2024-02-01"),
    (np.datetime64("2024-02-29T18:00:01"), "2024-02-29 18:00:01"),
    (np.datetime64("2024-02-29T18:00:01.000000001"), "2024-02-29 18:00:01"),
    (np.timedelta64(90, "m"), "1:30:00"),
    (np.timedelta64(90 * 60 * 10**9, "ns"), "1:30:00"),
    (np.datetime64("NaT"), ""),
    (np.float64(1.5), "1.5"),
])
def test_a_single_moment_shows_as_one_however_it_goes_in(ws, moment, text):
    ws["A1"] = moment
    ws["B1:B2"] = [moment, None]
    ws["C1:D1"] = [[1, moment]]
    assert [ws.cell(address).text for address in ("A1", "B1", "D1")] == [text] * 3


def test_too_many_dimensions_are_refused(ws):
    with pytest.raises(ValueError, match="3 dimensions"):
        ws["A1"] = np.zeros((2, 2, 2))


def test_numbers_come_out_with_blanks_as_nan(ws):
    ws["A1:A4"] = [1, None, 3, 4]
    ws["B2:B3"] = "=A2*2"
    array = ws["A1:B4"].to_numpy()
    assert array.dtype == np.float64 and array.shape == (4, 2)
    assert np.array_equal(array, [[1, np.nan], [np.nan, 0], [3, 6], [4, np.nan]], equal_nan=True)
    assert np.asarray(ws["A1:A4"]).shape == (4,)
    assert np.array(ws["A3:B3"], dtype="int32").tolist() == [[3, 6]]


def test_other_values_come_out_as_objects(ws):
    ws["A1:B2"] = [[1, "x"], [True, tabulith.CellError("#N/A")]]
    array = ws["A1:B2"].to_numpy()
    assert array.dtype == object
    assert array.tolist() == [[1.0, "x"], [True, tabulith.CellError("#N/A")]]
    assert ws["B1:B2"].to_numpy().tolist() == ["x", tabulith.CellError("#N/A")]


@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_of_ones_own_is_filled(ws, order):
    ws["A1:B5000"] = np.arange(10000, dtype=float).reshape(5000, 2)
    ws["A7"] = "text"
    ws["A8"] = None
    out = np.zeros((5000, 2), order=order)
    assert ws["A1:B5000"].to_numpy(out=out) is out
    assert np.isnan(out[6, 0]) and np.isnan(out[7, 0])
    out[6:8, 0] = [12, 14]
    assert np.array_equal(out, np.arange(10000.0).reshape(5000, 2))
    wide = np.zeros((5000, 4))
    ws["B1:B5000"].to_numpy(out=wide[:, 1])
    assert np.array_equal(wide[:, 1], np.arange(1.0, 10000.0, 2)) and not wide[:, 0].any()


def test_an_array_that_does_not_fit_is_refused(ws):
    ws["A1:A3"] = [1, 2, 3]
    for out, why in [
        (np.zeros(2), "its shape"), (np.zeros(3, dtype="int64"), "float64"), ([0, 0, 0], "list"), (np.zeros((3, 2)), "its shape"),
    ]:
        with pytest.raises(tabulith.ArgumentError, match=why):
            ws["A1:A3"].to_numpy(out=out)
    locked = np.zeros(3)
    locked.flags.writeable = False
    with pytest.raises(tabulith.ArgumentError, match="read-only"):
        ws["A1:A3"].to_numpy(out=locked)


def test_blocks_survive_inserted_and_deleted_rows(ws):
    numbers = np.arange(20000, dtype=float)
    ws["A1:A20000"] = numbers
    ws.insert_rows(5000, 3)
    ws.delete_rows(9000, 100)
    expected = np.delete(np.insert(numbers, 4999, [np.nan] * 3), slice(8999, 9099))
    assert np.array_equal(ws["A1:A19903"].to_numpy(), expected, equal_nan=True)


def test_lists_of_any_form(ws):
    ws["A1"] = range(3)
    ws["B1"] = ((1, 2), (3,))
    ws["D1"] = [dt.date(2024, 1, 1), None, dt.date(2024, 1, 3)]
    ws["E1"] = [dt.timedelta(hours=30), dt.timedelta(hours=1)]
    assert ws["A1:E3"].values[2] == [2.0, None, None, 45294.0, None]
    assert ws["B1:C2"].values == [[1.0, 2.0], [3.0, None]]
    assert ws["D1:E2"].texts == [["2024-01-01", "30:00:00"], ["", "1:00:00"]]
