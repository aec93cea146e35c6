"""Documentation: everything public has some, and its examples show what happens."""

import ast
import datetime
import doctest
from pathlib import Path

import pytest

import tabulith

PACKAGE = Path(tabulith.__file__).parent
BOOK = Path(__file__).resolve().parents[2] / "fixtures" / "excel" / "poi" / "51710.xlsx"


def documented():
    """Everything with a name in the package's sources and stubs: its name, its node, its documentation."""
    for path in sorted(PACKAGE.rglob("*.py*")):
        if path.suffix not in (".py", ".pyi"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield path.name, tree, ast.get_docstring(tree)
        for node in tree.body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                yield f"{path.name}:{node.name}", node, ast.get_docstring(node)
                for item in getattr(node, "body", []):
                    if isinstance(item, ast.FunctionDef):
                        yield f"{path.name}:{node.name}.{item.name}", item, ast.get_docstring(item)


EXAMPLES = [(name, text) for name, _, text in documented() if text and ">>>" in text]


def example_book():
    wb = tabulith.Workbook()
    ws = wb.add_sheet("Ledger")
    ws["A1:A2"] = [100, 250]
    ws["B1:B2"] = "=A1*1.2"
    return {"tabulith": tabulith, "wb": wb, "ws": ws, "BOOK": BOOK, "datetime": datetime}


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_an_example_shows_what_happens(name, text):
    names = example_book()
    for library in ("numpy", "polars"):
        if f"{library}." in text or "to_" in text:
            names[library] = pytest.importorskip(library)
    if "to_pandas" in text:
        pytest.importorskip("pandas")
    test = doctest.DocTestParser().get_doctest(text, names, name, name, 0)
    told = []
    failed = doctest.DocTestRunner(verbose=False).run(test, out=told.append).failed
    assert failed == 0, "".join(told)


def test_everything_public_is_documented():
    assert len(EXAMPLES) > 30
    bare = []
    for name, node, text in documented():
        own = getattr(node, "name", "x")
        # A setter and a second overload are told of with the first.
        again = any(
            ast.unparse(mark).endswith(".setter") or ast.unparse(mark) == "overload"
            for mark in getattr(node, "decorator_list", [])
        )
        if not text and not own.startswith("_") and not again:
            bare.append(name)
    assert bare == []


def test_documentation_is_there_at_run_time_too():
    for name in tabulith.__all__:
        thing = getattr(tabulith, name)
        if isinstance(thing, type) or callable(thing):
            assert thing.__doc__, name
