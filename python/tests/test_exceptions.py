"""Exceptions mirror the library's kinds of errors."""

import re
from pathlib import Path

import pytest

import tabulith
from tabulith import exceptions

REPOSITORY = Path(__file__).resolve().parents[2]


def test_every_kind_of_error_has_its_class():
    enum = re.search(
        r"pub enum ErrorKind \{(.*?)\n\}",
        (REPOSITORY / "engine/src/error.rs").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    kinds = set(re.findall(r"^    (\w+),$", enum[1], re.MULTILINE))
    assert "SheetNotFound" in kinds
    source = (REPOSITORY / "python/src/errors.rs").read_text(encoding="utf-8")
    classes = dict(re.findall(r'ErrorKind::(\w+) => "(\w+)"', source))
    assert set(classes) == kinds
    assert set(classes.values()) | {"Error"} == set(exceptions.__all__)


def test_every_class_is_an_error_and_the_built_in_that_one_would_expect():
    for name in exceptions.__all__:
        assert issubclass(getattr(tabulith, name), tabulith.Error)
    assert issubclass(tabulith.ParseError, ValueError)
    assert issubclass(tabulith.SheetNotFound, KeyError)
    assert issubclass(tabulith.IoError, OSError)


def test_the_message_is_shown_as_it_is():
    # A bare KeyError would show it in quotes.
    assert str(tabulith.SheetNotFound("sheet `Q3` does not exist")) == "sheet `Q3` does not exist"


@pytest.mark.parametrize("code", ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!"])
def test_an_error_in_a_cell_is_a_value(code):
    error = tabulith.CellError(code)
    assert error.code == code and str(error) == code
    assert error == tabulith.CellError(code.lower()) and hash(error) == hash(tabulith.CellError(code))
    assert error != tabulith.CellError("#CALC!") and error != code
    assert repr(error) == f"CellError('{code}')"
    assert not isinstance(error, Exception)


def test_what_is_no_error_of_a_cell_is_refused():
    with pytest.raises(ValueError, match="#OOPS"):
        tabulith.CellError("#OOPS!")


def test_a_result_that_is_too_large_is_not_written_out(wb):
    with pytest.raises(tabulith.LimitError, match="1048576 x 16384 values"):
        wb.evaluate("=A:XFD+1")
    assert wb.evaluate("=SUM(INDEX(A:XFD*0+1,5,5))") == 1.0
