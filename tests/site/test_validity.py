"""Every page is HTML by the standard: no error of the validator, on any page."""

from __future__ import annotations

import json
import subprocess

import pytest
from conftest import ROOT

from caravan.dev import node_tools, styleguide

# The validator counts every <aside> as a landmark; in an article one without a name is none (HTML-AAM), and axe, which
# asks the browser, checks landmarks in tests/browser.
CONFIG = ROOT / "tests" / "html-validate.json"
# A styleguide shows parts side by side, so the order of a page's headings means nothing there.
OF_WHOLE_PAGES = {"heading-level"}
pytestmark = pytest.mark.usefixtures("node")


def errors(folder, ignored=frozenset()):
    """What html-validate says of all pages below `folder`, each line with page and place."""
    program = node_tools.ensure_node_packages(ROOT) / "html-validate" / "bin" / "html-validate.mjs"
    report = folder / "html-validate.out"  # a file: what Node writes into a pipe may be cut off at its end
    command = [str(node_tools.node()), str(program), "--config", str(CONFIG), "--formatter", f"json={report}", f"{folder}/**/*.html"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert report.is_file(), done.stderr
    said = report.read_text(encoding="utf-8")
    report.unlink()
    return [
        f"{page['filePath'].removeprefix(str(folder))}:{message['line']}: {message['ruleId']}: {message['message']}"
        for page in json.loads(said)
        for message in page["messages"]
        if message["ruleId"] not in ignored
    ]


def test_every_page_is_valid(site, rare_site):
    found = errors(site) + errors(rare_site)
    assert not found, "\n".join(found)


def test_every_component_is_valid_in_every_state(tmp_path):
    styleguide.styleguide(ROOT, tmp_path / "pages")
    for name in ("ltr-dark", "rtl-light", "rtl-dark", "index"):  # the same HTML but for the direction
        (tmp_path / "pages" / f"{name}.html").unlink()
    found = errors(tmp_path / "pages", OF_WHOLE_PAGES)
    assert not found, "\n".join(found)


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
def test_the_validator_would_tell(tmp_path, body, rule):
    (tmp_path / "index.html").write_text(f'<!doctype html>\n<html lang="en"><head><title>x</title></head><body>{body}</body></html>\n')
    said = "\n".join(errors(tmp_path))
    assert rule in said, said
