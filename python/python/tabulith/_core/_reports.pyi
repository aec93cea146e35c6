"""What recalculations did, and what stands behind values."""

from typing import final

from tabulith.typing import Value

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
    @property
    def left_behind(self) -> list[str]:
        """What is attached to cells and was not taken along by an edit: a sentence each."""

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
    def failure(self) -> str | None:
        """What a function of the user said when it failed: of one in Python the traceback."""
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
