"""An embeddable in-memory spreadsheet calculation engine, with values and errors as in Excel."""

from tabulith._core import CellError, __version__
from tabulith.exceptions import (
    AddressError,
    ArgumentError,
    Cancelled,
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

__all__ = [
    "AddressError",
    "ArgumentError",
    "Cancelled",
    "CellError",
    "EncryptedError",
    "Error",
    "FileFormatError",
    "InvalidName",
    "IoError",
    "LimitError",
    "ParseError",
    "ReentrantError",
    "SheetNotFound",
    "UnsupportedError",
    "__version__",
]
