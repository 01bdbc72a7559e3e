"""Every page is valid HTML."""

from __future__ import annotations

import json
import subprocess

import pytest
from conftest import ROOT

from tools import node_tools, styleguide

# The configuration disables the check of landmarks: the validator counts every <aside> as one, but HTML-AAM excludes
# those without a name in an article. tests/browser checks landmarks with axe.
CONFIG = ROOT / "tests" / "html-validate.json"
# The style guide shows components next to each other, so the order of headings has no meaning there.
PAGE_RULES = {"heading-level"}
pytestmark = pytest.mark.usefixtures("node")


def validation_errors(folder, ignored=frozenset()):
    """The errors of html-validate for all pages in `folder`, each as `page:line: rule: message`."""
    program = node_tools.ensure_node_packages(ROOT) / "html-validate" / "bin" / "html-validate.mjs"
    report = folder / "html-validate.out"  # a file, because Node may truncate what it writes to a pipe
    command = [
        str(node_tools.node()),
        str(program),
        "--config",
        str(CONFIG),
        "--formatter",
        f"json={report}",
        f"{folder}/**/*.html",
    ]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert report.is_file(), result.stderr
    output = report.read_text(encoding="utf-8")
    report.unlink()
    return [
        f"{page['filePath'].removeprefix(str(folder))}:{message['line']}: {message['ruleId']}: {message['message']}"
        for page in json.loads(output)
        for message in page["messages"]
        if message["ruleId"] not in ignored
    ]


@pytest.mark.any_content
def test_every_page_is_valid(site):
    errors = validation_errors(site)
    assert not errors, "\n".join(errors)


def test_every_rare_page_is_valid(rare_site):
    errors = validation_errors(rare_site)
    assert not errors, "\n".join(errors)


def test_every_component_is_valid_in_every_state(tmp_path):
    styleguide.styleguide(ROOT, tmp_path / "pages")
    for name in ("ltr-dark", "rtl-light", "rtl-dark", "index"):  # the same HTML but for the direction
        (tmp_path / "pages" / f"{name}.html").unlink()
    errors = validation_errors(tmp_path / "pages", PAGE_RULES)
    assert not errors, "\n".join(errors)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<p><div>x</div></p>", "close-order"),
        ("<ul><p>x</p></ul>", "element-permitted-content"),
        ('<p id="a">x</p><p id="a">x</p>', "no-dup-id"),
        ('<img src="x.png">', "wcag/h37"),
        ("<p>a & b < c</p>", "no-raw-characters"),
        ('<button type="push">x</button>', "attribute-allowed-values"),
        ("<h1>x</h1><h3>x</h3>", "heading-level"),
    ],
)
def test_the_validator_finds_errors(tmp_path, body, rule):
    (tmp_path / "index.html").write_text(
        f'<!doctype html>\n<html lang="en"><head><title>x</title></head><body>{body}</body></html>\n'
    )
    errors = "\n".join(validation_errors(tmp_path))
    assert rule in errors, errors
