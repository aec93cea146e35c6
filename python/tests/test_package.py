"""The package as installed: its version, its typing, its names."""

import ast
from importlib import metadata
from importlib.resources import files

import tabulith


def test_the_version_is_the_one_of_the_installed_package():
    assert tabulith.__version__ == metadata.version("tabulith")


def test_the_package_says_that_it_is_typed():
    assert files("tabulith").joinpath("py.typed").is_file()


def test_every_public_name_exists():
    assert [name for name in tabulith.__all__ if not hasattr(tabulith, name)] == []


def test_the_stubs_name_what_there_is():
    stubs = ast.parse(files("tabulith").joinpath("_core.pyi").read_text(encoding="utf-8"))
    core = tabulith._core
    for node in stubs.body:
        if isinstance(node, ast.FunctionDef):
            assert callable(getattr(core, node.name))
        elif isinstance(node, ast.ClassDef) and hasattr(core, node.name):
            named = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            named |= {item.target.id for item in node.body if isinstance(item, ast.AnnAssign)}
            real = {name for name in vars(getattr(core, node.name)) if not name.startswith("_")}
            assert {name for name in named if not name.startswith("_")} == real, node.name
    classes = {node.name for node in stubs.body if isinstance(node, ast.ClassDef)}
    assert {name for name, thing in vars(core).items() if isinstance(thing, type)} <= classes
