"""Sheets."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, final, overload

from tabulith._core._cells import Cell, Range, Table
from tabulith.typing import Input

@final
class Sheet:
    """A sheet of a workbook or of a snapshot; addresses are without its name: `ws["A1"]`.

    Rows and columns count from 1; a column may be told by its letters too. Every edit is one step of undo, raises
    before it has changed anything, and of a snapshot's sheet raises `UnsupportedError`.
    """

    @property
    def name(self) -> str:
        """Its name on the tab.

        Raises:
            SheetNotFound: If the sheet has been removed.
        """
    @property
    def used(self) -> Range | None:
        """The smallest range that holds all that the sheet has, or one not much larger; None if it is empty."""
    @property
    def visibility(self) -> Literal["visible", "hidden", "very_hidden"]:
        """Whether its tab is shown."""
    @property
    def hidden_rows(self) -> list[int]:
        """The rows that are not shown, hidden by hand or by a filter."""
    @property
    def hidden_columns(self) -> list[str]:
        """The letters of the columns that are not shown."""
    @property
    def merged(self) -> list[str]:
        """The addresses of the merged cells."""
    @property
    def filtered(self) -> str | None:
        """The address of what is filtered, its header included; None if nothing is."""
    def __getitem__(self, address: str) -> Any:
        """The value of a cell, or the `Range` of several.

        Raises:
            AddressError: If the text is no address.

        Example:
            >>> ws["A1"]
            100.0
            >>> ws["A1:B2"].shape
            (2, 2)
        """
    def __setitem__(self, address: str, value: Input | Sequence[Any] | Any) -> None:
        """Puts something into a cell or a range.

        A formula is written for the first cell, its relative references move along. A list of lists, an array of two
        dimensions or a frame is laid over the range, or from a single cell on, without names of columns; one list,
        array or column goes down, or along a range of one row. Texts in lists are texts, whatever they begin with. NaN
        leaves a cell blank, an infinity is `#NUM!`. Dates and times give their cells a format if these have none.

        Raises:
            ParseError: If a formula cannot be read.
            ArgumentError: If the values do not fit into the range.
            TypeError: If a cell cannot hold such a thing.

        Example:
            >>> ws["C1:C2"] = "=A1+B1"
            >>> ws["C2"]
            550.0
            >>> ws["D1:D3"] = numpy.array([1.0, numpy.nan, 3.0])
            >>> ws["D1:D3"].values
            [[1.0], [None], [3.0]]
        """
    @overload
    def cell(self, address: str) -> Cell:
        """One cell, by its address or by row and column, both from 1.

        Raises:
            AddressError: If there is no such cell.

        Example:
            >>> ws.cell("B2").address == ws.cell(2, 2).address
            True
        """
    @overload
    def cell(self, address: int, column: int) -> Cell: ...
    def range(self, address: str) -> Range:
        """A range by its address, of a single cell too."""
    def write(self, at: str, data: Any, *, header: bool | None = None) -> Range:
        """Puts rows, an array or a frame down from a cell on, with the names of its columns first if it has any.

        Args:
            at: The first cell.
            data: What `ws[at] = data` takes.
            header: False leaves the names out, True insists on them.

        Returns:
            The range that was written.

        Example:
            >>> ws.write("D1", polars.DataFrame({"x": [1, 2], "y": ["a", None]}))
            <tabulith.Range Ledger!D1:E3>
            >>> ws["D1:E3"].values
            [['x', 'y'], [1.0, 'a'], [2.0, None]]
        """
    def set_array_formula(self, address: str, formula: str) -> None:
        """Fills a range with one array formula, as Ctrl-Shift-Enter does."""
    def clear(self, address: str) -> None:
        """Empties cells of values and formulas; formats stay."""
    def insert_rows(self, at: int, count: int = 1) -> None:
        """Inserts rows before row `at`; all references follow.

        Raises:
            LimitError: If cells would be pushed off the sheet.

        Example:
            >>> ws.insert_rows(at=1, count=2)
            >>> ws.cell("B3").formula
            '=A3*1.2'
        """
    def delete_rows(self, at: int, count: int = 1) -> None:
        """Deletes rows from row `at` on; references to them alone become `#REF!`."""
    def insert_columns(self, at: int | str, count: int = 1) -> None:
        """Inserts columns before a column; all references follow."""
    def delete_columns(self, at: int | str, count: int = 1) -> None:
        """Deletes columns from a column on; references to them alone become `#REF!`.

        Example:
            >>> ws.delete_columns("A")
            >>> ws["A1"]
            CellError('#REF!')
        """
    def hide_rows(self, rows: str | int, count: int = 1) -> None:
        """Hides rows: `"3:9"`, or so many from one on.

        Example:
            >>> ws.hide_rows("3:5")
            >>> ws.hidden_rows
            [3, 4, 5]
        """
    def show_rows(self, rows: str | int, count: int = 1) -> None:
        """Shows rows again."""
    def hide_columns(self, columns: str | int, count: int = 1) -> None:
        """Hides columns: `"B:D"`, or so many from one on."""
    def show_columns(self, columns: str | int, count: int = 1) -> None:
        """Shows columns again."""
    @overload
    def column_width(self, columns: str | int) -> float | None:
        """The width of a column, or with a width: gives columns another one.

        A width is what .xlsx files have: in characters of the workbook's default font, with the margin of a cell. Excel
        shows it without the margin, 10 where this is 10.7109375 in Excel's usual font. It stays with its column wherever
        that is moved to, and a hidden column keeps it; an inserted column has none.

        Args:
            columns: A column such as `"B"` or 2; several such as `"B:D"` if they are given a width.
            width: More than 0, and at most 255 characters with the margin; None for the default of the sheet.

        Returns:
            The width, or None if the column has the default one; None too if a width was given.

        Raises:
            ArgumentError: If there is no such width, or a width is asked of several columns.

        Example:
            >>> ws.column_width("B:D", 20)
            >>> ws.column_width("D", None)
            >>> ws.column_width("C"), ws.column_width("D")
            (20.0, None)
        """
    @overload
    def column_width(self, columns: str | int, width: float | None) -> None: ...
    def copy_range(self, address: str, to: str) -> None:
        """Copies cells with formulas and formats; relative references move along.

        Args:
            address: What is copied.
            to: The first cell of the copy, or a range that copies fill; on another sheet with its name.

        Example:
            >>> ws.copy_range("A1:B2", to="D1")
            >>> ws.cell("E2").formula
            '=D2*1.2'
        """
    def move_range(self, address: str, to: str) -> None:
        """Moves cells as cut and paste does: references to them follow.

        Example:
            >>> ws.move_range("A1:A2", to="D1")
            >>> ws.cell("B2").formula
            '=D2*1.2'
        """
    def fill_down(self, address: str) -> None:
        """Copies the first row of a range into its other rows; into a single row, the one above it."""
    def fill_right(self, address: str) -> None:
        """Copies the first column of a range into its other columns; into a single column, the one left of it."""
    def sort(
        self,
        address: str,
        by: str | int | Sequence[str | int],
        *,
        descending: bool | Sequence[bool] | None = None,
        header: bool = False,
    ) -> None:
        """Sorts the rows of a range; rows that are not shown stay where they are.

        Args:
            address: The range.
            by: A column or several, the most important first: letters, numbers, or with `header` the texts of the
                first row.
            descending: Whether the greatest come first; blanks are last in any case.
            header: The first row stays where it is.

        Example:
            >>> ws["D1:E3"] = [["item", "price"], ["plum", 2], ["pear", 3]]
            >>> ws.sort("D1:E3", by="item", header=True)
            >>> ws["D1:E3"].values
            [['item', 'price'], ['pear', 3.0], ['plum', 2.0]]
        """
    def filter(self, address: str, conditions: Mapping[str | int, Any]) -> None:
        """Shows only the rows below a header that meet all conditions, in place of a filter that was there.

        Args:
            address: The range, its header included.
            conditions: Columns, by letters, numbers or the texts of the header, and for each a criterion as in
                COUNTIF (`">=10"`, `"North*"`) or a list of them, of which one must hold.

        Example:
            >>> ws["D1:E3"] = [["item", "price"], ["plum", 2], ["pear", 3]]
            >>> ws.filter("D1:E3", {"price": ">2"})
            >>> ws.hidden_rows
            [2]
        """
    def clear_filter(self) -> None:
        """Takes the filter away and shows its rows."""
    def merge(self, address: str) -> None:
        """Merges the cells of a range; all but the first are emptied."""
    def unmerge(self, address: str) -> None:
        """Takes apart all merged cells that touch a range."""
    def add_table(self, name: str, address: str) -> Table:
        """Makes a table of a range, whose first row are its headers.

        Raises:
            InvalidName: If the name is taken or not allowed.
        """
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...
    def _repr_html_(self) -> str: ...
