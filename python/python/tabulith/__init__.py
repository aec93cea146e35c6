"""An embeddable in-memory spreadsheet calculation engine, with values and errors as in Excel.

    >>> import tabulith
    >>> wb = tabulith.Workbook()
    >>> ws = wb.add_sheet("Ledger")
    >>> ws["A1"] = 100.0
    >>> ws["B1"] = "=A1*1.2"
    >>> ws["B1"]
    120.0
"""

from tabulith._core import (
    Book,
    Cell,
    CellError,
    ChangedRange,
    Diff,
    Event,
    ExplainedPart,
    Explanation,
    Range,
    Registration,
    Report,
    Sheet,
    Snapshot,
    Subscription,
    Table,
    Transaction,
    Workbook,
    __version__,
    evaluate,
    functions,
    open,
)
from tabulith.exceptions import (
    AddressError,
    ArgumentError,
    Cancelled,
    ConflictError,
    EncryptedError,
    Error,
    FileFormatError,
    InvalidName,
    IoError,
    LimitError,
    ParseError,
    ReentrantError,
    SheetNotFound,
    UnsupportedError,
)
from tabulith.verification import Difference, Verdict, verify

__all__ = [
    "AddressError",
    "ArgumentError",
    "Book",
    "Cancelled",
    "Cell",
    "CellError",
    "ChangedRange",
    "ConflictError",
    "Diff",
    "Difference",
    "EncryptedError",
    "Error",
    "Event",
    "ExplainedPart",
    "Explanation",
    "FileFormatError",
    "InvalidName",
    "IoError",
    "LimitError",
    "ParseError",
    "Range",
    "Registration",
    "ReentrantError",
    "Report",
    "Sheet",
    "SheetNotFound",
    "Snapshot",
    "Subscription",
    "Table",
    "Transaction",
    "UnsupportedError",
    "Verdict",
    "Workbook",
    "__version__",
    "evaluate",
    "functions",
    "open",
    "verify",
]
