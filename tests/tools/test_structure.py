"""The structure of the code: what it says about a small project whose structure is wrong in every way that it checks."""

from __future__ import annotations

import pytest

from tools import structure

DOCUMENT = """# Architecture

| package | about |
|---|---|
| `tasks.py` | the commands |
| `caravan/build/` | builds |
| `caravan/site/` | pages |
| `caravan/git.py` | git |

| module | about |
|---|---|
| `build/builder.py` | the build |
| `site/urls.py` | URLs |
| `git.py` | git |
"""


@pytest.fixture
def small_project(tmp_path):
    """A project without a fault."""
    write(tmp_path, "docs/architecture.md", DOCUMENT)
    write(tmp_path, "caravan/build/builder.py", "from caravan.site import urls\nfrom .. import git\n")
    write(tmp_path, "caravan/site/urls.py", "class Urls:\n    pass\n")
    write(tmp_path, "caravan/git.py", "")
    return tmp_path


def write(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_a_project_like_its_document_has_no_fault(small_project):
    assert structure.structure_faults(small_project) == []


def test_an_import_of_a_higher_layer_is_named(small_project):
    write(small_project, "caravan/git.py", "def run():\n    from caravan.site.urls import Urls\n    return Urls\n")
    assert structure.structure_faults(small_project) == [
        "caravan/git.py imports caravan/site/urls.py, which is above it in docs/architecture.md"
    ]


def test_an_import_cycle_is_named(small_project):
    write(small_project, "caravan/site/urls.py", "import caravan.git\n")
    write(small_project, "caravan/git.py", "import caravan.site.urls\n")
    [cycle] = [fault for fault in structure.structure_faults(small_project) if fault.startswith("import cycle: ")]
    names = cycle.removeprefix("import cycle: ").split(" → ")
    assert set(names) == {"caravan/git.py", "caravan/site/urls.py"} and names[0] == names[-1]


def test_two_classes_of_one_name_are_named(small_project):
    write(small_project, "caravan/git.py", "class Urls:\n    pass\n")
    assert structure.structure_faults(small_project) == [
        "class Urls is defined in caravan/git.py and in caravan/site/urls.py; rename all but one"
    ]


def test_the_list_of_modules_must_be_complete(small_project):
    write(small_project, "caravan/site/feeds.py", "")
    (small_project / "caravan" / "git.py").unlink()
    assert structure.structure_faults(small_project) == [
        "docs/architecture.md lists caravan/site/feeds.py 0 times; list each module once",
        "docs/architecture.md lists caravan/git.py, which does not exist",
    ]


def test_a_module_outside_all_layers_is_named(small_project):
    write(small_project, "caravan/media/pictures.py", "")
    assert "caravan/media/pictures.py: no row of the table of packages in docs/architecture.md contains this module" in (
        structure.structure_faults(small_project)
    )
