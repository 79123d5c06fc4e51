"""The file as others get it: old interpreters, type checkers, wheels, imports, and the page that says which test holds what."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import io
import pathlib
import re
import unittest
import zipfile

import loki_logger
from fake_loki import FakeLoki
from programs import HERE, run

ROOT = HERE.parent
STUB = HERE / "loki_logger-stubs" / "__init__.pyi"
CONTRACT = ROOT / "docs" / "logger-contract.md"


class PackagingTest(unittest.TestCase):
    def test_the_oldest_supported_python_can_read_it(self) -> None:
        source = (HERE / "loki_logger.py").read_text()
        ast.parse(source, feature_version=(3, 9))
        with self.assertRaises(SyntaxError):  # this parser does tell versions apart
            ast.parse("match 1:\n    case 1: pass", feature_version=(3, 9))

    def test_types_are_those_of_the_code(self) -> None:
        tree = ast.parse(STUB.read_text())
        classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        self.assertEqual(set(loki_logger.__all__), set(classes) | functions)
        for name, node in classes.items():
            real = getattr(loki_logger, name)
            typed = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
            public = {method for method, value in vars(real).items()
                      if (inspect.isfunction(value) or isinstance(value, classmethod)) and not method.startswith("_")}
            self.assertEqual(public, {method for method in typed if not method.startswith("_")}, name)
            for method, signature in typed.items():
                code = inspect.getattr_static(real, method)
                parameters = list(inspect.signature(getattr(code, "__func__", code)).parameters)
                arguments = signature.args
                written = [*arguments.posonlyargs, *arguments.args, *filter(None, [arguments.vararg]), *arguments.kwonlyargs,
                           *filter(None, [arguments.kwarg])]
                self.assertEqual(parameters, [argument.arg for argument in written], f"{name}.{method}")
        fields = [(item.target.id, ast.unparse(item.annotation)) for item in classes["Settings"].body  # type: ignore[union-attr]
                  if isinstance(item, ast.AnnAssign)]
        self.assertEqual([(field.name, field.type) for field in dataclasses.fields(loki_logger.Settings)], fields)

    def test_a_wheel_is_small(self) -> None:
        wheel = io.BytesIO()
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in (HERE / "loki_logger.py", STUB):
                archive.write(file)
        self.assertLess(len(wheel.getvalue()), 60_000)

    def test_importing_opens_no_connection_and_changes_no_module(self) -> None:
        with FakeLoki() as loki:
            result = run("""
                import importlib, logging, socket
                del sys.modules["loki_logger"]
                class Forbidden(socket.socket):
                    def __init__(self, *_, **__):
                        raise AssertionError("a socket at import")
                socket.socket = Forbidden
                modules = [logging, socket, threading, os, sys.modules["http.client"], sys.modules["json.encoder"]]
                before = [dict(vars(module)) for module in modules]
                handlers = list(logging.getLogger().handlers)
                importlib.import_module("loki_logger")
                assert [dict(vars(module)) for module in modules] == before
                assert logging.getLogger().handlers == handlers
                """, loki.url)
        self.assertEqual((0, ""), (result.status, result.err))

    def test_every_test_that_the_contract_names_exists(self) -> None:
        java = "".join(file.read_text() for folder in ("client", "e2e", "server")
                       for file in sorted((ROOT / folder / "src" / "test").rglob("*Test.java")))
        python = "".join(file.read_text() for file in HERE.glob("test_*.py"))
        named = re.findall(r"`(?:(\w+)\.)?(\w+)`", CONTRACT.read_text())
        tests = 0
        for holder, name in named:
            if holder.endswith("Test"):
                self.assertRegex(java, rf"class {holder}\b")
                self.assertIn(f" void {name}(", java)
                tests += 1
            elif name.startswith("test_"):
                self.assertIn(f"def {name}(", python)
                tests += 1
        self.assertGreater(tests, 100)


if __name__ == "__main__":
    unittest.main()
