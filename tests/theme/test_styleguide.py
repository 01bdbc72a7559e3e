"""The styleguide shows every component in every state."""

from __future__ import annotations

import lxml.html
import pytest
from conftest import ROOT, git, script
from jinja2 import meta

from caravan.site.templates import Theme
from tools import styleguide


@pytest.fixture(scope="module")
def guide(tmp_path_factory):
    return styleguide.styleguide(ROOT, tmp_path_factory.mktemp("guide") / "pages").parent


def test_examples_and_components_correspond():
    assert sorted(styleguide.examples(ROOT)) == styleguide.names(ROOT)


def test_every_parameter_of_a_component_has_an_example():
    theme = Theme(ROOT / "theme")
    for component, states in styleguide.examples(ROOT).items():
        macro = theme.component(component, "en")
        used = {name for state in states for name in state["arguments"]} | {"assets"}
        assert set(macro.arguments) <= used, component


def test_components_use_only_their_parameters():
    """And the functions of gettext."""
    environment = Theme(ROOT / "theme").environment
    for name in styleguide.names(ROOT):
        source = (ROOT / "theme" / "templates" / "components" / f"{name}.html").read_text()
        assert meta.find_undeclared_variables(environment.parse(source)) <= {"_", "gettext", "ngettext"}, name


@pytest.mark.parametrize("name", ["ltr-light", "ltr-dark", "rtl-light", "rtl-dark"])
def test_every_page_shows_every_example_in_its_direction(guide, name):
    tree = lxml.html.fromstring((guide / f"{name}.html").read_bytes())
    assert tree.get("dir") == name[:3]
    titles = [code.text for code in tree.xpath("//section[@class='example']/code")]
    assert titles == [f"{component}: {state['title']}" for component, states in sorted(styleguide.examples(ROOT).items())
                     for state in states] + ["text: all Markdown that a text may use"]  # fmt: skip
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for label_id in tree.xpath("//@aria-labelledby"):
        assert label_id in ids
    assert "prefers-color-scheme" not in tree.xpath("string(//style)")


def test_the_command_prints_the_path_of_the_pages_which_git_ignores(project):
    result = script(project, "styleguide.py")
    assert result.returncode == 0, result.stderr
    path = result.stdout.strip().split()[-1]
    assert path.endswith("styleguide/index.html") and (project / "styleguide" / "rtl-dark.html").is_file()
    assert git(project, "status", "--porcelain") == ""
