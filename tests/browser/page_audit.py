"""Audits of open pages: axe and page_checks.js, run together in one visit because loading a page costs most of the time."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from tools import node_tools

ROOT = Path(__file__).resolve().parents[2]
PAGE_CHECKS = Path(__file__).with_name("page_checks.js")
PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
ZOOMED = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %
# WCAG 1.4.12: the text spacing that a reader may set without loss of content.
TEXT_SPACING = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-block-end:2em!important}"
)
AXE = """async disabledRules => {
  const rules = Object.fromEntries(axe.getRules().map(({ruleId, tags}) =>
    [ruleId, {enabled: !tags.includes("deprecated") && !tags.includes("experimental") && !disabledRules.includes(ruleId)}]));
  const {violations} = await axe.run(document, {rules, resultTypes: ["violations"], elementRef: false});
  return violations.flatMap(({id, help, nodes}) => nodes.map(node => `axe ${id}: ${help}: ${node.target.join(" ")}: ${node.any[0]?.message ?? ""}`));
}"""
# Rules of axe for the structure of a whole page, which does not apply to a page of the styleguide.
WHOLE_PAGE_RULES = (
    "heading-order", "page-has-heading-one", "region", "bypass", "landmark-one-main", "landmark-unique", "landmark-no-duplicate-banner",
    "landmark-no-duplicate-contentinfo", "landmark-no-duplicate-main", "landmark-banner-is-top-level", "landmark-main-is-top-level",
    "landmark-contentinfo-is-top-level", "landmark-complementary-is-top-level", "identical-links-same-purpose", "skip-link",
)  # fmt: skip


@contextlib.contextmanager
def audit_page(browser: Browser, **options: object) -> Iterator[Page]:
    """A page with axe and page_checks.js in it. Its Content-Security-Policy is bypassed, which would hide some errors from axe."""
    context = browser.new_context(bypass_csp=True, viewport=DESKTOP, **options)
    context.add_init_script(path=node_tools.ensure_node_packages(ROOT) / "axe-core" / "axe.min.js")
    context.add_init_script(path=PAGE_CHECKS)
    try:
        yield context.new_page()
    finally:
        context.close()


def audit_colour_schemes(page: Page, disabled_rules: Iterable[str] = ()) -> list[str]:
    """Errors that axe reports for the light scheme on a desktop and the dark one on a phone, and those of `audit_widths`."""
    errors = [f"{error} (light)" for error in page.evaluate(AXE, list(disabled_rules))]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    errors += [f"{error} (dark)" for error in page.evaluate(AXE, list(disabled_rules))]
    return errors + audit_widths(page)


def audit_widths(page: Page) -> list[str]:
    """Overflow and targets that are too small, on a desktop and on a phone."""
    errors = []
    for viewport in (DESKTOP, PHONE):
        page.set_viewport_size(viewport)
        found = page.evaluate("[...pageChecks.overflow(), ...pageChecks.targetSizes()]")
        errors += [f"{error} (at {viewport['width']} px)" for error in found]
    return errors


def audit_user_settings(page: Page) -> list[str]:
    """Errors under zoom, text spacing, reduced motion and forced colours."""
    page.set_viewport_size(ZOOMED)
    errors = [f"{error} (at 400 %)" for error in page.evaluate("pageChecks.overflow()")]
    page.set_viewport_size(PHONE)
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet] }", TEXT_SPACING
    )
    errors += [f"{error} (text spacing)" for error in page.evaluate("pageChecks.overflow()")]
    page.evaluate("document.adoptedStyleSheets = []")
    page.emulate_media(reduced_motion="reduce", forced_colors="active", color_scheme="light")
    errors += [f"{error} (reduced motion)" for error in page.evaluate("pageChecks.motion()")]
    errors += [f"{error} (forced colours)" for error in page.evaluate("pageChecks.forcedColours()")]
    page.emulate_media(reduced_motion="no-preference", forced_colors="none")
    page.set_viewport_size(DESKTOP)
    return errors


def summarize(errors: list[str]) -> str:
    """The errors grouped by kind: the number of each, its first example and some of the pages that have it.

    Lines that begin with "/" start with the path of a page: "/path/: error".
    """
    groups: dict[str, tuple[str, list[str]]] = {}
    for line in errors:
        path, _, error = line.partition(": ") if line.startswith("/") else ("", "", line)
        groups.setdefault(re.sub(r"#?\d+|“[^”]*”?", "", error), (error, []))[1].append(path)
    lines = []
    for error, paths in groups.values():
        examples = ", ".join(dict.fromkeys(paths[:30]))[:120]
        lines.append(f"{len(paths)} times: {error}  [{examples}]")
    return "\n".join([f"{len(errors)} errors of {len(lines)} kinds:", *lines])
