"""An embeddable in-memory spreadsheet calculation engine."""

from tabulith._core import __version__

__all__ = ["__version__"]
