"""A walk through a workbook that Excel saved: tables, formulas, what-if, frames, a new report.

The cells are marked with `# %%`, as editors and notebooks know them. From the repository's folder:

    python python/examples/cities.py
"""

# %% Open a file. Nothing is computed yet: the values are those that Excel stored.
import tempfile
from pathlib import Path

import tabulith

BOOK = Path(__file__).resolve().parents[2] / "fixtures" / "excel" / "poi" / "DataTableCities.xlsx"

wb = tabulith.open(BOOK)
print(wb, wb.sheets, list(wb.tables))

# %% Look around. In a notebook `wb`, `ws` and every range show themselves as tables.
formulas = wb["Formula"]
for row in formulas["A3:D5"]:
    print(row)
print(formulas.cell("D3").formula, "=", formulas.cell("D3").text)

# %% Does the file hold what its formulas give?
verdict = tabulith.verify(BOOK)
print(verdict.equal, "formulas are as stored,", verdict.differing, "differ")
assert verdict

# %% Ask a question. Any formula will do, and nothing is stored.
big = wb.tables["BigCity"]
largest = wb.evaluate("=INDEX(BigCity[City],MATCH(MAX(BigCity[Population]),BigCity[Population],0))")
print("the largest city is", largest)
assert largest == "Shanghai, China"

# %% Change an input: what depends on it follows. Then take it back.
population = formulas["D5"]
cell = big.data.cell(1, 4)
cell.value = cell.value + 1_000_000
assert formulas["D5"] == population + 1_000_000
print(cell.address, "is read by", cell.dependents(all=True))
assert wb.undo() and formulas["D5"] == population

# %% Why is it so? Each part of a formula with its own value.
print(formulas.cell("D3").explain())

# %% What if? A fork costs nothing, and goes its own way.
growth = {}
for percent in (1, 2, 5):
    what_if = wb.fork()
    column = what_if.tables["BigCity"].data.to_numpy()[:, 3].astype(float)
    first, last = 3, 2 + len(column)
    what_if["Table"][f"F{first}:F{last}"] = column * (1 + percent / 100)
    growth[percent] = what_if["Formula"]["D5"]
print({percent: round(total) for percent, total in growth.items()})
assert growth[5] > growth[2] > growth[1] > population == formulas["D5"]

# %% Take a table as a frame, compute there, and bring the result back.
try:
    import polars
except ImportError:
    cities = None
    print("polars is not installed: no frames")
else:
    cities = polars.DataFrame(wb.tables["SmallCity"])
    north = cities.filter(polars.col("Latitude") > 0).sort("Latitude", descending=True)
    print(north)

# %% Build a report: all or nothing, one revision, one step of undo.
with wb.transaction() as edits:
    report = wb.add_sheet("Report")
    report["A1:B1"] = ["Hemisphere", "Cities"]
    report["A2:B3"] = [["north", None], ["south", None]]
    report["B2"] = '=COUNTIF(BigCity[Latitude],">0")+COUNTIF(SmallCity[Latitude],">0")'
    report["B3"] = '=COUNTIF(BigCity[Latitude],"<0")+COUNTIF(SmallCity[Latitude],"<0")'
    report["B4"] = "=SUM(B2:B3)"
    report["C2:C3"] = "=B2/$B$4"
    report["C2:C3"].number_format = "0%"
    wb.define_name("north", "=Report!$B$2")
    if cities is not None:
        report.write("E1", north.select("City", "Latitude"))
print(report["A1:C4"].texts, edits.report)
assert wb["north"] + report["B3"] == report["B4"] == 24.0

# %% Rows may come and go; every reference follows.
report.insert_rows(at=1, count=2)
report["A1"] = "Cities by hemisphere"
assert report.cell("B6").formula == "=SUM(B4:B5)" and wb.names["north"] == "=Report!$B$4"

# %% Save. What the engine does not understand of the file stays as it was.
with tempfile.TemporaryDirectory() as folder:
    target = Path(folder) / "cities.xlsx"
    lost = wb.save(target)
    again = tabulith.open(target)
    print(again.sheets, "without", lost or "loss")
    assert again["Report"]["B6"] == 24.0 and again["Formula"]["D5"] == population
