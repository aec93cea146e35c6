"""The findings, as a table for people and as JSON for scripts; as `benches/src/table.rs` has them."""

from __future__ import annotations

import json

from measure import Figures, Finding


def head() -> str:
    """The head of the table."""
    names = line("benchmark", "", "median", "min", "p99", "cpu", "unit", "ours/it", "by cpu", "bar", "holds")
    return f"{names}\n{'-' * len(names)}"


def rows(finding: Finding) -> str:
    """The rows of one benchmark: the package's, then one for each comparator."""
    return "\n".join(
        [row(finding, figures) for figures in finding.figures]
        + [f"{'':18} {name:22} absent: {why}" for name, why in finding.absent]
    )


def row(finding: Finding, figures: Figures) -> str:
    ours = figures is finding.figures[0]
    by_cpu = finding.cpu_ratio(figures)
    holds = {True: "yes", False: "no", None: ""}[finding.holds()]
    return line(
        finding.name if ours else "",
        figures.name,
        digits(figures.median),
        digits(figures.min),
        digits(figures.p99) if figures.p99 is not None else "",
        digits(figures.cpu) if figures.cpu is not None else "",
        finding.unit,
        "" if ours else f"{digits(finding.ratio(figures))}x",
        "" if ours or by_cpu is None else f"{digits(by_cpu)}x",
        finding.bar_text() if ours else "",
        holds if ours else "",
    )


def line(*cells: str) -> str:
    name, who, median, least, p99, cpu, unit, ratio, cpu_ratio, bar, holds = cells
    text = (
        f"{name:18} {who:22} {median:>9} {least:>9} {p99:>9} {cpu:>9} {unit:4} "
        f"{ratio:>9} {cpu_ratio:>9}  {bar:14} {holds}"
    )
    return text.rstrip()


def digits(number: float) -> str:
    """Three digits that count."""
    places = 0 if abs(number) >= 99.95 else 1 if abs(number) >= 9.995 else 2 if abs(number) >= 0.0995 else 5
    return f"{number:.{places}f}"


def as_json(finding: Finding) -> str:
    """One benchmark as a JSON object."""
    ours, *others = finding.figures
    return json.dumps({
        "name": finding.name,
        "unit": finding.unit,
        "median": ours.median,
        "min": ours.min,
        "p99": ours.p99,
        "cpu": ours.cpu,
        "against": {other.name: other.median for other in others},
        "ratio": {other.name: finding.ratio(other) for other in others},
        "ratio_cpu": {other.name: finding.cpu_ratio(other) for other in others},
        "absent": [name for name, _ in finding.absent],
        "bar": finding.bar_text() or None,
        "holds": finding.holds(),
    })
