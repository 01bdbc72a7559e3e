"""The commands of this project: `python3 tasks.py` lists them.

Run with any Python from 3.11 on, this file creates `.venv` and runs itself in it. In this environment it is an ordinary
tasks file of Invoke. Folders and files that a person types are relative to the folder that they are in; those that commands
use by default are relative to the project.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))
# Compiled code beside a source file could come with a pull request, and Python would run it instead of the source.
sys.pycache_prefix = os.environ.get("PYTHONPYCACHEPREFIX") or str(ROOT / ".venv" / "pycache")
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

if __name__ == "__main__":
    sys.dont_write_bytecode = True  # .venv may not exist yet
    from caravan.dev import setup

    setup.leave_on_interrupt()
    setup.run_inside(ROOT, sys.argv[1:])

from invoke import Exit  # noqa: E402

from caravan.dev.command_line import task  # noqa: E402


@task(help={"port": "Port to serve on (default 8000; if it is in use, another one)."})
def serve(context, port="8000"):
    """Preview the site; it follows every saved change."""
    from caravan.preview import watcher

    watcher.serve(ROOT, port)


@task(
    help={
        "address": "Public address, such as https://example.org (default: SITEURL, CNAME, or the github.com remote).",
        "folder": "Where to write the site (default: output, in the project's folder).",
    }
)
def build(context, address="", folder=""):
    """Build the public site into output/."""
    from caravan.build import command

    command.build_public(ROOT, address, folder)


@task(
    iterable=["file"],
    help={
        "file": "A file or folder to check, as seen from the current folder or from that of the project (default: all of content/).",
        "format": "text (default) or github (annotations of a pull request).",
    },
)
def check(context, file=None, format="text"):  # noqa: A002 - the name of the option --format
    """List every problem of the texts, with file and line."""
    from caravan.dev import check_command

    raise Exit(code=check_command.run_check(ROOT, file, format))


@task(
    iterable=["file"],
    help={
        "file": "A picture, or a folder of them (default: all of content/).",
        "staged": "Only check the pictures that the next commit of git would add; for a hook.",
    },
)
def photos(context, file=None, staged=False):
    """Clean pictures of place, time, device and names."""
    from caravan.dev import photos

    raise Exit(code=photos.check_staged(ROOT) if staged else photos.clean_all(ROOT, file))


@task(
    help={
        "kind": "calls, analysis, background or pages.",
        "name": "Its name in the address: small letters, digits and -.",
        "lang": "Its language (default: that of addresses without a language).",
        "title": "Its title.",
        "summary": "One or two sentences, 50 to 300 characters (default: to be written later).",
        "place": "Of a call: town, region.",
        "start": "Of a call: the first day, such as 2027-03-20.",
        "end": "Of a call: the last day.",
    }
)
def new(context, kind="", name="", lang="", title="", summary="", place="", start="", end=""):
    """Start a new text; what is not an option is asked."""
    from caravan.dev import new_text

    answers = {"kind": kind, "name": name, "lang": lang, "title": title, "summary": summary, "place": place, "start": start, "end": end}
    print(new_text.new_text(ROOT, answers))


@task(
    help={
        "base": "The commit to compare with (default: the branch that a pull request is for, else the published source).",
        "pages": "Where to write the changed texts as one HTML file.",
    }
)
def summary(context, base="", pages=""):
    """Say what a change does: for reviewers, in Markdown."""
    from tools import change_summary

    change_summary.write_summary(ROOT, base, pages)


@task(
    help={
        "args": "Arguments for pytest, such as '-k feeds'.",
        "no-browser": "Leave out the tests that need a browser or Node.",
        "if-code-changed": "Test the code, unless only texts and data differ from the published site.",
        "live": "Only look at the pages of the texts in content/.",
    }
)
def test(context, args="", no_browser=False, if_code_changed=False, live=False):
    """Run lint, then all tests, also those in a browser."""
    from tools import run_tests

    if if_code_changed:
        raise Exit(code=run_tests.run_if_code_changed(ROOT))
    raise Exit(code=run_tests.run_tests(ROOT, args, " and ".join(["live"] * live + ["not browser"] * no_browser)))


@task
def lint(context):
    """Check the code with ruff, and its structure."""
    from tools import run_tests

    raise Exit(code=run_tests.lint(ROOT))


@task(
    iterable=["removed"],
    help={
        "dry-run": "Only show what would change for readers.",
        "wait": "Wait until the live site shows the new state (at most 15 minutes).",
        "again": "Publish a source that was rolled back, or one whose history was replaced.",
        "removed": "An address that was removed on purpose, such as calls/march, or / for all; can be used several times. Also: a list in "
        "PAGES_MAY_GO.",
        "prepare": "Only build and check the site, and write it into this new folder.",
        "prepared": "Publish what --prepare wrote into this folder; needs no package but ghp-import.",
    },
)
def publish(context, dry_run=False, wait=False, again=False, removed=None, prepare="", prepared=""):
    """Build, check and publish the last commit."""
    from caravan.git import Repository
    from caravan.publishing import publish, site_build
    from caravan.publishing.push import PublishOptions

    if prepare:
        publish.prepare(Repository(ROOT), site_build.build_clone, Path(prepare))
        print(f"The site is built and checked. Publish it with: python3 tasks.py publish --prepared {prepare}")
        return
    options = PublishOptions(again, tuple(removed), dry_run)
    timeout = publish.DEPLOY_TIMEOUT if wait else 0
    publish.publish(ROOT, site_build.build_clone, options, timeout, Path(prepared) if prepared else None)


@task(
    positional=["to"],
    help={
        "to": "How many steps back, or a commit that `published` lists (default: ROLLBACK_TO in the environment, else 1).",
        "dry-run": "Only show what would change for readers.",
    },
)
def rollback(context, to="", dry_run=False):
    """Publish an earlier version again, as a new commit."""
    from caravan.publishing import publish

    publish.roll_back(ROOT, to or os.environ.get("ROLLBACK_TO") or "1", dry_run)


@task
def published(context):
    """List what was published, when and from which source."""
    from caravan.git import Repository, take_token
    from caravan.publishing import rollback

    print(rollback.format_history(Repository(ROOT, take_token())))


@task
def find(context):
    """List every place of a name, which it asks for."""
    from tools import find_phrase

    answer, found = find_phrase.find(ROOT, find_phrase.ask_phrase())
    print(answer)
    raise Exit(code=int(found))


@task(
    help={
        "place": "A folder, or an address such as https://example.org.",
        "against": "The manifest to trust: a file, a folder or an address (default: the copy's own).",
    }
)
def verify(context, place, against=""):
    """Check that a copy of the site is complete and unchanged."""
    from caravan.build import verify

    raise Exit(code=verify.report(place, against))


@task(
    help={
        "folder": "Where to write the copies (default: mirror, in the project's folder).",
        "offline": "Links end in index.html, with a page of instructions: for a USB stick.",
    }
)
def mirror(context, folder="", offline=False):
    """Write copies for other hosts or a USB stick."""
    from caravan.publishing import site_build

    print("\n".join(map(str, site_build.build_copies(ROOT, Path(folder or ROOT / "mirror").absolute(), offline))))


@task
def translations(context):
    """List missing, outdated and unreviewed translations."""
    from caravan.dev import translate as translation

    translation.print_open_translations(ROOT)


@task(
    help={
        "slug": "The text, such as background/nafta.",
        "lang": "The language, such as es.",
        "done": "The translation follows the original of today.",
    }
)
def translate(context, slug, lang, done=False):
    """Start a translation, or list what is behind in one."""
    from caravan.dev import translate as translation

    print(translation.translate(ROOT, slug, lang, done))


@task(help={"code": "Its code, such as fr or ht."})
def language(context, code):
    """List what a new language needs."""
    from tools import new_language

    print(new_language.language_needs(ROOT, code))
