"""Every page in a browser, in every language: accessibility, requests, keyboard access and pages without scripts."""

from __future__ import annotations

import pytest
from conftest import serve_folder
from page_audit import (
    DESKTOP,
    PAGE_CHECKS,
    WHOLE_PAGE_RULES,
    audit_colour_schemes,
    audit_page,
    audit_user_settings,
    summarize,
)
from reach import pages, without_redirects

LANGS = ("en", "es", "fil")
MAX_REQUESTS = 3
# What a page has left in the browser, and the elements that could open a window that knows this one.
TRACES = """async () => [
    document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...await caches.keys(),
    ...(await indexedDB.databases()).map(database => database.name),
    ...(await navigator.serviceWorker.getRegistrations()).map(worker => worker.scope),
    ...[...document.querySelectorAll("[target], base, iframe")].map(element => element.outerHTML),
    ...document.querySelector("meta[name=referrer][content=no-referrer]") ? [] : ["sends a referrer"],
].filter(Boolean)"""


@pytest.fixture(scope="module")
def base_url(site):
    with serve_folder(site) as url:
        yield url


def paths_in(site, lang):
    return [path for path, page in without_redirects(site).items() if page.tree.get("lang") == lang]


@pytest.mark.any_content
@pytest.mark.parametrize("lang", LANGS)
def test_pages_are_accessible(site, base_url, browser, lang):
    """All rules of axe up to AAA, target sizes, reflow, text spacing, reduced motion and forced colours, in both schemes."""
    errors = []
    with audit_page(browser) as page:
        for path in paths_in(site, lang):
            page.emulate_media(color_scheme="light")
            page.goto(f"{base_url}/{path}")
            errors += [f"/{path}: {error}" for error in audit_colour_schemes(page) + audit_user_settings(page)]
    assert not errors, summarize(errors)


def test_rare_pages_are_accessible(rare_site, browser):
    errors = []
    with serve_folder(rare_site) as rare_url, audit_page(browser) as page:
        for path in ("fil/background/two/", "es/background/one/", "background/", "background/page/2/", "analysis/", "background/draft/", "about/"):
            page.emulate_media(color_scheme="light")
            page.goto(f"{rare_url}/{path}")
            errors += [f"/{path}: {error}" for error in audit_colour_schemes(page) + audit_user_settings(page)]
    assert not errors, summarize(errors)


@pytest.mark.any_content
@pytest.mark.parametrize("lang", LANGS)
def test_pages_request_no_other_host_store_nothing_and_the_keyboard_reaches_everything(site, base_url, browser, lang):
    """With the published Content-Security-Policy, on a desktop."""
    errors, requests = [], []
    # Without smooth scrolling, a focused element is in the window at once.
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    page.on("request", lambda request: requests.append((request.url, request.resource_type)))
    page.on("console", lambda message: errors.append(f"{page.url}: console: {message.text}"))
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    page_checks = PAGE_CHECKS.read_text()
    for path in paths_in(site, lang):
        requests.clear()
        page.goto(f"{base_url}/{path}")
        errors += [f"/{path}: requests {url}" for url, _ in requests if not url.startswith((f"{base_url}/", "data:"))]
        own = [url for url, kind in requests if url.startswith(f"{base_url}/") and kind != "image"]  # pictures are up to the text
        errors += [f"/{path}: {len(own)} requests: {own}"] if len(own) > MAX_REQUESTS else []
        errors += [f"/{path}: leaves {trace}" for trace in page.evaluate(TRACES)]
        page.evaluate(page_checks)
        for _ in range(page.evaluate("pageChecks.recordFocus()") + 2):
            page.keyboard.down("Tab")
        errors += [f"/{path}: {error}" for error in page.evaluate("pageChecks.focusReport()")]
    errors += [f"cookie {cookie['name']}" for cookie in context.cookies()]
    context.close()
    assert not errors, summarize(errors)


def test_a_link_to_another_site_sends_no_referrer(base_url, browser):
    context, sent = browser.new_context(), []
    context.route("https://**", lambda route: (sent.append(route.request.headers), route.fulfill(body="Away")))
    page = context.new_page()
    page.goto(f"{base_url}/privacy/")
    page.click("footer a[href^='https:']")
    page.wait_for_url("https://**")
    told = page.evaluate("[document.referrer, window.opener]")
    context.close()
    assert sent and not any("referer" in headers for headers in sent) and told == ["", None]


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_needs_scripts(site, base_url, browser, lang):
    """Text and links are the same without scripts, except for the buttons that need them."""
    site_pages = pages(site)
    paths = [path for path in paths_in(site, lang) if site_pages[path].tree.xpath("//script[@src]")]
    assert paths
    results = []
    for scripts_enabled in (True, False):
        context = browser.new_context(java_script_enabled=scripts_enabled, viewport=DESKTOP)
        page = context.new_page()
        contents = {}
        for path in paths:
            page.goto(f"{base_url}/{path}")
            contents[path] = page.evaluate(
                "[...document.querySelectorAll('button')].forEach(button => button.remove()),"
                "document.body.innerText + [...document.links].map(link => link.href).join()"
            )
        results.append(contents)
        context.close()
    assert results[0] == results[1] and all(results[0].values())


def test_the_first_tab_stop_is_the_skip_link(base_url, browser):
    page = browser.new_page()
    page.goto(f"{base_url}/background/harbor-rules/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    page.wait_for_url("**/#main")  # a busy browser changes the URL with a delay
    page.close()


def test_the_theme_colour_is_the_background_of_both_schemes(base_url, browser):
    with audit_page(browser) as page:
        for scheme, matches in (("light", lambda brightness: brightness > 600), ("dark", lambda brightness: brightness < 150)):
            page.emulate_media(color_scheme=scheme)
            page.goto(base_url)
            background = page.evaluate("pageChecks.backgroundColour()")
            assert matches(sum(map(int, background[4:-1].split(",")))), scheme
            assert page.evaluate("scheme => pageChecks.themeColour(scheme)", scheme) == background, "theme-color of page_head.html"


@pytest.mark.parametrize("name", ["ltr-light", "ltr-dark", "rtl-light", "rtl-dark"])
def test_components_are_accessible_in_every_state(guide, browser, name):
    with serve_folder(guide) as guide_url, audit_page(browser) as page:
        page.goto(f"{guide_url}/{name}.html")
        errors = audit_colour_schemes(page, WHOLE_PAGE_RULES) + audit_user_settings(page)
    assert not errors, summarize(errors)


def test_the_checks_find_errors(browser, tmp_path):
    """A page with every error that the checks look for."""
    (tmp_path / "index.html").write_text("""<!doctype html><html lang="en"><title>x</title><style>
      body{background:#fff;color:#999} h1{color:#767676;font-size:1rem;font-weight:400} .wide{width:500px} .cut{height:1em;overflow:hidden} .mark{display:block;width:20px;height:20px;background:red}
      a{outline:0!important;text-decoration:none;color:inherit;forced-color-adjust:none} @media(forced-colors:active){a{color:#fff}} .late{transition:all 2s} b{position:absolute;left:300px;width:200px}
      button{width:10px;height:10px;padding:0;border:0}</style><main><h1>Pale words</h1><p class="wide">Words <a href="#a">that lead</a> on</p>
      <div class="cut">Words<br>Words<br>Words</div><i class="mark"></i><p class="late">x</p><b>out</b>
      <a href="#b" tabindex="2">b</a><button aria-label="x"></button><img src="x.png"></main></html>""")
    with serve_folder(tmp_path) as url, audit_page(browser) as page:
        page.goto(url)
        errors = "\n".join(audit_colour_schemes(page) + audit_user_settings(page))
        for expected in (
            "axe color-contrast-enhanced", "axe image-alt", "axe tabindex", "(dark)", "the page scrolls sideways", "<p.wide> “Words that lead on” reaches",
            "<b> “out” reaches from 300", "cuts off its content", "<button> is 10 × 10 px", "<p.late> “x” has a transition (reduced motion)",
            "has the colour of the background", "<i.mark> is drawn by its background only", "(at 400 %)", "(text spacing)",
        ):  # fmt: skip
            assert expected in errors, f"{expected} in {errors}"
        page.evaluate("pageChecks.recordFocus()")
        for _ in range(4):
            page.keyboard.press("Tab")
        errors = "\n".join(page.evaluate("pageChecks.focusReport()"))
        for expected in ("shows no outline in focus", "a tabindex above 0", "the focus goes back and forth"):
            assert expected in errors, errors
