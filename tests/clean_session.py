"""A session with the Python package and nothing else: what needs a library says which, and the rest goes on."""

import copy
import pickle
import sys

import tabulith

wb = tabulith.Workbook()
ws = wb.add_sheet("S")
ws["A1:A3"] = [1, 2, 3]
ws["B1:B3"] = "=A1*2"
for library, method in {"numpy": "numpy", "polars": "polars", "pandas": "pandas", "pyarrow": "arrow"}.items():
    try:
        getattr(ws["A1:B3"], f"to_{method}")()
    except ModuleNotFoundError as error:
        assert error.name == library, error
    else:
        raise SystemExit(f"to_{method} gave something without {library}")
wb.function("TWICE", vectorised=True)(lambda xs: [2 * x for x in xs])
ws["C1:C3"] = "=TWICE(A1)"
wb.recalculate(progress=True)
assert ws["B1:C3"].values == [[2.0, 2.0], [4.0, 4.0], [6.0, 6.0]], ws["B1:C3"].values
assert pickle.loads(pickle.dumps(wb.snapshot(), protocol=5))["S"]["B3"] == copy.copy(wb)["S"]["B3"] == 6.0
assert not {"numpy", "polars", "pandas", "pyarrow"} & set(sys.modules)
print("fine")
