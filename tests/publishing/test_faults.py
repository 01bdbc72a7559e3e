"""Faults in the output, the source, the machine and the host, as tables.

Each row causes one fault in a real repository with a published site. Publishing must then either refuse with a message
and leave the host unchanged, or succeed and leave the complete new site on the host. It must never print a traceback.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import zlib

import pytest
from conftest import odd_files
from planted import PLANTED
from publish_sandbox import AUTHOR, Sandbox, build, git, publish_clone, start_publisher

import caravan.git
from caravan.build import manifest
from caravan.git import PublishError
from caravan.publishing import guard, push


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A sandbox with a published site and a newer commit that is not published yet."""
    sandbox = Sandbox(tmp_path_factory.mktemp("template") / "sandbox")
    publish_clone(sandbox.clone)
    git(sandbox.host, "config", "receive.autogc", "false")
    sandbox.edit("Newer text")
    git(sandbox.clone, "push", "--quiet", "origin", "main")
    return sandbox


@pytest.fixture
def sandbox(template, tmp_path) -> Sandbox:
    """A copy of the template, in a folder whose name has a space and non-ASCII letters."""
    return template.copy(tmp_path / "mañana, ₱1")


# --- The output -------------------------------------------------------------------------------------------------
def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


EXIF = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0f\x01\x02\0\x04\0\0\0cam\0\0\0\0\0"
JPEG = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(EXIF) + 2) + EXIF + b"\xff\xda\0\x02\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"tEXt", b"Author\0A name") + chunk(b"IEND", b"")
TOKEN = "ghp_" + "a1B2" * 9

OUTPUTS = {
    "an empty folder": (lambda site: [path.unlink() for path in site.rglob("*") if path.is_file()], "the site is not complete"),
    "no folder": (shutil.rmtree, "does not exist or is not a folder"),
    "no home page": (lambda site: (site / "index.html").unlink(), "index.html is missing"),
    "an empty home page": (lambda site: (site / "index.html").write_text(""), "index.html is missing or empty"),
    "no 404 page": (lambda site: (site / "404.html").unlink(), "404.html is missing"),
    "no feed": (lambda site: (site / "feeds" / "all.atom.xml").unlink(), "missing: feeds/all.atom.xml"),
    "no manifest": (lambda site: (site / "site-manifest.json").unlink(), "has no site-manifest.json that can be read"),
    "half a manifest": (lambda site: (site / "site-manifest.json").write_text("{"), "has no site-manifest.json that can be read"),
    "a file changed after the build": (lambda site: (site / "page-1" / "index.html").write_text("x"), "changed: page-1/index.html (1 bytes instead of"),
    "a file added after the build": (lambda site: (site / "page-9.html").write_text("x"), "added: page-9.html; this is not what the build wrote"),
    "a domain added after the build": (lambda site: (site / "CNAME").write_text("other.org"), "added: CNAME; this is not what the build wrote"),
    "a hidden file": (lambda site: (site / ".env").write_text("x"), ".env is hidden"),
    "a hidden folder": (lambda site: git(site, "init", "--quiet"), "is hidden"),
    "a link to a file outside": (lambda site: (site / "a.txt").symlink_to("/etc/passwd"), "a.txt is a symbolic link"),
    "a link to a folder outside": (lambda site: (site / "a").symlink_to("/etc"), "a is a symbolic link"),
    "a link to nothing": (lambda site: (site / "a.html").symlink_to("nowhere"), "a.html is a symbolic link"),
    "a pipe": (lambda site: os.mkfifo(site / "pipe"), "a device or pipe"),
    "a private key": (
        lambda site: (site / "page-1" / "index.html").write_text("x\n-----BEGIN OPENSSH PRIVATE KEY-----\n"),
        "page-1/index.html:2 contains a private key",
    ),
    "a token": (lambda site: (site / "robots.txt").write_text(f"token {TOKEN}"), "robots.txt:1 contains a GitHub token"),
    "a password in a URL": (lambda site: (site / "a.txt").write_text("https://me:secret@x.org/"), "a URL with a password"),
    "the path of a folder of this computer": (lambda site: (site / "a.txt").write_text(str(site.parent.resolve())), "a folder on this computer"),
    "a backup file of an editor": (lambda site: (site / "index.html~").write_text("x"), "index.html~ is a working file"),
    "a source text": (lambda site: (site / "en.md").write_text("x"), "en.md is a working file"),
    "a key file": (lambda site: (site / "id_ed25519").write_text("x"), "id_ed25519 is a working file"),
    "a photo with Exif data": (lambda site: (site / "a.jpg").write_bytes(JPEG), "a.jpg can give away the place, time and device"),
    "a PNG with an author": (lambda site: (site / "a.png").write_bytes(PNG), "a.png can give away comments or names"),
    "a WebP with Exif data": (lambda site: (site / "a.webp").write_bytes(PLANTED["exif.webp"][0]), "a.webp can give away the place, time and device"),
    "a PDF": (lambda site: (site / "a.txt").write_bytes(b"%PDF-1.7"), "a.txt cannot be published: this is a PDF"),
    "a film called page": (lambda site: (site / "a.html").write_bytes(b"\0\0\0\x18ftypmp42"), "a.html cannot be published: this is a film"),
    "a name that Windows reserves": (lambda site: (site / "aux.html").write_text("x"), "added: aux.html"),
    "a name with a line break": (lambda site: (site / "a\nb.html").write_text("x"), "a character that cannot be printed"),
    "a name with a forbidden character": (lambda site: (site / "a\\b.html").write_text("x"), "added: a\\b.html"),
    "a name that is not UTF-8": (lambda site: open(os.fsencode(site) + b"/\xff.html", "w").close(), "a character that cannot be printed"),
    "names that differ in case only": (lambda site: (site / "Robots.txt").touch(exist_ok=False), "are the same file on many systems"),
}  # fmt: skip


@pytest.mark.parametrize("fault", OUTPUTS)
def test_an_output_that_must_not_be_published(sandbox, fault):
    damage, message = OUTPUTS[fault]
    tip = sandbox.tip

    def build_damaged(root, folder):
        build(root, folder)
        with odd_files():
            damage(folder)

    with pytest.raises(PublishError) as refused:
        publish_clone(sandbox.clone, build_site=build_damaged)
    assert message in str(refused.value)
    assert sandbox.tip == tip


def test_a_draft_is_refused(sandbox):
    with pytest.raises(PublishError, match="page-2/index.html belongs to a draft"):
        publish_clone(sandbox.clone, unpublished_urls=["page-2/"])


def test_size_limits_of_the_host(sandbox, monkeypatch):
    tip = sandbox.tip
    monkeypatch.setattr(guard, "MAX_SITE_SIZE", 100)
    with pytest.raises(PublishError, match="serves at most 100"):
        publish_clone(sandbox.clone)
    monkeypatch.setattr(guard, "MAX_FILE_SIZE", 60)
    with pytest.raises(PublishError, match="no file above 60"):
        publish_clone(sandbox.clone)
    assert sandbox.tip == tip


def test_removed_pages_must_be_named_or_allowed(sandbox):
    tip = sandbox.tip
    for number in range(4):
        (sandbox.clone / "content" / f"page-{number}.txt").unlink()
    sandbox.commit("Four gone")
    with pytest.raises(PublishError, match=r"4 pages of 10 would be removed, such as /page-0/.*--removed"):
        publish_clone(sandbox.clone)
    with pytest.raises(PublishError, match="4 pages of 10"):
        publish_clone(sandbox.clone, removed=("page", "elsewhere"))
    assert sandbox.tip == tip
    publish_clone(sandbox.clone, removed=("page-0", "/page-1/"))
    assert "page-0/index.html" not in sandbox.files() and sandbox.is_complete()


def test_a_removed_feed_must_be_allowed(sandbox):
    def build_with_feed(root, folder):
        build(root, folder)
        (folder / "feeds" / "calls.atom.xml").write_text("<feed/>")
        manifest.write_manifest(folder, manifest.build_inputs(root, "https://example.org", "2026-11-24", ""))

    publish_clone(sandbox.clone, build_site=build_with_feed)
    sandbox.edit("Without that feed")
    with pytest.raises(PublishError, match=r"feeds/calls.atom.xml would be removed"):
        publish_clone(sandbox.clone)
    pushed, _messages = publish_clone(sandbox.clone, removed=("/",))
    assert pushed


# --- The source -------------------------------------------------------------------------------------------------
SOURCES = {
    "no repository": (lambda sandbox: shutil.rmtree(sandbox.clone / ".git"), "is not a git repository"),
    "nothing committed": (
        lambda sandbox: (shutil.rmtree(sandbox.clone / ".git"), git(sandbox.clone, "init", "--quiet")), "Nothing is committed yet",
    ),
    "the branch of the site checked out": (
        lambda sandbox: git(sandbox.clone, "checkout", "--quiet", "-b", "gh-pages"), "The branch gh-pages is checked out here",
    ),
    "no such remote": (lambda sandbox: git(sandbox.clone, "remote", "remove", "origin"), 'no remote called "origin"'),
    "the remote is gone": (lambda sandbox: shutil.rmtree(sandbox.host), "There is no repository at the address"),
}  # fmt: skip


@pytest.mark.parametrize("fault", SOURCES)
def test_a_source_that_cannot_be_published(sandbox, fault):
    cause, message = SOURCES[fault]
    tip = sandbox.tip
    cause(sandbox)
    with pytest.raises(PublishError) as refused:
        publish_clone(sandbox.clone)
    assert message in str(refused.value)
    assert not sandbox.host.exists() or sandbox.tip == tip


@pytest.mark.parametrize("committed", [True, False])
def test_texts_that_change_while_the_site_is_built(sandbox, committed):
    """What was the last commit when the command started is published."""

    def build_and_edit(root, folder):
        (sandbox.edit if committed else lambda text: sandbox.write("page-0", text))("Written during the build")
        build(root, folder)

    pushed, _messages = publish_clone(sandbox.clone, build_site=build_and_edit)
    assert pushed and "Newer text" in sandbox.page() and sandbox.is_complete()


@pytest.mark.parametrize("branch", ["main", "old-source", "notes"])
def test_a_pages_branch_that_holds_no_site_is_never_replaced(sandbox, branch):
    """Run from a topic branch, so that not even `main` is the branch that is checked out."""
    git(sandbox.host, "branch", "old-source", "main~1")
    tree = git(sandbox.clone, "rev-parse", "HEAD:content")
    notes = git(sandbox.clone, *AUTHOR, "commit-tree", tree, "-m", "Notes")
    git(sandbox.clone, "push", "--quiet", "origin", f"{notes}:refs/heads/notes")
    git(sandbox.host, "branch", "--force", "gh-pages", branch)
    git(sandbox.clone, "checkout", "--quiet", "-b", "topic")
    refs = git(sandbox.host, "for-each-ref")
    with pytest.raises(PublishError, match="does not contain a built site"):
        publish_clone(sandbox.clone)
    assert git(sandbox.host, "for-each-ref") == refs


# --- The machine: none of the following may stop publishing or change the published site --------------------------
def commit_signing(sandbox):
    for name, value in (("commit.gpgSign", "true"), ("tag.gpgSign", "true"), ("push.gpgSign", "true"), ("gpg.program", "/bin/false")):
        git(sandbox.clone, "config", name, value)


def rejecting_hooks(sandbox):
    for name in ("pre-push", "pre-commit", "commit-msg", "post-commit", "reference-transaction"):
        path = sandbox.clone / ".git" / "hooks" / name
        path.write_text("#!/bin/sh\nexit 1\n", newline="\n")
        path.chmod(0o755)


def killed_publisher(sandbox):
    """Files that a killed publisher, fetch or push may leave behind."""
    folder = sandbox.clone / ".git"
    (folder / "caravan-publish.git" / "refs").mkdir(parents=True)
    (folder / "caravan-publish.lock").write_text("1")
    (folder / "refs" / "remotes" / "origin" / "gh-pages.lock").touch()
    (folder / "FETCH_HEAD.lock").touch()
    (folder / "index.lock").touch()
    (folder / "objects" / "pack" / "tmp_pack_x").write_text("half")


def stale_refs(sandbox):
    """A tracking reference, local branches and a tag of that name that point to another commit."""
    for name in ("refs/remotes/origin/gh-pages", "refs/heads/gh-pages", "refs/tags/gh-pages", "refs/heads/origin/gh-pages"):
        git(sandbox.clone, "update-ref", name, "HEAD~1")


def submodule(sandbox):
    git(sandbox.folder, "init", "--quiet", "--initial-branch=main", "module")
    sandbox.commit("In the module", sandbox.folder / "module")
    git(sandbox.clone, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(sandbox.folder / "module"), "module")
    sandbox.commit("A submodule")


def configured(**values):
    return lambda sandbox: [git(sandbox.clone, "config", name.replace("_", "."), value) for name, value in values.items()]


MACHINES = {
    "commit signing without a key": commit_signing,
    "hooks that reject everything": rejecting_hooks,
    "files of a killed publisher": killed_publisher,
    "stale tracking refs, branches and tags": stale_refs,
    "a detached head": lambda sandbox: git(sandbox.clone, "checkout", "--quiet", "--detach"),
    "another name for the main branch": lambda sandbox: git(sandbox.clone, "branch", "--move", "trunk"),
    "a submodule": submodule,
    "Windows line endings": configured(core_autocrlf="true", core_eol="crlf"),
    "unusual settings": configured(
        push_default="nothing", push_followTags="true", fetch_prune="true", log_showSignature="true", core_quotePath="true",
        color_ui="always", init_defaultBranch="weird", log_date="relative", status_short="false", i18n_logOutputEncoding="latin1",
        core_abbrev="4", status_showUntrackedFiles="all", diff_noprefix="true", merge_ff="only", user_useConfigOnly="true",
    ),
    "packed refs and objects": lambda sandbox: (git(sandbox.clone, "pack-refs", "--all"), git(sandbox.clone, "gc", "--quiet")),
    "a host that rejects force pushes": lambda sandbox: git(sandbox.host, "config", "receive.denyNonFastForwards", "true"),
}  # fmt: skip


@pytest.mark.parametrize("fault", MACHINES)
def test_machine_settings_do_not_matter(sandbox, fault):
    MACHINES[fault](sandbox)
    previous_count = sandbox.commit_count()
    pushed, _messages = publish_clone(sandbox.clone)
    assert pushed and "Newer text" in sandbox.page()
    assert sandbox.commit_count() == previous_count + 1 and sandbox.is_complete()


ENVIRONMENTS = {
    "another language": {"LANG": "es_ES.UTF-8", "LC_ALL": "es_ES.UTF-8", "LANGUAGE": "es"},
    "variables of a hook": {"GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/nowhere", "GIT_INDEX_FILE": "/nowhere", "GIT_PREFIX": "x/"},
    "the identity of a person": {"GIT_COMMITTER_NAME": "Maria", "GIT_AUTHOR_EMAIL": "maria@example.org", "TZ": "Asia/Manila"},
    "no home": {"HOME": "/nowhere", "XDG_CONFIG_HOME": "/nowhere"},
    "a clock in 1990": {"SOURCE_DATE_EPOCH": "631152000"},
    "a clock in 2040": {"SOURCE_DATE_EPOCH": "2208988800"},
}


@pytest.mark.parametrize("fault", ENVIRONMENTS)
def test_environment_variables_do_not_matter(sandbox, monkeypatch, fault):
    for name, value in ENVIRONMENTS[fault].items():
        monkeypatch.setenv(name, value)
    pushed, _messages = publish_clone(sandbox.clone)
    monkeypatch.undo()
    assert pushed and "Newer text" in sandbox.page() and sandbox.commit_count() == 2
    assert "Maria" not in git(sandbox.host, "log", "--format=%an %ae %cn %ce %ai", "gh-pages")
    assert "+0800" not in git(sandbox.host, "log", "--format=%ai %ci", "gh-pages")
    # The order of two sources does not depend on clocks.
    sandbox.edit("Newest text")
    pushed, _messages = publish_clone(sandbox.clone)
    assert pushed and "Newest text" in sandbox.page() and sandbox.is_complete()


def test_a_second_work_tree(sandbox):
    git(sandbox.clone, "worktree", "add", "--quiet", "--detach", str(sandbox.folder / "tree two"), "HEAD")
    pushed, _messages = publish_clone(sandbox.folder / "tree two")
    assert pushed and "Newer text" in sandbox.page() and sandbox.is_complete()


def test_a_repository_of_another_user(sandbox, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setattr(caravan.git, "KEPT_VARIABLES", ("GIT_TEST",))
    with pytest.raises(PublishError, match="belongs to another user.*safe.directory"):
        publish_clone(sandbox.clone)


def test_no_git(sandbox, monkeypatch):
    monkeypatch.setenv("PATH", str(sandbox.folder))
    with pytest.raises(PublishError, match="git is not installed"):
        publish_clone(sandbox.clone)


# --- The host ---------------------------------------------------------------------------------------------------
def hook(sandbox, name, script):
    path = sandbox.host / "hooks" / name
    path.write_text(f"#!/bin/sh\n{script}\n", newline="\n")
    path.chmod(0o755)


REFUSALS = {
    "a hook that rejects the push": ("pre-receive", "echo Not on Sundays; exit 1", "A hook on the host refused"),
    "a protected branch": (
        "update", "echo 'error: GH006: Protected branch update failed for refs/heads/gh-pages.'; exit 1", "protects the branch gh-pages",
    ),
    "the host's disk is full": ("pre-receive", "echo 'fatal: write error: No space left on device'; exit 1", "is full"),
    "no write access": ("pre-receive", "echo 'remote: Permission denied'; exit 1", "You have no write access"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_host_that_rejects_the_push(sandbox, fault):
    name, script, message = REFUSALS[fault]
    tip = sandbox.tip
    hook(sandbox, name, script)
    with pytest.raises(PublishError) as refused:
        publish_clone(sandbox.clone)
    assert message in str(refused.value) and "git printed: " in str(refused.value)
    assert sandbox.tip == tip and sandbox.is_complete()
    (sandbox.host / "hooks" / name).unlink()
    assert publish_clone(sandbox.clone)[0]


@pytest.mark.skipif(os.name == "nt", reason="hooks on Windows use other process ids than the system")
@pytest.mark.parametrize("name", ["pre-receive", "update", "post-receive"])
def test_a_connection_that_breaks_during_the_push(sandbox, monkeypatch, name):
    """The host's process dies before or after it stored the commit; the publisher cannot know which and tries again."""
    monkeypatch.setattr(push, "RECONNECT_PAUSE", 0.01)
    marker = sandbox.folder / "died"
    hook(sandbox, name, f'[ -e "{marker}" ] && exit 0; : > "{marker}"; kill -9 $PPID; exit 1')
    pushed, messages = publish_clone(sandbox.clone)
    assert "trying again" in messages or name == "post-receive" and pushed
    assert "Newer text" in sandbox.page() and sandbox.commit_count() == 2 and sandbox.is_complete()


def test_an_unreachable_host(sandbox, monkeypatch):
    monkeypatch.setattr(push, "RECONNECT_PAUSE", 0.01)
    git(sandbox.clone, "remote", "set-url", "origin", "git://127.0.0.1:1/x.git")
    with pytest.raises(PublishError, match="cannot be reached"):
        publish_clone(sandbox.clone)


def test_a_pages_branch_that_was_renamed_on_the_host(sandbox):
    """gh-pages was renamed to pages: the old branch is kept, and a new gh-pages gets the complete site."""
    git(sandbox.host, "branch", "--move", "gh-pages", "pages")
    pushed, messages = publish_clone(sandbox.clone)
    assert pushed and "10 pages new" in messages and sandbox.is_complete()
    assert git(sandbox.host, "rev-list", "--count", "pages") == "1"


def test_an_empty_remote(sandbox):
    shutil.rmtree(sandbox.host)
    git(sandbox.folder, "init", "--quiet", "--bare", str(sandbox.host))
    pushed, _messages = publish_clone(sandbox.clone)
    assert pushed and sandbox.commit_count() == 1 and sandbox.is_complete()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the file size of a process")
def test_the_disk_of_the_publisher_is_full(sandbox):
    """A limit on the file size of the process simulates a full disk: git's pack file exceeds it."""
    tip = sandbox.tip
    for page in range(4):
        sandbox.write(f"long-{page}", random.Random(page).randbytes(400_000).hex())
    sandbox.commit("Long texts")
    process = start_publisher(sandbox.clone, "small-disk")
    output, _ = process.communicate(timeout=1200)
    assert process.returncode == 1 and "Traceback" not in output
    assert "nothing was published" in output.lower()
    assert sandbox.tip == tip and sandbox.is_complete()
    assert publish_clone(sandbox.clone)[0] and sandbox.is_complete()


@pytest.mark.parametrize("source", ["main", "main~1"])
def test_a_published_site_without_a_manifest(sandbox, source):
    """Older sites have no manifest and name their source only in the commit message.

    The source `main~1` has the same files as the published site, but must still be published: it adds the manifest.
    """
    git(sandbox.clone, "checkout", "--quiet", "--detach", source)
    tree = git(sandbox.clone, "rev-parse", f"{sandbox.tip}^{{tree}}")
    entries = [line for line in git(sandbox.clone, "ls-tree", tree).splitlines() if not line.endswith("site-manifest.json")]
    result = subprocess.run(["git", "mktree"], input="\n".join(entries) + "\n", capture_output=True, text=True, cwd=sandbox.clone)
    tree = result.stdout.strip()
    source = git(sandbox.clone, "rev-parse", "--short=12", "main~1")
    old = git(sandbox.clone, *AUTHOR, "commit-tree", tree, "-m", f"Publish the site\n\nSource: {source}")
    git(sandbox.clone, "push", "--quiet", "--force", "origin", f"{old}:refs/heads/gh-pages")
    pushed, _messages = publish_clone(sandbox.clone)
    assert pushed and sandbox.is_complete() and git(sandbox.host, "rev-parse", "gh-pages~1") == old
