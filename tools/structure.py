"""Compare the modules below caravan/ with docs/architecture.md; the step of `lint` beside ruff.

The document states the order of the packages and lists the modules. Checked are: imports only lead down in this order and
not in cycles, names of modules and classes are unique, and the list of modules is complete.
"""

from __future__ import annotations

import ast
import graphlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

DOCUMENT = "docs/architecture.md"
# The row of a layer starts with a package (`caravan/site/`) or a single module (`caravan/git.py`).
LAYER = re.compile(r"^\| `(tasks\.py|caravan/[\w/]*(?:\.py)?)`", re.MULTILINE)
# The row of a module starts with its path below caravan/, such as `site/urls.py`.
MODULE = re.compile(r"^\| `(?!caravan/|tasks\.py)([\w/]+\.py)` \|", re.MULTILINE)


def structure_faults(root: Path) -> list[str]:
    """One sentence for each difference between the code and docs/architecture.md."""
    modules = {path.relative_to(root).as_posix(): path for path in sorted((root / "caravan").rglob("*.py"))}
    trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in modules.items()}
    document = (root / DOCUMENT).read_text(encoding="utf-8")
    imports = {name: set(imported_modules(name, tree, modules)) for name, tree in trees.items()}
    return [
        *layer_faults(imports, LAYER.findall(document)),
        *import_cycles(imports),
        *duplicate_names(trees),
        *module_list_faults(modules, document),
    ]


def imported_modules(name: str, tree: ast.Module, modules: dict[str, Path]) -> Iterator[str]:
    """The paths of the modules of this project that a module imports, also inside functions."""
    package = name.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            candidates = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = [*base, *(node.module.split(".") if node.module else [])]
            candidates = [source, *([*source, alias.name] for alias in node.names)]
        else:
            continue
        for parts in candidates:
            path = f"{'/'.join(parts)}.py"
            if path in modules and path != name:
                yield path


def layer_faults(imports: dict[str, set[str]], layers: list[str]) -> Iterator[str]:
    """Modules without a layer, and imports of a module in a higher layer. `layers`: from the top down."""

    def position(name: str) -> int:
        matches = [number for number, layer in enumerate(layers) if name == layer or (layer.endswith("/") and name.startswith(layer))]
        return matches[-1] if matches else -1

    for name, imported in imports.items():
        if name.endswith("__init__.py"):
            continue
        if position(name) < 0:
            yield f"{name}: no row of the table of packages in {DOCUMENT} contains this module"
            continue
        for target in sorted(imported):
            if 0 <= position(target) < position(name):
                yield f"{name} imports {target}, which is above it in {DOCUMENT}"


def import_cycles(imports: dict[str, set[str]]) -> Iterator[str]:
    """An import cycle, if there is one."""
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        yield f"import cycle: {' → '.join(reversed(error.args[1]))}"


def duplicate_names(trees: dict[str, ast.Module]) -> Iterator[str]:
    """Names of modules and classes that are used more than once."""
    uses: dict[str, list[str]] = defaultdict(list)
    for name, tree in trees.items():
        if not name.endswith("__init__.py"):
            uses[f"module {name.rpartition('/')[2]}"].append(name)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                uses[f"class {node.name}"].append(name)
    for name, paths in uses.items():
        if len(paths) > 1:
            yield f"{name} is defined in {' and in '.join(paths)}; rename all but one"


def module_list_faults(modules: dict[str, Path], document: str) -> Iterator[str]:
    """Modules that the document does not list exactly once, and listed ones that do not exist."""
    listed = [f"caravan/{name}" for name in MODULE.findall(document)]
    for name in modules:
        if not name.endswith("__init__.py") and listed.count(name) != 1:
            yield f"{DOCUMENT} lists {name} {listed.count(name)} times; list each module once"
    for name in sorted(set(listed) - set(modules)):
        yield f"{DOCUMENT} lists {name}, which does not exist"


if __name__ == "__main__":
    found = structure_faults(Path(__file__).resolve().parents[1])
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)
