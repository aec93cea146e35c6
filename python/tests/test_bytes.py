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
    assert tabulith.Workbook.from_bytes(wb.to_bytes("xlsx"))["S"]["B3"] == 30.0


def test_bytes_are_those_of_a_file(wb, tmp_path):
    wb.add_sheet("T")["A1"] = 1.5
    for kind, options in [
        ("xlsx", {}), ("tabulith", {}), ("csv", {"sheet": "T", "decimal": ",", "delimiter": ";"}), ("tsv", {"sheet": "S"}),
        ("csv", {"sheet": "S", "formulas": True, "line_feed": True}),
    ]:
        path = tmp_path / f"book.{kind}"
        wb.save(path, **options)
        assert wb.to_bytes(kind, **options) == path.read_bytes(), kind
    assert wb.to_bytes("tsv", sheet="S").startswith(b"1\t10\r\n")
    with pytest.raises(tabulith.ArgumentError, match="name the one to write"):
        wb.to_bytes("csv")
    with pytest.raises(TypeError, match=r"to_bytes\(\) got an unexpected keyword argument 'shet'"):
        wb.to_bytes("csv", shet="S")


@pytest.mark.parametrize("data", [b"", b"1,2\n", b"\x00\x01", b"PK"])
def test_bytes_that_are_no_workbook_are_refused(data):
    with pytest.raises(tabulith.FileFormatError, match="no workbook"):
        tabulith.Workbook.from_bytes(data)


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


@pytest.fixture
def large():
    """A workbook of several parts."""
    wb = tabulith.Workbook()
    ws = wb.add_sheet("S")
    ws["A1:A300000"] = range(300_000)
    ws["B1:B300000"] = "=A1*2"
    return wb


def out_of_band(thing):
    """The stream of a pickle, and its buffers."""
    buffers = []
    return pickle.dumps(thing, protocol=5, buffer_callback=buffers.append), buffers


LENT = {
    "as they are": lambda buffer: buffer,
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": lambda buffer: memoryview(bytearray(buffer)),
    "memoryview that is read only": lambda buffer: memoryview(bytes(buffer)),
}


@pytest.mark.parametrize("lent", LENT)
def test_the_cells_of_a_pickle_go_beside_its_stream(large, lent):
    stream, buffers = out_of_band((large, large.snapshot()))
    assert len(stream) < 10_000 and len(buffers) > 4
    assert all(buffer.raw().readonly and len(buffer.raw()) <= 1 << 20 for buffer in buffers)
    book, snapshot = pickle.loads(stream, buffers=[LENT[lent](buffer) for buffer in buffers])
    assert book["S"]["B300000"] == snapshot["S"]["B300000"] == 599_998.0
    book["S"]["A300000"] = 1
    assert book["S"]["B300000"] == 2.0 and large["S"]["B300000"] == 599_998.0


def test_a_pickle_without_buffers_holds_everything(large):
    data = large.to_bytes()
    for protocol in (4, 5):
        stream = pickle.dumps(large, protocol)
        assert len(stream) > len(data)
        assert pickle.loads(stream)["S"]["B300000"] == 599_998.0
    stream, buffers = out_of_band(large)
    assert b"".join(bytes(buffer) for buffer in buffers) == data


@pytest.mark.parametrize("wrong", [
    lambda buffers: buffers[:-1],
    lambda buffers: buffers[1:],
    lambda buffers: buffers[::-1],
    lambda buffers: [],
    lambda buffers: [buffers[0], bytes(buffers[1].raw().nbytes), *buffers[2:]],
])
def test_parts_that_are_not_those_of_a_pickle_are_refused(large, wrong):
    _, buffers = out_of_band(large)
    with pytest.raises(tabulith.FileFormatError, match="damaged at byte"):
        tabulith._core.workbook_of(*wrong(buffers))


def test_a_part_without_memory_is_refused():
    with pytest.raises(TypeError):
        tabulith._core.workbook_of("text")


def test_a_workbook_of_excel_keeps_its_package_in_a_pickle(wb, tmp_path):
    wb.save(tmp_path / "book.xlsx")
    opened = tabulith.open(tmp_path / "book.xlsx")
    stream, buffers = out_of_band(opened)
    again = pickle.loads(stream, buffers=buffers)
    assert again.to_bytes("xlsx") == opened.to_bytes("xlsx")


def test_a_transaction_is_not_pickled_half_done(wb):
    with wb.transaction():
        wb["S"]["A1"] = 5
        with pytest.raises(tabulith.ReentrantError):
            pickle.dumps(wb)
        assert pickle.loads(pickle.dumps(wb.snapshot()))["S"]["B1"] == 50.0


def test_a_copy_is_no_pickle(wb):
    assert copy.copy(wb)["S"]["B1"] == 10.0
