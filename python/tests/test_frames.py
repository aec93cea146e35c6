"""Frames: Arrow by the PyCapsule interface both ways, polars, pandas."""

import datetime as dt
import decimal
import re
import zipfile

import pytest

import tabulith

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
pd = pytest.importorskip("pandas")

ERROR = tabulith.CellError("#DIV/0!")


@pytest.fixture
def ws():
    return tabulith.Workbook().add_sheet("S")


class Capsule:
    """An object with the interface and nothing else."""

    def __init__(self, thing, method):
        self._thing, self._method = thing, method

    def __getattr__(self, name):
        if name != self._method:
            raise AttributeError(name)
        return getattr(self._thing, name)


KINDS = {
    "double": (pa.array([1.5, None, 3.0]), [1.5, None, 3.0]),
    "float": (pa.array([1.5, None, 3.0], pa.float32()), [1.5, None, 3.0]),
    "int": (pa.array([1, None, 2**40], pa.int64()), [1.0, None, 2.0**40]),
    "uint": (pa.array([1, None, 255], pa.uint8()), [1.0, None, 255.0]),
    "bool": (pa.array([True, None, False]), [True, None, False]),
    "text": (pa.array(["a", None, "a longer text"]), ["a", None, "a longer text"]),
    "large text": (pa.array(["a", None, "b"], pa.large_string()), ["a", None, "b"]),
    "text view": (pa.array(["a", None, "a longer text than that"], pa.string_view()), ["a", None, "a longer text than that"]),
    "dictionary": (pa.array(["x", None, "y"]).dictionary_encode(), ["x", None, "y"]),
    "decimal": (pa.array([decimal.Decimal("1.10"), None, decimal.Decimal("-2.25")]), [1.1, None, -2.25]),
    "null": (pa.nulls(3), [None, None, None]),
    "date": (pa.array([dt.date(2024, 2, 29), None, dt.date(1900, 1, 1)]), [45351.0, None, 1.0]),
    "moment": (pa.array([dt.datetime(2024, 2, 29, 12), None, None], pa.timestamp("ns")), [45351.5, None, None]),
    "time": (pa.array([dt.time(6), None, dt.time(18)], pa.time64("us")), [0.25, None, 0.75]),
    "duration": (pa.array([dt.timedelta(days=1.5), None, None], pa.duration("ms")), [1.5, None, None]),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["array", "chunks", "batch", "table", "array capsule", "stream capsule"])
def test_arrow_goes_in(ws, kind, form):
    array, values = KINDS[kind]
    given = {
        "array": array,
        "chunks": pa.chunked_array([array.slice(0, 2), array.slice(2)]),
        "batch": pa.record_batch([array], names=["a"]),
        "table": pa.table({"a": array}),
        "array capsule": Capsule(array, "__arrow_c_array__"),
        "stream capsule": Capsule(pa.table({"a": array}), "__arrow_c_stream__"),
    }[form]
    ws["B2:B4"] = given
    assert ws["B2:B4"].values == [[value] for value in values]


def test_a_time_zone_and_what_no_cell_holds_are_refused(ws):
    with pytest.raises(TypeError, match="time zone"):
        ws["A1"] = pa.array([dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)])
    with pytest.raises(TypeError, match="List"):
        ws["A1"] = pa.array([[1, 2]])
    with pytest.raises(ValueError, match="before the first day"):
        ws["A1"] = pa.array([dt.date(1850, 1, 1)])
    assert ws.used is None


def test_a_stream_is_read_once(ws):
    reader = pa.table({"a": [1]}).to_reader()
    capsule = reader.__arrow_c_stream__()

    class Again:
        def __arrow_c_stream__(self):
            return capsule

    ws["A1"] = Again()
    assert ws["A1"] == 1.0
    with pytest.raises(ValueError, match="already"):
        ws["A1"] = Again()


def mixed(ws):
    ws["A1:F1"] = ["n", "t", "b", "d", "mix", "err"]
    ws["A2:F4"] = [
        [1, "x", True, None, 1.5, 1],
        [None, None, None, None, "y", None],
        [3, "a longer text", False, None, True, ERROR],
    ]
    ws["D2:D4"] = [dt.date(2024, 2, 29), None, dt.date(2024, 3, 1)]
    return ws["A1:F4"]


def test_a_range_is_a_table_of_arrow(ws):
    table = mixed(ws).to_arrow(header=True)
    assert table.schema.names == ["n", "t", "b", "d", "mix", "err", "err.error"]
    assert [str(kind) for kind in table.schema.types] == [
        "double", "string", "bool", "date32[day]", "string", "double", "string",
    ]
    assert table.to_pydict() == {
        "n": [1.0, None, 3.0],
        "t": ["x", None, "a longer text"],
        "b": [True, None, False],
        "d": [dt.date(2024, 2, 29), None, dt.date(2024, 3, 1)],
        "mix": ["1.5", "y", "TRUE"],
        "err": [1.0, None, None],
        "err.error": [None, None, "#DIV/0!"],
    }
    table.validate(full=True)


def test_columns_without_a_header_are_called_by_their_letters(ws):
    ws["C3:D4"] = [[1, 2], [3, 4]]
    assert pa.table(ws["C3:D4"]).to_pydict() == {"C": [1.0, 3.0], "D": [2.0, 4.0]}
    assert pa.table(ws).schema.names == ["C", "D"]
    with pytest.raises(tabulith.ArgumentError, match="no row below"):
        ws["C3:D3"].to_arrow(header=True)


def test_a_header_has_each_name_once(ws):
    ws["A1:D1"] = ["x", "x", None, "x.2"]
    ws["A2:D2"] = [1, 2, 3, 4]
    assert ws["A1:D2"].to_arrow(header=True).schema.names == ["x", "x.2", "C", "x.2.2"]


def test_moments_come_out_as_what_cells_show(ws):
    ws["A1:A2"] = [dt.datetime(2024, 2, 29, 6, 30, 15), dt.datetime(1999, 1, 1)]
    ws["B1:B2"] = [dt.time(6, 30), dt.time(23, 59, 59)]
    ws["C1:C2"] = [dt.timedelta(hours=30), dt.timedelta(minutes=-5)]
    ws["D1:D2"] = [45351, 45352.5]
    ws["D1:D2"].number_format = "d mmm yy"
    ws["E1:E2"] = [45351, 45352]
    ws["E1"] = dt.date(2024, 2, 29)
    table = pa.table(ws["A1:E2"])
    assert [str(kind) for kind in table.schema.types] == [
        "timestamp[us]", "time64[us]", "duration[us]", "timestamp[us]", "double",
    ]
    assert table.column("A").to_pylist() == [dt.datetime(2024, 2, 29, 6, 30, 15), dt.datetime(1999, 1, 1)]
    assert table.column("B").to_pylist() == [dt.time(6, 30), dt.time(23, 59, 59)]
    assert table.column("C").to_pylist() == [dt.timedelta(hours=30), dt.timedelta(minutes=-5)]
    assert table.column("D").to_pylist()[1] == dt.datetime(2024, 3, 1, 12)
    frame = ws["A1:E2"].to_pandas()
    assert str(frame.dtypes["A"]) == "datetime64[us]" and str(frame.dtypes["C"]) == "timedelta64[us]"
    assert frame["A"][0] == pd.Timestamp(2024, 2, 29, 6, 30, 15) and frame["B"][0] == dt.time(6, 30)


def test_a_column_of_numbers_goes_out_without_a_copy_and_outlives_its_workbook():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1:A8192"] = list(range(8192))
    first, again = pa.table(ws["A1:A8192"]), pa.table(ws["A1:A8192"])
    addresses = [[chunk.buffers()[1].address for chunk in table.column("A").chunks] for table in (first, again)]
    assert addresses[0] == addresses[1] and len(addresses[0]) == 2
    ws["A1:A8192"] = [0] * 8192
    del wb, ws
    assert first.column("A").to_pylist() == list(range(8192))


def test_a_point_edit_is_seen_in_the_next_batch_and_not_in_the_last(ws):
    ws["A1:A5000"] = [1.0] * 5000
    before = pa.table(ws["A1:A5000"])
    ws["A7"] = 2
    ws["A8"] = None
    after = pa.table(ws["A1:A5000"]).column("A").to_pylist()
    assert before.column("A").to_pylist() == [1.0] * 5000
    assert after[6] == 2.0 and after[7] is None and sum(x or 0 for x in after) == 5000.0


def test_blank_ranges_and_far_rows_go_out(ws):
    ws["B1048576"] = 5
    table = pa.table(ws["A1:B1048576"])
    assert table.num_rows == 1048576
    assert table.column("A").null_count == 1048576 and table.column("B").null_count == 1048575


def test_polars_goes_both_ways(ws):
    frame = pl.DataFrame({
        "n": [1.0, None, 3.0], "i": [1, 2, 3], "t": ["a", None, "c"], "b": [True, None, False],
        "d": [dt.date(2024, 1, 1), None, dt.date(2024, 1, 3)],
        "m": [dt.datetime(2024, 1, 1, 12), None, None],
        "c": pl.Series(["x", "y", "x"], dtype=pl.Categorical),
    })
    written = ws.write("B2", frame)
    assert written.address == "S!B2:H5"
    back = written.to_polars(header=True)
    assert back.schema["d"] == pl.Date and back.schema["m"] == pl.Datetime("us")
    assert back.to_dict(as_series=False) == frame.to_dict(as_series=False)
    assert pl.DataFrame(ws["C3:C5"])["C"].to_list() == [1.0, 2.0, 3.0]
    ws["K1:K3"] = frame["n"]
    ws["L1:M3"] = frame.select("i", "t")
    assert ws["K1:M3"].values == [[1.0, 1.0, "a"], [None, 2.0, None], [3.0, 3.0, "c"]]
    with pytest.raises(tabulith.ArgumentError, match="3 x 2 values"):
        ws["L1:N3"] = frame.select("i", "t")


def test_pandas_goes_both_ways(ws):
    frame = pd.DataFrame({
        "n": [1.5, None, 3.0], "i": [1, 2, 3], "t": ["a", None, "c"], "b": [True, False, True],
        "d": pd.to_datetime(["2024-01-01 06:00", None, "2024-01-03"], format="mixed"),
        "k": pd.array([1, None, 3], dtype="Int64"),
        "c": pd.Categorical(["x", "y", None]),
        "o": [1, "x", ERROR],
        "z": pd.to_timedelta(["1 days 12:00:00", None, "00:00:01"]),
    })
    written = ws.write("A1", frame)
    assert written.values == [
        ["n", "i", "t", "b", "d", "k", "c", "o", "z"],
        [1.5, 1.0, "a", True, 45292.25, 1.0, "x", 1.0, 1.5],
        [None, 2.0, None, False, None, None, "y", "x", None],
        [3.0, 3.0, "c", True, 45294.0, 3.0, None, ERROR, pytest.approx(1 / 86400)],
    ]
    back = written.to_pandas(header=True)
    assert back["n"].sum() == 4.5 and back["d"][0] == pd.Timestamp("2024-01-01 06:00") and pd.isna(back["d"][1])
    assert back["o.error"].tolist()[2] == "#DIV/0!"
    assert ws.write("M1", frame[["i"]], header=False).values == [[1.0], [2.0], [3.0]]
    ws["O1:O3"] = frame["n"]
    assert ws["O1:O3"].values == [[1.5], [None], [3.0]]


def test_pandas_needs_no_pyarrow(ws, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    ws.write("A1", pd.DataFrame({"a": [1, 2], "d": pd.to_datetime(["2024-01-01", "2024-01-02"])}))
    assert ws["A1:B3"].values == [["a", "d"], [1.0, 45292.0], [2.0, 45293.0]]
    assert ws["A1:B3"].to_pandas(header=True)["a"].tolist() == [1.0, 2.0]


def test_a_header_is_written_as_asked(ws):
    frame = pl.DataFrame({"a": [1]})
    assert ws.write("A1", frame, header=False).address == "S!A1"
    assert ws.write("A1", [[1, 2], [3, 4]]).address == "S!A1:B2"
    with pytest.raises(tabulith.ArgumentError, match="no names"):
        ws.write("A1", [[1, 2]], header=True)
    with pytest.raises(tabulith.ArgumentError, match="single value"):
        ws.write("A1", 5)
    with pytest.raises(tabulith.Error):
        ws.write("A1048576", frame)


def test_a_table_is_a_frame_of_its_rows(ws):
    ws.write("A1", pl.DataFrame({"item": ["a", "b"], "price": [1.0, 2.0]}))
    table = ws.add_table("Prices", "A1:B3")
    assert pl.DataFrame(table).to_dict(as_series=False) == {"item": ["a", "b"], "price": [1.0, 2.0]}
    assert table.to_pandas()["price"].tolist() == [1.0, 2.0]
    assert table.to_arrow().num_rows == 2


def test_days_may_count_from_1904(tmp_path):
    wb = tabulith.Workbook()
    wb.add_sheet("S")["A1"] = 1
    wb.save(tmp_path / "1900.xlsx")
    with zipfile.ZipFile(tmp_path / "1900.xlsx") as source, zipfile.ZipFile(tmp_path / "1904.xlsx", "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/workbook.xml":
                data = re.sub(rb"<workbookPr[^>]*/>", b"", data)
                data = data.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
            target.writestr(name, data)
    wb = tabulith.open(tmp_path / "1904.xlsx")
    ws = wb["S"]
    assert wb.date1904 and wb.snapshot().date1904
    day = dt.datetime(2024, 2, 29, 6)
    ws["A1"] = day
    ws["B1"] = pa.array([day])
    ws["C1"] = pd.Series([day])
    assert ws["A1:C1"].values == [[43889.25] * 3] and ws["A1:C1"].texts == [["2024-02-29 06:00:00"] * 3]
    assert ws.cell("A1").datetime == day and ws["A1:A1"] == 43889.25
    assert pa.table(ws["A1:B1"]).to_pydict() == {"A": [day], "B": [day]}


@pytest.mark.parametrize(("data", "place"), [
    (pa.table({"n": [1], "l": [[1]]}), "column `l`: "),
    (pl.DataFrame({"n": [1], "t": [dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)]}), "column `t`: "),
    (pd.DataFrame({"n": [1, 2], "o": [1, {}]}), "column `o`: item 2: "),
    ([1, {}], "item 2: "),
    ([[1, 2], [3, {}]], "column 2: item 2: "),
])
def test_what_no_cell_holds_is_refused_with_its_place(ws, data, place):
    ws["A1"] = "as it was"
    with pytest.raises(TypeError, match="^" + re.escape(place) + "a cell "):
        ws["A1"] = data
    assert ws["A1:B3"].values == [["as it was", None], [None, None], [None, None]]
