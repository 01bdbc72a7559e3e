"""`lint`: ruff, and the structure that docs/architecture.md describes: layers, unique names, a complete list of modules.

docs/architecture.md is the only place that states the order of the packages and lists the modules; this module compares
the code with it.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

DOC = "docs/architecture.md"
# A row of the table of packages names a package (`caravan/site/`) or a single module (`caravan/git.py`).
LAYER = re.compile(r"^\| `(tasks\.py|caravan/[\w/]*(?:\.py)?)`", re.MULTILINE)
MODULE = re.compile(r"^\| `([\w/]+\.py)` \|", re.MULTILINE)


def run(root: Path) -> int:
    """Print every fault; returns the exit code (1 for any fault)."""
    ruff = subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", str(root)], cwd=root).returncode
    faults = list(structure_faults(root))
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if ruff or faults else 0


def structure_faults(root: Path) -> list[str]:
    """Where the code departs from docs/architecture.md, one sentence each."""
    modules = {path.relative_to(root).as_posix(): path for path in sorted((root / "caravan").rglob("*.py"))}
    trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in modules.items()}
    document = (root / DOC).read_text(encoding="utf-8")
    imports = {name: set(imported_modules(name, tree, modules)) for name, tree in trees.items()}
    return [
        *layer_faults(imports, LAYER.findall(document)),
        *circles(imports),
        *repeated_names(trees),
        *unlisted_modules(modules, document),
    ]


def imported_modules(name: str, tree: ast.Module, modules: dict[str, Path]) -> Iterator[str]:
    """The modules of the project that a module imports anywhere in its code, by path."""
    package = name.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            candidates = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = [*base, *(node.module.split(".") if node.module else [])]
            candidates = [start, *([*start, alias.name] for alias in node.names)]
        else:
            continue
        for parts in candidates:
            path = f"{'/'.join(parts)}.py"
            if path in modules and path != name:
                yield path


def layer_faults(imports: dict[str, set[str]], layers: list[str]) -> Iterator[str]:
    """Imports that lead upwards in the table of packages."""
    def rank(name: str) -> int:
        found = [number for number, layer in enumerate(layers) if name == layer or layer.endswith("/") and name.startswith(layer)]
        return found[-1] if found else -1

    for name, targets in imports.items():
        if name.endswith("__init__.py"):
            continue
        if rank(name) < 0:
            yield f"{name}: no row of the table of packages in {DOC} holds this module"
        for target in sorted(targets):
            if rank(target) < rank(name):
                yield f"{name} imports {target}, which stands above it in {DOC}"


def circles(imports: dict[str, set[str]]) -> Iterator[str]:
    """Each module that reaches itself through imports, with the shortest way."""
    for start in imports:
        ways, seen = [[start]], {start}
        while ways:
            way = ways.pop(0)
            for target in sorted(imports.get(way[-1], ())):
                if target == start:
                    yield f"imports run in a circle: {' → '.join([*way, start])}"
                    ways = []
                    break
                if target not in seen:
                    seen.add(target)
                    ways.append([*way, target])


def repeated_names(trees: dict[str, ast.Module]) -> Iterator[str]:
    """Class names and module names that stand for two things."""
    places: dict[str, list[str]] = defaultdict(list)
    for name, tree in trees.items():
        if not name.endswith("__init__.py"):
            places[f"module {name.rpartition('/')[2]}"].append(name)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[f"class {node.name}"].append(name)
    for what, where in places.items():
        if len(where) > 1:
            yield f"{what} stands in {' and in '.join(where)}; one name is one thing"


def unlisted_modules(modules: dict[str, Path], document: str) -> Iterator[str]:
    """Modules that the document does not list exactly once, and listed ones that do not exist."""
    listed = [f"caravan/{name}" for name in MODULE.findall(document)]
    for name in modules:
        if not name.endswith("__init__.py") and listed.count(name) != 1:
            yield f"{DOC} lists {name} {listed.count(name)} times; list each module once"
    for name in sorted(set(listed) - set(modules)):
        yield f"{DOC} lists {name}, which does not exist"
