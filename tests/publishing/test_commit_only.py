"""What leaves is what the commit holds, whatever the clone, its configuration and its index say.

Each row prepares a clone whose work tree differs from its commit, or whose settings would change the files of a checkout.
The published page must be that of the commit, and what is not published must be named.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ADDRESS, ROOT, task
from publish_sandbox import AUTHOR, Sandbox, git, publish_clone

from caravan.build import cache
from caravan.git import PublishError

COMMITTED, SECRET = "Committed $Id$ text", "A name that nobody committed"


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Sandbox:
    sandbox = Sandbox(tmp_path_factory.mktemp("template") / "sandbox")
    sandbox.edit(COMMITTED)
    return sandbox


@pytest.fixture
def sandbox(template, tmp_path) -> Sandbox:
    return template.copy(tmp_path / "sandbox")


def edit(sandbox, path="content/page-0.txt"):
    (sandbox.clone / path).parent.mkdir(parents=True, exist_ok=True)
    (sandbox.clone / path).write_text(f"{SECRET}\n")


def marked(mark):
    return lambda sandbox: (git(sandbox.clone, "update-index", mark, "content/page-0.txt"), edit(sandbox))


def attributes(path, line):
    """A filter that writes the secret into each file that git checks out."""

    def change(sandbox):
        git(sandbox.clone, "config", "filter.leak.smudge", f"echo {SECRET}; cat")
        git(sandbox.clone, "config", "filter.leak.clean", f"grep -v '{SECRET}'")
        (sandbox.clone / path).parent.mkdir(parents=True, exist_ok=True)
        (sandbox.clone / path).write_text(f"{line}\n")
        if path == ".gitattributes":
            sandbox.commit("Attributes")
        (sandbox.clone / "content" / "page-0.txt").unlink()
        git(sandbox.clone, "checkout", "--quiet", "content/page-0.txt")

    return change


def replaced(sandbox, name="content/page-0.txt"):
    """`git replace`: every command shows another blob in place of that of the commit."""
    edit(sandbox)
    blob = git(sandbox.clone, "hash-object", "-w", name)
    git(sandbox.clone, "replace", git(sandbox.clone, "rev-parse", f"HEAD:{name}"), blob)


def replaced_commit(sandbox):
    head = git(sandbox.clone, "rev-parse", "HEAD")
    edit(sandbox)
    other = sandbox.commit("Other")
    git(sandbox.clone, "reset", "--quiet", "--hard", head)
    git(sandbox.clone, "replace", head, other)


def other_index(sandbox):
    """The index holds the secret; the work tree is that of the commit again."""
    edit(sandbox)
    git(sandbox.clone, "add", "--all")
    (sandbox.clone / "content" / "page-0.txt").write_text(f"{COMMITTED}\n")


def merge(sandbox):
    git(sandbox.clone, "checkout", "--quiet", "-b", "side", "HEAD~1")
    sandbox.edit(SECRET)
    git(sandbox.clone, "checkout", "--quiet", "main")
    with contextlib.suppress(AssertionError):  # the expected conflict
        git(sandbox.clone, *AUTHOR, "merge", "--quiet", "side")


def template_of_person(sandbox):
    """A template folder with attributes, which `git init` and `git clone` copy into each new repository."""
    attributes(".git/info/attributes", "*.txt filter=leak")(sandbox)
    git(sandbox.clone, "config", "init.templateDir", str(sandbox.clone / ".git"))


# What is done to the clone, and what the message names, "" if nothing differs that a person could commit.
CLONES = {
    "an edit": (edit, "content/page-0.txt"),
    "a staged edit": (lambda sandbox: (edit(sandbox), git(sandbox.clone, "add", "--all")), "content/page-0.txt"),
    "an index that differs from both": (other_index, ""),
    "an edit under assume-unchanged": (marked("--assume-unchanged"), "content/page-0.txt"),
    "an edit under skip-worktree": (marked("--skip-worktree"), "content/page-0.txt"),
    "a deletion": (lambda sandbox: (sandbox.clone / "content" / "page-0.txt").unlink(), "content/page-0.txt"),
    "an untracked text": (lambda sandbox: edit(sandbox, "content/niño nuevo.txt"), "content/niño nuevo.txt"),
    "an untracked file of the theme": (lambda sandbox: edit(sandbox, "theme/static/a.css"), "theme/static/a.css"),
    "an untracked module": (lambda sandbox: edit(sandbox, "caravan/new.py"), "caravan/new.py"),
    "an ignored text": (
        lambda sandbox: ((sandbox.clone / ".git" / "info" / "exclude").write_text("*.txt\n"), edit(sandbox, "content/ignored.txt")),
        "content/ignored.txt",
    ),
    "a sparse checkout": (lambda sandbox: git(sandbox.clone, "sparse-checkout", "set", "--no-cone", "/content/page-1.txt"), ""),
    "an edit outside a sparse checkout": (
        lambda sandbox: (git(sandbox.clone, "sparse-checkout", "set", "--no-cone", "/content/page-1.txt"), edit(sandbox)), "content/page-0.txt",
    ),
    "an unfinished merge": (merge, "content/page-0.txt"),
    "export-ignore": (attributes(".gitattributes", "content/page-0.txt export-ignore"), ""),
    "export-subst": (attributes(".gitattributes", "*.txt export-subst"), ""),
    "a filter of the clone": (attributes(".gitattributes", "*.txt filter=leak"), "content/page-0.txt"),
    "a filter named in info/attributes": (attributes(".git/info/attributes", "*.txt filter=leak"), "content/page-0.txt"),
    "a template folder with a filter": (template_of_person, "content/page-0.txt"),
    "ident in info/attributes": (attributes(".git/info/attributes", "*.txt ident"), "content/page-0.txt"),
    "Windows line ends": (lambda sandbox: git(sandbox.clone, "config", "core.autocrlf", "true"), ""),
    "another encoding in info/attributes": (attributes(".git/info/attributes", "*.txt working-tree-encoding=UTF-16LE"), "content/page-0.txt"),
    "a replaced blob": (replaced, "content/page-0.txt"),
    "a replaced commit": (replaced_commit, ""),
    "a tracked file that git now ignores": (
        lambda sandbox: ((sandbox.clone / ".gitignore").write_text("*.txt\n"), sandbox.commit("Ignore"), edit(sandbox)), "content/page-0.txt",
    ),
}  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="the filters are shell commands")
@pytest.mark.parametrize("name", CLONES)
def test_what_the_commit_holds_is_published_and_the_rest_is_named(sandbox, name):
    change, named = CLONES[name]
    change(sandbox)
    pushed, messages = publish_clone(sandbox.clone)
    pages = {path: git(sandbox.host, "show", f"gh-pages:{path}") for path in sandbox.files() if path.endswith(".html")}
    assert pushed and pages["page-0/index.html"].endswith(COMMITTED) and sandbox.is_complete()
    assert not any(SECRET in page for page in pages.values()) and len(pages) == 10
    assert ("Not published, because it is not committed: " in messages) is bool(named) and named in messages
    assert not named or f"{named}; commit it to publish it" in messages


def person(folder: Path, **config) -> dict[str, str]:
    """The environment of a person with a configuration, attributes and variables of git that change checkouts."""
    lines = ['[filter "leak"]', f'smudge = "echo {SECRET}; cat"', "required = true"]
    (folder / "home" / ".config" / "git").mkdir(parents=True)
    (folder / "home" / ".config" / "git" / "attributes").write_text("*.txt filter=leak\n")
    (folder / "home" / "attributes").write_text("*.txt filter=leak\n")
    (folder / "home" / ".gitconfig").write_text("\n".join(lines) + "\n[core]\nautocrlf = true\n")
    return {"HOME": str(folder / "home"), "XDG_CONFIG_HOME": str(folder / "home" / ".config"), "GIT_CONFIG_NOSYSTEM": "1"}


PEOPLE = {
    "a global filter": lambda home: {"GIT_CONFIG_GLOBAL": str(home / ".gitconfig")},
    "a system filter": lambda home: {"GIT_CONFIG_SYSTEM": str(home / ".gitconfig"), "GIT_CONFIG_NOSYSTEM": "0"},
    "a filter from the environment": lambda home: {
        "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "filter.leak.smudge", "GIT_CONFIG_VALUE_0": f"echo {SECRET}; cat",
        "GIT_CONFIG_KEY_1": "core.attributesFile", "GIT_CONFIG_VALUE_1": str(home / "attributes"),
    },
    "a filter from an option of git": lambda home: {"GIT_CONFIG_PARAMETERS": f"'filter.leak.smudge=echo {SECRET}; cat'"},
    "a template folder from the environment": lambda home: {"GIT_TEMPLATE_DIR": str(home)},
}  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="the filters are shell commands")
@pytest.mark.parametrize("name", PEOPLE)
def test_the_configuration_of_the_person_changes_nothing(sandbox, tmp_path, monkeypatch, name):
    variables = person(tmp_path)
    for variable, value in {**variables, **PEOPLE[name](tmp_path / "home")}.items():
        monkeypatch.setenv(variable, value)
    pushed, _messages = publish_clone(sandbox.clone)
    monkeypatch.undo()
    assert pushed and sandbox.page().endswith(COMMITTED) and SECRET not in sandbox.page()


@pytest.mark.parametrize("kind", ["absolute", "relative"])
def test_a_clone_that_borrows_its_objects(sandbox, kind):
    git(sandbox.folder, "clone", "--quiet", "--shared", str(sandbox.clone), "borrower")
    git(sandbox.folder / "borrower", "remote", "set-url", "origin", sandbox.host.as_uri())
    if kind == "relative":
        (sandbox.folder / "borrower" / ".git" / "objects" / "info" / "alternates").write_text("../../../clone/.git/objects\n")
    assert publish_clone(sandbox.folder / "borrower")[0] and sandbox.page().endswith(COMMITTED)


def test_grafts_do_not_make_an_older_source_newer(sandbox):
    """A graft says that the published commit is a parent of an older one."""
    older = git(sandbox.clone, "rev-parse", "HEAD~1")
    publish_clone(sandbox.clone)
    newest = git(sandbox.clone, "rev-parse", "HEAD")
    git(sandbox.clone, "checkout", "--quiet", older)
    (sandbox.clone / ".git" / "info" / "grafts").write_text(f"{older} {newest}\n{newest}\n")
    pushed, messages = publish_clone(sandbox.clone)
    assert not pushed and "newer source" in messages and sandbox.page().endswith(COMMITTED)


def test_the_output_of_the_person_and_their_clone_stay_as_they_were(sandbox):
    edit(sandbox, "output/index.html")
    before = {path: path.read_bytes() for path in sandbox.clone.rglob("*") if path.is_file()}
    publish_clone(sandbox.clone)
    after = {path: path.read_bytes() for path in sandbox.clone.rglob("*") if path.is_file()}
    new = {path.relative_to(sandbox.clone / ".git").parts[0] for path in after.keys() - before.keys()}
    assert before.items() <= after.items() and new <= {"objects", "caravan-publish.lock", "refs", "logs"}


# --- Entries of a commit that a clone does not have as files --------------------------------------------------------
def entry(mode, path, content=b""):
    def change(project):
        blob = git(project, "hash-object", "-w", "--stdin") if mode != "160000" else git(project, "rev-parse", "HEAD")
        if content:
            file = project.parent / "blob"
            file.write_bytes(content)
            blob = git(project, "hash-object", "-w", str(file))
        git(project, "update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
        git(project, *AUTHOR, "commit", "--quiet", "--no-gpg-sign", "-m", "An entry")

    return change


ENTRIES = {
    "a submodule of texts": (entry("160000", "content/analysis"), "content/analysis:1: analysis is another repository"),
    "a submodule beside a text": (entry("160000", "content/pages/about/files"), "content/pages/about/files:1: files is another repository"),
    "a link in content/": (entry("120000", "content/extra/CNAME", b"/etc/hostname"), "content/extra/CNAME:1: CNAME is a symbolic link"),
    "a link in the theme": (entry("120000", "theme/static/a.css", b"/etc/passwd"), "theme/static/a.css:1: a.css is a symbolic link"),
    "a link in place of the code": (entry("120000", "caravan/x.py", b"/tmp/x.py"), "caravan/x.py:1: x.py is a symbolic link"),
    "a link in place of the content": (entry("120000", "content/pages/x", b"/etc"), "content/pages/x:1: x is a symbolic link"),
    "compiled code": (entry("100644", "caravan/__pycache__/git.cpython-311.pyc", b"x"), "pyc is compiled code"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_that_is_no_file_is_refused(sandbox, name):
    change, message = ENTRIES[name]
    change(sandbox.clone)
    with pytest.raises(PublishError) as refused:
        publish_clone(sandbox.clone)
    assert message in str(refused.value) and not sandbox.tip


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
LFS = ["content/pages/about/photo.jpg", "content/pages/about/en.md", "content/evidence/sources.yaml", "content/drawings/map/en.svg",
       "content/extra/CNAME", "content/pages/about/paper.pdf"]  # fmt: skip


def test_check_and_publish_refuse_what_the_commit_does_not_hold(project, tmp_path):
    """With the real commands: pointers of git LFS, and a submodule, whose folder is empty in a clone."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "host.git")
    git(project, "remote", "add", "origin", (tmp_path / "host.git").as_uri())
    entry("160000", "content/analysis/module")(project)
    check = task(project, "check")
    assert check.returncode == 1 and "content/analysis/module:1: module is another repository" in check.stdout, check.stdout
    publish_run = task(project, "publish", SITEURL=ADDRESS)
    assert publish_run.returncode == 1 and "content/analysis/module:1: " in publish_run.stderr, publish_run.stderr
    git(project, "rm", "--quiet", "--cached", "content/analysis/module")
    for path in LFS:
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(POINTER)
    git(project, "add", "--all")
    git(project, *AUTHOR, "commit", "--quiet", "-m", "Large files")
    check, publish_run = task(project, "check"), task(project, "publish", SITEURL=ADDRESS)
    for path in LFS:
        message = f"{path}:1: git LFS stores {path.rpartition('/')[2]} elsewhere"
        assert message in check.stdout and message in publish_run.stderr, check.stdout + publish_run.stderr
    assert check.returncode == publish_run.returncode == 1 and not git(tmp_path / "host.git", "branch", "--list")


def forge_store(project: Path) -> None:
    """A record of the build cache, with a right checksum, whose text has a form that no file of the commit has."""
    assert task(project, "build", SITEURL=ADDRESS).returncode == 0
    version = cache.code_version()
    with contextlib.closing(sqlite3.connect(project / ".store" / cache.FILE_NAME)) as connection:
        for key, body in connection.execute("select key, body from articles").fetchall():
            forged = body[12:].replace(b"</p>", b"<form action='https://evil.example'></form></p>", 1)
            connection.execute("update articles set body = ? where key = ?", (cache.add_checksum(key, version, forged), key))
        connection.commit()


def test_a_forged_build_cache_and_files_that_nobody_committed_do_not_leave(project, tmp_path):
    """With the real commands and the real build: in the work tree, and then in the commit."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "host.git")
    git(project, "remote", "add", "origin", (tmp_path / "host.git").as_uri())
    forge_store(project)
    task(project, "build", "--folder", str(tmp_path / "local"), SITEURL=ADDRESS)
    assert "evil.example" in "".join(path.read_text() for path in (tmp_path / "local").rglob("*.html"))  # the forgery works
    (project / "content" / "extra" / "CNAME").write_text("evil.example\n")
    template = project / "theme" / "templates" / "layouts" / "base.html"
    template.write_text(template.read_text().replace("</body>", "<p>evil.example</p></body>"))
    git(project, "update-index", "--assume-unchanged", "theme/templates/layouts/base.html")
    module = project / "caravan" / "site" / "site.py"
    module.write_text(module.read_text() + "\nraise RuntimeError('evil.example')\n")
    git(project, "update-index", "--skip-worktree", "caravan/site/site.py")
    env = {"SITEURL": ADDRESS}
    result = subprocess.run(
        [sys.executable, "-c", PUBLISH, str(project)], cwd=project, capture_output=True, text=True, env={**os.environ, **env},
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    for name in ("content/extra/CNAME", "theme/templates/layouts/base.html", "caravan/site/site.py"):
        assert name in result.stdout
    assert "evil.example" not in published(tmp_path / "host.git")
    for flag, path in (("--no-assume-unchanged", "theme/templates/layouts/base.html"), ("--no-skip-worktree", "caravan/site/site.py")):
        git(project, "update-index", flag, path)
    git(project, "checkout", "--quiet", "theme", "caravan")
    (project / "content" / "extra" / "CNAME").unlink()
    git(project, "add", "--force", ".store")
    git(project, *AUTHOR, "commit", "--quiet", "-m", "A cache")
    task(project, "publish", SITEURL=ADDRESS)
    assert "evil.example" not in published(tmp_path / "host.git")


# The command line with the publisher of the tests' own code: in the copy, a module of the site cannot be imported any more.
PUBLISH = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from caravan.publishing import publish, site_build
from caravan.publishing.push import PublishOptions
publish.publish(Path(sys.argv[1]), site_build.build_clone, PublishOptions())
"""


def published(host: Path) -> str:
    """The text of every published page, feed and file of the host."""
    names = git(host, "ls-tree", "-r", "-z", "--name-only", "gh-pages").split("\0")
    return "".join(git(host, "show", f"gh-pages:{name}") for name in names if name.endswith((".html", ".xml", "CNAME", ".css")))
