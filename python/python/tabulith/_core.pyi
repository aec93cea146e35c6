"""The compiled part of the package; everything in it is exported by `tabulith` itself."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from os import PathLike
from typing import Any, BinaryIO, Literal, SupportsFloat, TypeAlias, TypedDict, final

__version__: str

Value: TypeAlias = float | str | bool | CellError | None
"""What a cell gives back."""

Input: TypeAlias = Value | int | Decimal | date | datetime | time | timedelta | SupportsFloat
"""What a cell takes. A `str` that begins with "=" is a formula; "'" makes the rest a text."""

@final
class CellError:
    """An error in a cell: a value, never raised.

    Args:
        code: The text that Excel shows, such as `#DIV/0!`, in any case.

    Raises:
        ValueError: If there is no such error.

    Example:
        >>> tabulith.evaluate("=1/0") == tabulith.CellError("#DIV/0!")
        True
    """

    def __new__(cls, code: str) -> CellError: ...
    @property
    def code(self) -> str:
        """The error's text, such as `#DIV/0!`."""
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Report:
    """What a recalculation did."""

    @property
    def recomputed(self) -> int:
        """Number of evaluations."""
    @property
    def changed(self) -> int:
        """Number of cells whose values are others than before."""
    @property
    def unsupported(self) -> int:
        """Number of cells whose formulas cannot be computed and keep the values they had."""
    @property
    def volatile(self) -> int:
        """Number of cells that are computed at every recalculation."""
    @property
    def circular(self) -> list[str]:
        """The cells on circles of live reads, which show 0."""

@final
class Cell:
    """One cell of a sheet, as it is whenever it is asked."""

    @property
    def address(self) -> str:
        """Its address with its sheet, `Ledger!B7`."""
    @property
    def value(self) -> Value:
        """What it holds; what is stale is computed first."""
    @value.setter
    def value(self, value: Input) -> None: ...
    @property
    def formula(self) -> str | None:
        """Its formula with "="; None if it has none."""
    @property
    def text(self) -> str:
        """What it shows: its value in its number format."""
    @property
    def datetime(self) -> datetime | None:
        """Its value as a date and time; None if it is no number.

        Raises:
            ValueError: For serial number 60, 29 February 1900, which Excel has and the calendar does not.
        """
    @property
    def number_format(self) -> str:
        """The code of its number format, such as `0.00%`."""
    @number_format.setter
    def number_format(self, code: str) -> None: ...
    def precedents(self, *, all: bool = False) -> list[str]:
        """The addresses that its formula reads; with `all` through other formulas too."""
    def dependents(self, *, all: bool = False) -> list[str]:
        """The addresses of the cells whose formulas read it; with `all` through other formulas too."""
    def explain(self) -> Explanation:
        """What stands behind its value: each part of its formula with its own value.

        Example:
            >>> ws["C1"] = "=IF(A1>5,A1/D1,0)"
            >>> ws.cell("C1").explain().origin
            ('Ledger!C1', 'A1/D1')
        """

@final
class Explanation:
    """What stands behind the value of a cell; `str()` shows it as an indented tree."""

    @property
    def address(self) -> str:
        """The cell with its sheet."""
    @property
    def value(self) -> Value:
        """Its value."""
    @property
    def formula(self) -> str | None:
        """Its formula with "="; None if it has none."""
    @property
    def filled_by(self) -> str | None:
        """The cell whose formula fills it, if it lies in an array result."""
    @property
    def unsupported(self) -> str | None:
        """What is missing, if the formula cannot be computed and the cell keeps the value it had."""
    @property
    def circular(self) -> bool:
        """Whether it lies on a circle of live reads and so shows 0."""
    @property
    def tree(self) -> ExplainedPart | None:
        """The whole formula as a part; None if no formula is computed here."""
    @property
    def origin(self) -> tuple[str, str | None] | None:
        """The cell and the expression in which the error arises; no expression if it stands there as a value."""

@final
class ExplainedPart:
    """A part of an explained formula; `str()` shows its text and what it gives."""

    @property
    def text(self) -> str:
        """Its text, as it reads in the cell."""
    @property
    def evaluated(self) -> bool:
        """False for what was not needed, such as the branch of an IF that was not taken."""
    @property
    def value(self) -> Value | list[list[Value]]:
        """Its value, rows for an array; None for a reference to several cells."""
    @property
    def cells(self) -> list[str]:
        """The addresses of a reference; empty for anything else."""
    @property
    def children(self) -> list[ExplainedPart]:
        """The parts within it."""

@final
class Range:
    """The cells of a rectangle, as they are whenever they are asked; iterating gives rows of values."""

    @property
    def address(self) -> str:
        """Its address with its sheet, `Ledger!A1:C9`."""
    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
    @property
    def values(self) -> list[list[Value]]:
        """The values, row by row.

        Raises:
            LimitError: If there are more than 67,108,864 cells.
        """
    @property
    def formulas(self) -> list[list[str | None]]:
        """The formulas, row by row; None where a cell has none."""
    @property
    def texts(self) -> list[list[str]]:
        """What the cells show, row by row."""
    number_format: str
    """The number format that all its cells get; to be set only."""
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[list[Value]]: ...

@final
class Sheet:
    """A sheet of a workbook; addresses are without its name: `ws["A1"]`."""

    @property
    def name(self) -> str:
        """Its name on the tab.

        Raises:
            SheetNotFound: If the sheet has been removed.
        """
    @property
    def used(self) -> Range | None:
        """The smallest range that holds all that the sheet has, or one not much larger; None if it is empty."""
    def __getitem__(self, address: str) -> Any:
        """The value of a cell, or the `Range` of several.

        Raises:
            AddressError: If the text is no address.

        Example:
            >>> ws["A1"]
            100.0
            >>> ws["A1:B2"].values
            [[100.0, None], [None, None]]
        """
    def __setitem__(self, address: str, value: Input | Sequence[Any]) -> None:
        """Puts something into a cell or a range.

        A formula is written for the first cell, its relative references move along. A list of lists is laid over the
        range, or from a single cell on; one list, array or column goes down. Texts in lists are texts, whatever they
        begin with. NaN leaves a cell blank, an infinity is `#NUM!`.

        Raises:
            ParseError: If a formula cannot be read.
            ArgumentError: If the values do not fit into the range.
            TypeError: If a cell cannot hold such a thing.
        """
    def cell(self, address: str | int, column: int | None = None) -> Cell:
        """One cell, by its address or by row and column, both from 1.

        Example:
            >>> ws.cell("B2").address == ws.cell(2, 2).address
            True
        """
    def clear(self, address: str) -> None:
        """Empties cells of values and formulas; formats stay."""
    def insert_rows(self, at: int, count: int = 1) -> None:
        """Inserts rows before row `at`, counted from 1; all references follow.

        Raises:
            LimitError: If cells would be pushed off the sheet.
        """

@final
class Workbook:
    """A workbook in memory. It may be used from many threads; one writes at a time, readers never wait.

    Example:
        >>> wb = tabulith.Workbook()
        >>> ws = wb.add_sheet("Ledger")
        >>> ws["A1"] = 100.0
        >>> ws["B1"] = "=A1*1.2"
        >>> ws["B1"]
        120.0
    """

    def __new__(cls) -> Workbook: ...
    @property
    def sheets(self) -> list[str]:
        """The names of the sheets, in tab order."""
    @property
    def names(self) -> dict[str, str]:
        """The defined names and their formulas."""
    @property
    def revision(self) -> int:
        """A number that grows by one with each commit."""
    @property
    def calculation(self) -> Literal["automatic", "manual"]:
        """Whether formulas are computed after each edit, or when asked for."""
    @calculation.setter
    def calculation(self, calculation: Literal["automatic", "manual"]) -> None: ...
    def add_sheet(self, name: str) -> Sheet:
        """Adds an empty sheet behind the others.

        Raises:
            InvalidName: If the name is taken or not allowed.
        """
    def rename_sheet(self, name: str, new_name: str) -> None:
        """Gives a sheet another name; formulas follow."""
    def __getitem__(self, key: str) -> Any:
        """A `Sheet` by its name, a value or a `Range` by an address with a sheet, or what a defined name stands for.

        Raises:
            SheetNotFound: If the key is none of them; it is a `KeyError` too.
        """
    def __setitem__(self, address: str, value: Input | Sequence[Any]) -> None:
        """Puts something into a cell or a range, as `Sheet` does; the address names its sheet."""
    def __contains__(self, name: str) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Sheet]: ...
    def evaluate(self, formula: str) -> Value | list[list[Value]]:
        """What a formula gives, rows for an array; nothing is stored.

        Raises:
            ParseError: If it is not a formula.
            UnsupportedError: If it uses a function that this version does not have.
        """
    def recalculate(self) -> Report:
        """Computes every formula anew."""
    def define_name(self, name: str, formula: str, sheet: str | None = None) -> None:
        """Defines a name for the workbook, or for one sheet: `wb.define_name("rate", "=Inputs!$B$2")`."""
    def remove_name(self, name: str, sheet: str | None = None) -> None:
        """Removes a defined name."""
    def undo(self) -> bool:
        """Takes the last edit back; False if there is none."""
    def redo(self) -> bool:
        """Does the edit again that was last taken back; False if there is none."""
    def circular(self) -> list[str]:
        """The cells on circles of live reads, which show 0."""
    def unsupported(self) -> list[tuple[str, str, str]]:
        """The formulas that keep the values they have: address, formula, what is missing."""
    def fork(self) -> Workbook:
        """A workbook of its own that begins as this one; what both share costs nothing."""
    def to_bytes(self) -> bytes:
        """The bytes of a .tabulith file: all there is, with the .xlsx file that it was opened from."""
    @staticmethod
    def from_bytes(data: bytes) -> Workbook:
        """The workbook that `to_bytes` made bytes of; `FileFormatError` names the place if they are cut or altered."""
    def save(
        self,
        path: str | PathLike[str],
        *,
        new: bool = False,
        sheet: str | None = None,
        delimiter: str | None = None,
        encoding: str | None = None,
        byte_order_mark: bool = False,
        decimal: Literal[".", ","] = ".",
        displayed: bool = False,
        formulas: bool = False,
        line_feed: bool = False,
    ) -> list[str]:
        """Writes a file of the kind that its ending tells, in place of one that is there.

        A workbook that was opened from .xlsx or .xlsm and is saved as such keeps all that the file held; only what
        changed is rewritten. A text file (.csv, .tsv, .txt) holds the values of one sheet, .tabulith all there is.

        Args:
            path: The file to write.
            new: Write a new file of values, formulas, names, tables, number formats and hidden rows, without whatever
                else the file held that the workbook was opened from (charts, macros, fonts).
            sheet: The sheet that a text file holds; needed if several sheets hold something.
            delimiter: What stands between fields; a comma, or a tab in .tsv.
            encoding: `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`.
            byte_order_mark: Begin with a byte order mark, which tells Excel that a text file is UTF-8.
            decimal: What stands before the fraction of a number.
            displayed: Write values as their cells show them, which may lose digits.
            formulas: Write formulas in the place of their values.
            line_feed: End lines with a line feed alone.

        Returns:
            What the file does not hold, a phrase each; empty if it holds all.

        Raises:
            IoError: If the file cannot be written.
            ArgumentError: If several sheets hold something and none is named.
            UnsupportedError: If the name has another ending, or for changes that the opened file cannot take, such as
                a torn pivot table; the message names them, and `new=True` is the consent to leave the rest behind.
        """

class Function(TypedDict):
    """A worksheet function, as `functions` lists it."""

    name: str
    parameters: list[str]
    summary: str
    volatile: bool
    examples: list[tuple[str, str]]

def open(
    source: str | PathLike[str] | bytes | BinaryIO,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    decimal: Literal[".", ","] = ".",
    header: bool = False,
    typed: bool = True,
    formulas: bool = False,
    sheet: str | None = None,
) -> Workbook:
    """Opens a file, .xlsx, .xlsm, .tabulith or text such as .csv: a path, its bytes, or an object with `read`.

    Formulas have the values that the file stored until the workbook is edited or recalculated. The arguments are for
    text files, whose only sheet is named after the file; what is not given of them is found out.

    Args:
        source: The file.
        delimiter: What stands between fields.
        encoding: `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`.
        decimal: What stands before the fraction of a number.
        header: The first row holds names, which stay texts.
        typed: Fields that read as numbers, dates, booleans or errors are such; else all are texts.
        formulas: Fields that begin with "=" are formulas.
        sheet: The name of the sheet.

    Raises:
        IoError: If the file cannot be read; a `FileNotFoundError` if there is none.
        FileFormatError: If it is damaged or neither a workbook nor text; `EncryptedError` if it is encrypted.
        LimitError: If a text file has more rows or columns than a sheet; the message names the row.
    """

def evaluate(formula: str) -> Value | list[list[Value]]:
    """What a formula gives, without a workbook.

    Example:
        >>> tabulith.evaluate("=PMT(5%/12,60,-1e4)")
        188.71233644010877
    """

def functions() -> list[Function]:
    """Every worksheet function that can be computed."""
