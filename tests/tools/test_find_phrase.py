"""`find`: a made-up name in ten kinds of places, and what remains after its removal."""

from __future__ import annotations

import shutil

import pytest
from conftest import task
from publish_sandbox import AUTHOR, git

from tools.find_phrase import STEPS, find, fold, phrase_pattern

NAME = "Itzél Ñandú"
# Kind of place, file, text, and the place that `find` names.
FILES = (
    ("a text", "content/calls/march/en.md", "Words.\n\nWrite to Itzél Ñandú.\n", "content/calls/march/en.md:3"),
    ("a translation, without accents", "content/calls/march/es.md", "Escriba a\nItzel Nandu\n", "content/calls/march/es.md:2"),
    ("a caption", "content/drawings/map/en.svg", "<svg><text>Itz&#233;l <tspan>&Ntilde;and&uacute;</tspan></text></svg>", "content/drawings/map/en.svg:1"),
    ("data", "content/evidence/sources.yaml", "sources:\n- id: a\n  author: ITZÉL ÑANDÚ\n", "content/evidence/sources.yaml:3"),
    ("a phrase", "theme/translations/es.po", 'msgid "x"\nmsgstr "Itze\u0301l N\u0303andu\u0301"\n', "theme/translations/es.po:2"),
    ("an address", "content/background/itzel-nandu/en.md", "Words.\n", "content/background/itzel-nandu/en.md (its name)"),
    ("the built site", "output/index.html", '<script>{"author": "Itz\\u00e9l \\u00d1and\\u00fa"}</script>', "output/index.html:1"),
    ("a feed", "output/feeds/all.atom.xml", "<content>&lt;b&gt;Itz&amp;eacute;l&lt;/b&gt; Ñandú</content>", "output/feeds/all.atom.xml:1"),
)  # fmt: skip


@pytest.fixture
def named(sandbox):
    """A sandbox whose files, commits and published branch have the name."""
    write(sandbox.clone, {path: text for _, path, text, _ in FILES})
    sandbox.commit("Write")
    git(sandbox.clone, "push", "--quiet", "origin", "main")
    publish(sandbox, {"old/index.html": "itzel%20%C3%B1andu"}, {"index.html": "Itzél&nbsp;Ñandú"})
    return sandbox


def write(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def publish(sandbox, *versions):
    """Push a new pages branch: each version is a commit with these files and no others."""
    folder = sandbox.folder / "pages"
    git(sandbox.folder, "init", "--quiet", "--initial-branch=gh-pages", str(folder))
    for files in versions:
        write(folder, {"index.html": "Home", **files})
        sandbox.commit("Publish", folder)
        shutil.rmtree(folder / "old", ignore_errors=True)
    git(folder, "push", "--quiet", "--force", str(sandbox.host), "gh-pages")
    shutil.rmtree(folder)


def test_it_names_every_kind_of_place_and_none_after_the_removal(named):
    answer, found = find(named.clone, "itzél ñandu")
    assert found and not [kind for kind, _, _, place in FILES if f"  {place}\n" not in answer], answer
    published, history = (answer.index(f"{kind[0].upper()}{kind[1:]}:") for kind in [*STEPS][2:4])
    assert published < answer.index("  index.html\n") < history < answer.index("  old/index.html\n") < answer.index("In the history of the source:")
    assert "  content/background/ (a name in this folder)" in answer and "web archives" in answer

    for _, path, _, _ in FILES:
        (named.clone / path).unlink()
    named.commit("A name is removed")
    answer, found = find(named.clone, NAME)
    assert found and "In the files" not in answer and "In the history of the source:" in answer

    for place in (named.clone, named.host):  # as docs/publishing.md says
        git(place, "update-ref", "-d", "refs/heads/gh-pages")
    publish(named, {"index.html": "Home again"})
    git(named.clone, "checkout", "--quiet", "--orphan", "clean")
    named.commit("Begin")
    git(named.clone, "branch", "--quiet", "-D", "main")
    git(named.clone, "push", "--quiet", "--force", "origin", "clean:main")
    answer, found = find(named.clone, NAME)
    assert found and "In commits that no branch of this clone has:" in answer and "In the history" not in answer, answer
    git(named.clone, "reflog", "expire", "--expire=now", "--all")
    git(named.clone, "gc", "--quiet", "--prune=now")
    answer, found = find(named.clone, NAME)
    assert not found and "It is in no file" in answer and "forks" in answer, answer


def test_who_wrote_a_commit_and_the_name_of_a_branch(sandbox):
    git(sandbox.clone, *AUTHOR, "-c", "user.name=Itzel Nandu", "commit", "--quiet", "--allow-empty", "-m", "Edit")
    git(sandbox.clone, "branch", "itzel-nandu")
    answer, found = find(sandbox.clone, NAME)
    assert found and "commit " in answer and "refs/heads/itzel-nandu (the name of a branch or tag)" in answer


@pytest.mark.parametrize(("phrase", "text", "there"), [
    ("Ana", "banana", False), ("Ana", "Aña’s", True), ("415 555 0132", "tel:+14155550132", True), ("4155550132", "415.555.0132", True),
    ("Marta Ruiz", "#MartaRuiz", True), ("Marta Ruiz", "Marta\n  *Ruiz*", True), ("Marta Ruiz", "Marta and Ruiz", False),
    ("Marta Ruiz", "Marta " + "<" * 5000, False), ("Weiß", "WEISS", True), ("Ana", "&#" + "9" * 5000 + "; &amp;#" + "9" * 5000 + "; Ana", True), ("Marta Ruiz", "mar\u00adta ru\u200biz", True),
])  # fmt: skip
def test_spellings(phrase, text, there):
    assert bool(phrase_pattern(phrase).search(fold(text))) == there


def test_without_words_a_repository_or_a_host(project, tmp_path):
    assert find(tmp_path, " -- ")[0] == "Type a name, a number or some words."
    (tmp_path / "a.txt").write_text(NAME)
    answer, found = find(tmp_path, NAME)
    assert found and "a.txt:1" in answer and "The history was not searched: " in answer
    answer, found = find(project, "Harbor Walk committee")
    assert found and "In the history of the source:" in answer and "What is published was not searched: " in answer


def test_the_command_asks_and_takes_no_phrase(project):
    assert task(project, "find", NAME).returncode != 0
    result = task(project, "find")
    assert result.returncode == 1 and "typed when the command asks" in result.stderr and "Traceback" not in result.stderr
