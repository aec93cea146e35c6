"""The compiled part of the package; everything in it is exported by `tabulith` itself.

The stubs lie in a folder, one file for each kind of thing. At run time there is one module, `tabulith._core`.
"""

from collections.abc import Sequence
from os import PathLike
from typing import Any, BinaryIO, Literal

from tabulith._core._book import Book as Book
from tabulith._core._book import Registration as Registration
from tabulith._core._book import Snapshot as Snapshot
from tabulith._core._book import Transaction as Transaction
from tabulith._core._book import Workbook as Workbook
from tabulith._core._cells import Cell as Cell
from tabulith._core._cells import Range as Range
from tabulith._core._cells import Table as Table
from tabulith._core._changes import ChangedRange as ChangedRange
from tabulith._core._changes import Diff as Diff
from tabulith._core._changes import Event as Event
from tabulith._core._changes import Subscription as Subscription
from tabulith._core._errors import CellError as CellError
from tabulith._core._reports import ExplainedPart as ExplainedPart
from tabulith._core._reports import Explanation as Explanation
from tabulith._core._reports import Report as Report
from tabulith._core._sheet import Sheet as Sheet
from tabulith.typing import Function, Progress, Value

__all__ = [
    "Book",
    "Cell",
    "CellError",
    "ChangedRange",
    "Diff",
    "Event",
    "ExplainedPart",
    "Explanation",
    "Range",
    "Registration",
    "Report",
    "Sheet",
    "Snapshot",
    "Subscription",
    "Table",
    "Transaction",
    "Workbook",
    "__version__",
    "evaluate",
    "functions",
    "main",
    "open",
    "run",
    "snapshot_of",
    "workbook_of",
]

__version__: str

def open(
    source: str | PathLike[str] | bytes | BinaryIO,
    *,
    progress: Progress = None,
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
        progress: Called with the bytes that are read and the size of the file; True shows a bar. What it raises, as
            Ctrl-C does, breaks the opening off.
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

    Example:
        >>> wb = tabulith.open(b"pear,1.5\\nplum,2", sheet="Fruit")
        >>> wb["Fruit"]["A1:B2"].values
        [['pear', 1.5], ['plum', 2.0]]
    """

def evaluate(formula: str) -> Value | list[list[Value]]:
    """What a formula gives, without a workbook.

    Raises:
        ParseError: If it is not a formula; its text shows where.

    Example:
        >>> tabulith.evaluate("=PMT(5%/12,60,-1e4)")
        188.7123364401099
        >>> tabulith.evaluate("=SEQUENCE(2,2)")
        [[1.0, 2.0], [3.0, 4.0]]
    """

def functions() -> list[Function]:
    """Every worksheet function that can be computed.

    Example:
        >>> [f["signature"] for f in tabulith.functions() if f["name"] == "ROUND"]
        ['ROUND(number, digits)']
    """

def snapshot_of(*parts: Any) -> Snapshot:
    """The snapshot that a pickle is of: the bytes of the workbook's own file, in parts that lend their memory."""

def workbook_of(*parts: Any) -> Workbook:
    """The workbook that a pickle is of: as `snapshot_of`."""

def run(arguments: Sequence[str | PathLike[str]]) -> tuple[int, str, str]:
    """Runs the command line program: its exit code, what it printed, what it complained of."""

def main(arguments: Sequence[str | PathLike[str]]) -> int:
    """Runs the command line program on the streams of this process; its exit code."""
