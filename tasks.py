"""The commands of this project: `python3 tasks.py` lists them.

Run by any Python from 3.11 on, this file sets up `.venv` first and then runs Invoke inside it; inside the
environment it is an ordinary Invoke file (`invoke --list`).
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

if __name__ == "__main__":
    from caravan.dev.setup import run_inside

    run_inside(ROOT, sys.argv[1:])

import functools  # noqa: E402
import traceback  # noqa: E402

from invoke import Exit  # noqa: E402
from invoke import task as invoke_task  # noqa: E402

OURS = "This is a mistake of the site's code, not of yours. Please report it in the project's repository, with these lines:"


def task(*args, **options):
    """Invoke's task, with every failure told in plain words."""
    if args:
        return invoke_task(plain_words(args[0]))
    return lambda function: invoke_task(plain_words(function), **options)


def plain_words(function):
    @functools.wraps(function)
    def told(*args, **values):
        try:
            return function(*args, **values)
        except (Exit, KeyboardInterrupt):
            raise
        except Exception as error:  # noqa: BLE001 - the one place where a mistake of ours becomes a sentence
            from caravan.build.command import Problems
            from caravan.git import PublishError
            from caravan.site.placing import OutputError

            known = isinstance(error, (OutputError, Problems, PublishError))
            raise Exit(str(error) if known else f"{OURS}\n{traceback.format_exc()}") from None

    return told


@task(help={"port": "Port to serve on (default 8000; another one where it is taken)."})
def serve(context, port=8000):
    """Preview the site, following every save."""
    from caravan.preview import watcher

    watcher.serve(ROOT, port)


@task(
    help={
        "address": "Public address, such as https://example.org (default: SITEURL, CNAME, or the github.com remote).",
        "folder": "Where to write the site (default: output).",
    }
)
def build(context, address="", folder="output"):
    """Build the public site into output/."""
    from caravan.build import command

    print(command.build_public(ROOT, address, Path(folder)))


@task(
    iterable=["file"],
    help={
        "file": "A file or folder to check; without any, everything below content/.",
        "format": "text (default), github (annotations of a pull request) or json.",
        "external": "Ask other hosts whether the links to them still work.",
    },
)
def check(context, file=None, format="text", external=False):
    """Name every problem of the texts, with file and line."""
    from caravan.dev import check_command

    if external:
        from caravan.dev import external_links

        raise Exit(code=external_links.report(ROOT))
    raise Exit(code=check_command.run_check(ROOT, file, format))


@task(
    help={
        "args": "Further words for pytest, such as '-k feeds'.",
        "no-browser": "Leave out the tests that need a browser or Node.",
    }
)
def test(context, args="", no_browser=False):
    """Run all tests, the browser's included."""
    from caravan.dev import test_runner

    raise Exit(code=test_runner.run_tests(ROOT, args, not no_browser))


REMOTE, BRANCH = "The remote that holds the pages branch.", "The branch that the host serves."


@task(
    iterable=["removed"],
    help={
        "remote": REMOTE,
        "branch": BRANCH,
        "dry-run": "Show what would change for readers, and stop.",
        "wait": "Wait until the live site shows the new state (at most 15 minutes).",
        "again": "Publish a source that was rolled back, or one whose history was replaced.",
        "removed": "An address that is gone on purpose, such as calls/march; may be given several times.",
        "allow-loss": "Let any number of pages go.",
    },
)
def publish(
    context, remote="origin", branch="gh-pages", dry_run=False, wait=False, again=False, removed=None, allow_loss=False
):
    """Build, check and publish the site, on top of what is there."""
    from caravan.publishing import publish, site_build
    from caravan.publishing.branch import PublishTarget
    from caravan.publishing.push import PublishOptions

    wishes = PublishOptions(again, tuple(removed), allow_loss, dry_run)
    publish.publish(
        ROOT, lambda: site_build.build_public_site(ROOT), PublishTarget(remote, branch), wishes, publish.LIMIT if wait else 0,
        kept_back=lambda: site_build.unpublished_urls(ROOT),
    )  # fmt: skip


@task(
    positional=["to"],
    help={
        "to": "How many steps back (default 1), or a commit that `published` lists.",
        "remote": REMOTE,
        "branch": BRANCH,
        "dry-run": "Show what would change for readers, and stop.",
    },
)
def rollback(context, to="1", remote="origin", branch="gh-pages", dry_run=False):
    """Bring an earlier site back, as a new commit."""
    from caravan.publishing import publish
    from caravan.publishing.branch import PublishTarget

    publish.roll_back(ROOT, PublishTarget(remote, branch), to, dry_run)


@task(help={"remote": REMOTE, "branch": BRANCH})
def published(context, remote="origin", branch="gh-pages"):
    """List what was published when, and from which source."""
    from caravan.publishing import publish
    from caravan.publishing.branch import PublishTarget

    print(publish.published(ROOT, PublishTarget(remote, branch)))


@task(
    help={
        "place": "A folder, or an address such as https://example.org.",
        "against": "The manifest to trust: a file, a folder or an address (default: the copy's own).",
    }
)
def verify(context, place, against=""):
    """Prove that a copy of the site is whole, byte for byte."""
    from caravan.build import verify

    raise Exit(code=verify.report(place, against))


@task(
    help={
        "folder": "Where to write the copies (default: mirror).",
        "offline": "Links end in index.html, with a page of instructions: for a USB stick.",
    }
)
def mirror(context, folder="mirror", offline=False):
    """Write copies for other hosts or a USB stick."""
    from caravan.publishing import site_build

    print("\n".join(map(str, site_build.build_copies(ROOT, Path(folder), offline))))


@task
def reproduce(context):
    """Build the last commit twice, apart, and compare every byte."""
    from caravan.publishing import site_build

    different = site_build.build_twice(ROOT)
    print("\n".join(different), end="\n" if different else "")
    raise Exit(code=1 if different else 0)


@task
def describe(context):
    """Write the fields of front matter into schema and docs."""
    from caravan.dev.schema_docs import describe

    print("\n".join(describe(ROOT)))


@task
def translations(context):
    """List what is missing, behind or not read over."""
    from caravan.dev import translate as translating

    translating.print_open_translations(ROOT)


@task(help={"slug": "The text, such as background/nafta.", "lang": "The language, such as es."})
def translate(context, slug, lang):
    """Lay a new translation, or mark one as up to date."""
    from caravan.dev import translate as translating

    print(translating.translate(ROOT, slug, lang))


@task
def phrases(context):
    """Bring the catalogues of phrases up to date."""
    import pelicanconf
    from caravan.site.i18n import update_catalogs

    for path in update_catalogs(ROOT / "theme", ROOT / "caravan" / "site", pelicanconf.LANGUAGES):
        print(path)


@task(help={"folder": "A built site to weigh (default: the texts as they are now)."})
def weight(context, folder=""):
    """Weigh every page, and fail for one that is too heavy."""
    from caravan.dev import temp_site, weight
    from caravan.site.urls import Urls

    with temp_site.built_site(ROOT, folder) as site:
        home, languages = temp_site.site_languages(ROOT)
        weight.report(site, {Urls(home).home_page(code) for code in languages})


@task(
    help={
        "pages": "Addresses such as home,calls/,about/ (default: one page of each kind).",
        "widths": "CSS pixels, such as 320,1280 (default: 320,390,768,1280,1920).",
        "schemes": "light, dark or both (default).",
        "languages": "Such as en,es (default: all).",
        "whole": "Pages to their end, not only their first 1,600 pixels.",
        "folder": "A built site to photograph (default: the texts as they are now).",
    }
)
def shots(context, pages="", widths="", schemes="", languages="", whole=False, folder=""):
    """Make contact sheets of pages, to look at before and after."""
    from caravan.dev import screenshots, temp_site

    words = {"pages": pages, "widths": widths, "schemes": schemes, "languages": languages}
    with temp_site.built_site(ROOT, folder) as site:
        home, all_languages = temp_site.site_languages(ROOT)
        wish = screenshots.wanted(site, home, all_languages, words, whole)
        with temp_site.serve_folder(site) as at:
            print("\n".join(map(str, screenshots.take(site, at, home, wish, ROOT / "shots"))))


@task(
    iterable=["peer"],
    help={
        "runs": "How often each page is measured; the middle one counts (default 3).",
        "peer": "A page of another site for the same table, as name=folder:address; may be given several times.",
    },
)
def lighthouse(context, runs=3, peer=None):
    """Measure pages as a cheap phone gets them; writes benchmarks."""
    from tools import lighthouse

    print("\n".join(lighthouse.measure(ROOT, runs, peer or ())))


@task
def styleguide(context):
    """Show every component in every state, on pages of its own."""
    from caravan.dev.styleguide import styleguide

    print(styleguide(ROOT, ROOT / "styleguide"))


@task
def icons(context):
    """Draw the PNG icons of the theme from its SVG."""
    from tools.draw_icons import draw

    print("\n".join(draw(ROOT)))


@task
def lock(context):
    """Pin all packages with hashes, Node's too."""
    from caravan.dev import dependencies

    dependencies.lock(ROOT)


@task
def update(context):
    """Pin the newest packages that are allowed, and say which."""
    from caravan.dev import dependencies

    print("\n".join(dependencies.update(ROOT)) or "All pins are the newest that pyproject.toml and package.json allow.")


@task
def licences(context):
    """List the licence of every package, and whether it fits."""
    from caravan.dev import dependencies

    raise Exit(code=dependencies.report(ROOT))


@task(iterable=["size"], help={"size": "Number of articles; may stand several times (default: 100, 1000, 10000).",
                               "rounds": "How often each kind of work is measured (default: 3 to 5 times)."})  # fmt: skip
def bench(context, size=None, rounds=0):
    """Measure building beside stock Pelican; writes benchmarks."""
    from tools import bench as benchmark

    benchmark.bench(ROOT, [int(number) for number in size] or [100, 1_000, 10_000], rounds)


@task(help={"seed": "Another seed makes other edits.", "steps": "How many edits to make, build and compare."})
def edits(context, seed=1, steps=500):
    """Edit a site at random; each build must equal a first one."""
    import subprocess

    command = [sys.executable, str(ROOT / "tests" / "build" / "random_edits.py"), "--seed", str(seed), "--steps", str(steps)]
    raise Exit(code=subprocess.run(command).returncode)


@task
def font(context):
    """Cut the poster face anew from its package."""
    from tools import subset_font

    try:
        print(subset_font.cut(ROOT))
    except subset_font.CutError as error:
        raise Exit(str(error)) from None


@task
def drawings(context):
    """Draw the maps anew from open outlines."""
    import subprocess

    script = ROOT / "tools" / "draw_map.py"
    raise Exit(code=subprocess.run([sys.executable, "-m", "uv", "run", "--script", str(script)]).returncode)
