"""Opening pages and asking them what the tests want to know: one visit for many questions, since a visit costs most."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from caravan.dev import node_tools

ROOT = Path(__file__).resolve().parents[2]
LOOKS = Path(__file__).with_name("looks.js")
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
ZOOMED = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %
# WCAG 1.4.12: what a reader may set for lines, paragraphs, letters and words, without losing anything.
SPACING = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-block-end:2em!important}"
)
AXE = """async off => {
  const rules = Object.fromEntries(axe.getRules().map(({ruleId, tags}) =>
    [ruleId, {enabled: !tags.includes("deprecated") && !tags.includes("experimental") && !off.includes(ruleId)}]));
  const {violations} = await axe.run(document, {rules, resultTypes: ["violations"], elementRef: false});
  return violations.flatMap(({id, help, nodes}) => nodes.map(node => `axe ${id}: ${help}: ${node.target.join(" ")}: ${node.any[0]?.message ?? ""}`));
}"""
# axe has no rule named for these conditions of a whole page; a styleguide shows parts, not a page.
OF_WHOLE_PAGES = (
    "heading-order", "page-has-heading-one", "region", "bypass", "landmark-one-main", "landmark-unique", "landmark-no-duplicate-banner",
    "landmark-no-duplicate-contentinfo", "landmark-no-duplicate-main", "landmark-banner-is-top-level", "landmark-main-is-top-level",
    "landmark-contentinfo-is-top-level", "landmark-complementary-is-top-level", "identical-links-same-purpose", "skip-link",
)  # fmt: skip


@contextlib.contextmanager
def eyes(browser, **options):
    """A page that may be asked everything: its policy is bypassed, since that would hide some faults from axe."""
    context = browser.new_context(bypass_csp=True, viewport=DESK, **options)
    context.add_init_script(path=node_tools.ensure_node_packages(ROOT) / "axe-core" / "axe.min.js")
    context.add_init_script(path=LOOKS)
    try:
        yield context.new_page()
    finally:
        context.close()


def in_both_schemes(page, off=()) -> list[str]:
    """What axe, and a look at sizes and colours, find on the open page: light on a desk, dark on a phone."""
    found = [f"{line} (light)" for line in page.evaluate(AXE, list(off))]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    found += [f"{line} (dark)" for line in page.evaluate(AXE, list(off))]
    return found + at_both_widths(page)


def at_both_widths(page) -> list[str]:
    """What the open page cuts off, and what is too small to touch, on a desk and on a phone."""
    found = []
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        found += [f"{line} (at {viewport['width']} px)" for line in page.evaluate("[...looks.overflow(), ...looks.targets()]")]
    return found


def under_strain(page) -> list[str]:
    """What breaks when a reader zooms, sets text apart, asks for stillness, or brings colours of their own."""
    page.set_viewport_size(ZOOMED)
    found = [f"{line} (at 400 %)" for line in page.evaluate("looks.overflow()")]
    page.set_viewport_size(PHONE)
    page.evaluate("css => { window.own = new CSSStyleSheet(); own.replaceSync(css); document.adoptedStyleSheets = [own] }", SPACING)
    found += [f"{line} (text set apart)" for line in page.evaluate("looks.overflow()")]
    page.evaluate("document.adoptedStyleSheets = []")
    page.emulate_media(reduced_motion="reduce", forced_colors="active", color_scheme="light")
    found += [f"{line} (reduced motion)" for line in page.evaluate("looks.motion()")]
    found += [f"{line} (forced colours)" for line in page.evaluate("looks.forced()")]
    page.emulate_media(reduced_motion="no-preference", forced_colors="none")
    page.set_viewport_size(DESK)
    return found


def told(found: list[str]) -> str:
    """The faults for a person: those of one kind once, with the first example and some of the pages that have it."""
    kinds: dict[str, tuple[str, list[str]]] = {}
    for line in found:
        page, _, fault = line.partition(": ") if line.startswith("/") else ("", "", line)
        kinds.setdefault(re.sub(r"#?\d+|“[^”]*”?", "", fault), (fault, []))[1].append(page)
    lines = []
    for fault, places in kinds.values():
        some = ", ".join(dict.fromkeys(places[:30]))[:120]
        lines.append(f"{len(places)} times: {fault}  [{some}]")
    return "\n".join([f"{len(found)} faults of {len(lines)} kinds:", *lines])
