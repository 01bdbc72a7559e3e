"""The styleguide shows every component, and shows it whole."""

from __future__ import annotations

import lxml.html
import pytest
from conftest import ROOT, git, task
from jinja2 import meta

from caravan.dev import styleguide
from caravan.site.templates import Theme


@pytest.fixture(scope="module")
def guide(tmp_path_factory):
    return styleguide.styleguide(ROOT, tmp_path_factory.mktemp("guide") / "pages").parent


def test_every_component_has_examples_and_every_example_a_component():
    assert sorted(styleguide.examples(ROOT)) == styleguide.names(ROOT)


def test_every_argument_of_a_component_is_shown():
    """An argument that no example gives is a state that nobody looks at."""
    theme = Theme(ROOT / "theme")
    for component, states in styleguide.examples(ROOT).items():
        macro = theme.component(component, "en")
        given = {name for state in states for name in state["arguments"]} | {"assets"}
        assert set(macro.arguments) <= given, component


def test_components_reach_for_nothing_but_their_arguments():
    """Explicit parameters: phrases aside, a component knows no name that was not given to it."""
    environment = Theme(ROOT / "theme").environment
    for name in styleguide.names(ROOT):
        source = (ROOT / "theme" / "templates" / "components" / f"{name}.html").read_text()
        assert meta.find_undeclared_variables(environment.parse(source)) <= {"_", "gettext", "ngettext"}, name


@pytest.mark.parametrize("name", ["ltr-light", "ltr-dark", "rtl-light", "rtl-dark"])
def test_each_page_shows_each_example_in_its_direction(guide, name):
    tree = lxml.html.fromstring((guide / f"{name}.html").read_bytes())
    assert tree.get("dir") == name[:3]
    shown = [code.text for code in tree.xpath("//section[@class='example']/code")]
    assert shown == [f"{component}: {state['title']}" for component, states in sorted(styleguide.examples(ROOT).items())
                     for state in states] + ["text: everything that a text may hold"]  # fmt: skip
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for mark in tree.xpath("//@aria-labelledby"):
        assert mark in ids
    assert "prefers-color-scheme" not in tree.xpath("string(//style)")


def test_the_task_prints_where_the_pages_are_and_git_ignores_them(project):
    done = task(project, "styleguide")
    assert done.returncode == 0, done.stderr
    path = done.stdout.strip().split()[-1]
    assert path.endswith("styleguide/index.html") and (project / "styleguide" / "rtl-dark.html").is_file()
    assert git(project, "status", "--porcelain") == ""
