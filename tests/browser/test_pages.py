"""Every page in a real browser, in every language: what readers with other eyes, hands and devices would miss."""

from __future__ import annotations

import pytest
from conftest import serve_folder
from reach import pages
from walk import DESK, LOOKS, OF_WHOLE_PAGES, eyes, in_both_schemes, told, under_strain

LANGS = ("en", "es", "fil")
MOST_REQUESTS = 3


@pytest.fixture(scope="module")
def address(site):
    with serve_folder(site) as at:
        yield at


def of(site, lang):
    return [name for name, page in pages(site).items() if page.tree.get("lang") == lang]


@pytest.mark.parametrize("lang", LANGS)
def test_everybody_can_read_it(site, address, browser, lang):
    """axe with all rules up to AAA, sizes, reflow, spacing, stillness and forced colours, in both schemes."""
    found = []
    with eyes(browser) as page:
        for name in of(site, lang):
            page.emulate_media(color_scheme="light")
            page.goto(f"{address}/{name}")
            found += [f"/{name}: {line}" for line in in_both_schemes(page) + under_strain(page)]
    assert not found, told(found)


def test_everybody_can_read_pages_that_are_rare(rare_site, browser):
    found = []
    with serve_folder(rare_site) as at, eyes(browser) as page:
        for name in ("fil/background/two/", "es/background/one/", "background/", "background/page/2/", "analysis/", "background/draft/", "about/"):
            page.emulate_media(color_scheme="light")
            page.goto(f"{at}/{name}")
            found += [f"/{name}: {line}" for line in in_both_schemes(page) + under_strain(page)]
    assert not found, told(found)


@pytest.mark.parametrize("lang", LANGS)
def test_nobody_else_is_asked_and_the_keyboard_reaches_everything(site, address, browser, lang):
    """With the policy as it is published, on a desk."""
    found, asked = [], []
    # Where nothing glides, a stop is in the window as soon as it has the focus.
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: found.append(f"{page.url}: says {message.text}"))
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    looks = LOOKS.read_text()
    for name in of(site, lang):
        asked.clear()
        page.goto(f"{address}/{name}")
        ours = [url for url in asked if url.startswith(f"{address}/")]
        found += [f"/{name}: asks {url}" for url in asked if url not in ours and not url.startswith("data:")]
        found += [f"/{name}: {len(ours)} requests: {ours}"] if len(ours) > MOST_REQUESTS else []
        page.evaluate(looks)
        for _ in range(page.evaluate("looks.watchFocus()") + 2):
            page.keyboard.down("Tab")
        found += [f"/{name}: {line}" for line in page.evaluate("looks.focusReport()")]
    context.close()
    assert not found, told(found)


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_needs_scripts(site, address, browser, lang):
    """Words and links are the same without them, save the buttons that only scripts can serve."""
    every = pages(site)
    names = [name for name in of(site, lang) if every[name].tree.xpath("//script[@src]")]
    assert names
    said = []
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts, viewport=DESK)
        page = context.new_page()
        words = {}
        for name in names:
            page.goto(f"{address}/{name}")
            words[name] = page.evaluate(
                "[...document.querySelectorAll('button')].forEach(button => button.remove()),"
                "document.body.innerText + [...document.links].map(link => link.href).join()"
            )
        said.append(words)
        context.close()
    assert said[0] == said[1] and all(said[0].values())


def test_the_first_tab_stop_leads_to_the_text(address, browser):
    page = browser.new_page()
    page.goto(f"{address}/background/nafta/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    page.wait_for_url("**/#main")  # a browser that is busy says its new address a moment later
    page.close()


def test_the_dark_scheme_is_dark_and_devices_are_told_its_ground(address, browser):
    with eyes(browser) as page:
        for scheme, fits in (("light", lambda sum: sum > 600), ("dark", lambda sum: sum < 150)):
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            ground = page.evaluate("looks.ground()")
            assert fits(sum(map(int, ground[4:-1].split(",")))), scheme
            assert page.evaluate("scheme => looks.themeColour(scheme)", scheme) == ground, "theme-color of page_head.html"


@pytest.mark.parametrize("name", ["ltr-light", "ltr-dark", "rtl-light", "rtl-dark"])
def test_every_component_in_every_state_can_be_read(guide, browser, name):
    with serve_folder(guide) as at, eyes(browser) as page:
        page.goto(f"{at}/{name}.html")
        found = in_both_schemes(page, OF_WHOLE_PAGES) + under_strain(page)
    assert not found, told(found)


def test_the_tests_of_this_file_would_tell(browser, tmp_path):
    """A page with every fault at once."""
    (tmp_path / "index.html").write_text("""<!doctype html><html lang="en"><title>x</title><style>
      body{background:#fff;color:#999} h1{color:#767676;font-size:1rem;font-weight:400} .wide{width:500px} .cut{height:1em;overflow:hidden} .mark{display:block;width:20px;height:20px;background:red}
      a{outline:0!important;text-decoration:none;color:inherit;forced-color-adjust:none} @media(forced-colors:active){a{color:#fff}} .late{transition:all 2s} b{position:absolute;left:300px;width:200px}
      button{width:10px;height:10px;padding:0;border:0}</style><main><h1>Pale words</h1><p class="wide">Words <a href="#a">that lead</a> on</p>
      <div class="cut">Words<br>Words<br>Words</div><i class="mark"></i><p class="late">x</p><b>out</b>
      <a href="#b" tabindex="2">b</a><button aria-label="x"></button><img src="x.png"></main></html>""")
    with serve_folder(tmp_path) as at, eyes(browser) as page:
        page.goto(at)
        heard = "\n".join(in_both_schemes(page) + under_strain(page))
        for said in (
            "axe color-contrast-enhanced", "axe image-alt", "axe tabindex", "(dark)", "the page scrolls sideways", "<p.wide> “Words that lead on” reaches",
            "<b> “out” reaches from 300", "cuts off what it holds", "<button> is 10 × 10 px", "<p.late> “x” has a transition (reduced motion)",
            "has the colour of the paper", "<i.mark> is drawn by its ground alone", "(at 400 %)", "(text set apart)",
        ):  # fmt: skip
            assert said in heard, f"{said} in {heard}"
        page.evaluate("looks.watchFocus()")
        for _ in range(4):
            page.keyboard.press("Tab")
        heard = "\n".join(page.evaluate("looks.focusReport()"))
        for said in ("shows no outline in focus", "a tabindex above 0", "the focus goes back and forth"):
            assert said in heard, heard
