"""Cells, ranges and tables."""

from collections.abc import Iterator
from datetime import date as Date
from datetime import datetime as DateTime
from datetime import time as Time
from datetime import timedelta as TimeDelta
from typing import Any, final

from tabulith._core._errors import CellError
from tabulith._core._reports import Explanation
from tabulith.typing import Input, Value

@final
class Cell:
    """One cell of a sheet, as it is whenever it is asked."""

    @property
    def address(self) -> str:
        """Its address with its sheet, `Ledger!B7`."""
    @property
    def row(self) -> int:
        """The number of its row, from 1."""
    @property
    def column(self) -> int:
        """The number of its column, from 1."""
    @property
    def value(self) -> Value:
        """What it holds; what is stale is computed first."""
    @value.setter
    def value(self, value: Input) -> None: ...
    @property
    def formula(self) -> str | None:
        """Its formula with "="; None if it has none."""
    @formula.setter
    def formula(self, formula: str) -> None: ...
    @property
    def text(self) -> str:
        """What it shows: its value in its number format."""
    @property
    def error(self) -> CellError | None:
        """The error that it holds, if it holds one."""
    @property
    def datetime(self) -> DateTime | None:
        """Its number as a date and time; None if it holds no number.

        Raises:
            ValueError: For what is no date, as serial number 60, 29 February 1900, which Excel has and the calendar
                does not.

        Example:
            >>> ws["C1"] = datetime.datetime(2024, 2, 29, 18, 30)
            >>> ws["C1"], ws.cell("C1").text
            (45351.770833333336, '2024-02-29 18:30:00')
            >>> ws.cell("C1").datetime
            datetime.datetime(2024, 2, 29, 18, 30)
        """
    @property
    def date(self) -> Date | None:
        """The day of `datetime`."""
    @property
    def time(self) -> Time | None:
        """Its number as a time of the day; None if it holds no number."""
    @property
    def timedelta(self) -> TimeDelta | None:
        """Its number as so many days; None if it holds no number."""
    @property
    def number_format(self) -> str:
        """The code of its number format, such as `0.00%`."""
    @number_format.setter
    def number_format(self, code: str) -> None: ...
    def enter(self, entry: str) -> None:
        """Writes what a user would type: `5%` and `2024-02-29` are numbers with a format, `=A1` is a formula.

        Example:
            >>> ws.cell("C1").enter("5%")
            >>> ws["C1"], ws.cell("C1").text
            (0.05, '5%')
        """
    def clear(self) -> None:
        """Empties it of value and formula; its format stays."""
    def precedents(self, *, all: bool = False) -> list[str]:
        """The addresses that its formula reads; with `all` through other formulas too.

        Example:
            >>> ws.cell("B1").precedents()
            ['Ledger!A1']
        """
    def dependents(self, *, all: bool = False) -> list[str]:
        """The addresses of the cells whose formulas read it; with `all` through other formulas too.

        Example:
            >>> ws.cell("A1").dependents()
            ['Ledger!B1']
        """
    def explain(self) -> Explanation:
        """What stands behind its value: each part of its formula with its own value.

        Example:
            >>> ws["C1"] = "=IF(A1>5,A1/D1,0)"
            >>> ws.cell("C1").explain().origin
            ('Ledger!C1', 'A1/D1')
        """

@final
class Range:
    """The cells of a rectangle, as they are whenever they are asked; iterating gives rows of values.

    Whoever takes Arrow by `__arrow_c_stream__`, such as `polars.DataFrame(range)` or `pyarrow.table(range)`, takes it
    as a frame. A column of numbers goes out without a copy; a column that is shown as dates is one of dates; a mixed
    column is one of texts. Errors are nulls and stand in a column of their own, `B.error`.
    """

    @property
    def address(self) -> str:
        """Its address with its sheet, `Ledger!A1:C9`."""
    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
    @property
    def values(self) -> list[list[Value]]:
        """The values, row by row; setting it is as setting the range by its address.

        Raises:
            LimitError: If there are more than 67,108,864 cells.

        Example:
            >>> ws["A1:B2"].values
            [[100.0, 120.0], [250.0, 300.0]]
        """
    @values.setter
    def values(self, values: Any) -> None: ...
    @property
    def formulas(self) -> list[list[str | None]]:
        """The formulas, row by row; None where a cell has none."""
    @property
    def texts(self) -> list[list[str]]:
        """What the cells show, row by row."""
    @property
    def number_format(self) -> str | None:
        """The number format that all its cells have; None if they have several."""
    @number_format.setter
    def number_format(self, code: str) -> None: ...
    def cell(self, row: int, column: int) -> Cell:
        """A cell of it, by row and column within it, both from 1.

        Raises:
            AddressError: If it has no such cell.
        """
    def clear(self) -> None:
        """Empties its cells of values and formulas; formats stay."""
    def to_numpy(self, *, out: Any = None) -> Any:
        """The values as an array of numpy, with one copy; one column has one dimension.

        Numbers are `float64` and blanks NaN; where there is anything else, all are objects.

        Args:
            out: A writeable array of `float64` of the same shape, which is filled and given back; what is no number is
                NaN in it.

        Raises:
            ArgumentError: If `out` has another shape or type.

        Example:
            >>> ws["A1:A2"].to_numpy()
            array([100., 250.])
        """
    def to_arrow(self, *, header: bool = False) -> Any:
        """The columns as a table of pyarrow, called by their letters, or by the texts of the first row with `header`."""
    def to_polars(self, *, header: bool = False) -> Any:
        """The columns as a frame of polars, as `to_arrow`."""
    def to_pandas(self, *, header: bool = False) -> Any:
        """The columns as a frame of pandas, as `to_arrow`; pyarrow is not needed.

        Example:
            >>> ws["A1:B2"].to_pandas()["B"].sum()
            np.float64(420.0)
        """
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any: ...
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[list[Value]]: ...
    def _repr_html_(self) -> str: ...

@final
class Table:
    """A table: a range whose columns have names, which formulas can use. It is an Arrow stream of its rows.

    Example:
        >>> ws.write("D1", [["item", "price"], ["pear", 1.5], ["plum", 2.0]])
        <tabulith.Range Ledger!D1:E3>
        >>> table = ws.add_table("Sales", "D1:E3")
        >>> table.columns, wb.evaluate("=SUM(Sales[price])")
        (['item', 'price'], 3.5)
        >>> table.to_polars()["price"].to_list()
        [1.5, 2.0]
    """

    @property
    def name(self) -> str:
        """Its name."""
    @property
    def sheet(self) -> str:
        """The name of its sheet.

        Raises:
            InvalidName: If the table is no longer there; so do all the others.
        """
    @property
    def address(self) -> str:
        """Its address with its sheet, header and totals included."""
    @property
    def columns(self) -> list[str]:
        """The names of its columns."""
    @property
    def range(self) -> Range:
        """Its cells, header and totals included."""
    @property
    def data(self) -> Range:
        """Its rows without header and totals."""
    def rename(self, new_name: str) -> Table:
        """Gives it another name, and gives the table back under that one; formulas follow."""
    def resize(self, address: str) -> None:
        """Gives it another range, which keeps its first row. Columns that it loses are `#REF!` in formulas."""
    def remove(self) -> None:
        """Makes it a range again; its cells stay, and formulas get addresses."""
    def to_arrow(self) -> Any:
        """Its rows as a table of pyarrow."""
    def to_polars(self) -> Any:
        """Its rows as a frame of polars."""
    def to_pandas(self) -> Any:
        """Its rows as a frame of pandas."""
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str: ...
