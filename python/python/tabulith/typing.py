"""Names for what cells give and take, to annotate one's own functions with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import SupportsFloat, TypeAlias, TypedDict, Union

from tabulith._core import CellError

__all__ = ["Function", "Input", "Progress", "Value"]

Value: TypeAlias = Union[float, str, bool, CellError, None]
"""What a cell gives back."""

Input: TypeAlias = Union[
    float, str, bool, CellError, None, int, Decimal, date, datetime, time, timedelta, SupportsFloat
]
"""What a cell takes. A `str` that begins with "=" is a formula; "'" makes the rest a text."""

Progress: TypeAlias = Union[bool, Callable[[int, Union[int, None]], object], None]
"""Who is told how far a work is: called with what is done and with the total, None if that is not known. True shows a
bar, by tqdm where it is installed."""


class Function(TypedDict):
    """A worksheet function, as `tabulith.functions` lists it."""

    name: str
    category: str
    signature: str
    parameters: list[str]
    summary: str
    volatile: bool
    examples: list[tuple[str, str]]
