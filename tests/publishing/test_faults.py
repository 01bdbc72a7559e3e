"""The table of faults: what can go wrong, and what then must be true.

Each row arranges one fault on a real bare repository with a published site. Then publishing either refuses with a
sentence, and the host is as it was, or goes on, and the host shows the whole new site. Never a traceback.
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
from ground import AUTHOR, GOAL, Ground, build, git, publisher, send

from caravan.build import manifest
from caravan.git import PublishError
from caravan.publishing import guard, push
from caravan.publishing.branch import PublishTarget


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A ground with a published site and one newer text that waits to be published."""
    ground = Ground(tmp_path_factory.mktemp("template") / "ground")
    send(ground.clone)
    git(ground.host, "config", "receive.autogc", "false")
    ground.edit("Newer words")
    git(ground.clone, "push", "--quiet", "origin", "main")
    return ground


@pytest.fixture
def ground(template, tmp_path) -> Ground:
    """The template's copy, at a place with a blank and letters that are not ASCII."""
    return template.copied(tmp_path / "mañana, ₱1")


# --- The output -------------------------------------------------------------------------------------------------
def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


EXIF = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0f\x01\x02\0\x04\0\0\0cam\0\0\0\0\0"
JPEG = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(EXIF) + 2) + EXIF + b"\xff\xda\0\x02\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"tEXt", b"Author\0A name") + chunk(b"IEND", b"")
WEBP = b"RIFF\0\0\0\0WEBP" + b"EXIF" + struct.pack("<I", len(EXIF)) + EXIF
TOKEN = "ghp_" + "a1B2" * 9

OUTPUTS = {
    "an empty folder": (lambda site: [path.unlink() for path in site.rglob("*") if path.is_file()], "not the whole site"),
    "no folder": (shutil.rmtree, "no folder with a built site"),
    "no home page": (lambda site: (site / "index.html").unlink(), "index.html is missing"),
    "an empty home page": (lambda site: (site / "index.html").write_text(""), "index.html is missing or empty"),
    "no page for wrong addresses": (lambda site: (site / "404.html").unlink(), "404.html is missing"),
    "no feed": (lambda site: (site / "feeds" / "all.atom.xml").unlink(), "all.atom.xml is missing"),
    "no manifest": (lambda site: (site / "site-manifest.json").unlink(), "site-manifest.json is missing"),
    "half a manifest": (lambda site: (site / "site-manifest.json").write_text("{"), "site-manifest.json is missing or broken"),
    "a file changed after the build": (lambda site: (site / "page-1" / "index.html").write_text("x"), "not as it was built"),
    "a file added after the build": (lambda site: (site / "page-9.html").write_text("x"), "page-9.html was not made by this site"),
    "a hidden file": (lambda site: (site / ".env").write_text("x"), ".env is hidden"),
    "a hidden folder": (lambda site: git(site, "init", "--quiet"), "is hidden"),
    "a link to a file outside": (lambda site: (site / "a.txt").symlink_to("/etc/passwd"), "a.txt is a link"),
    "a link to a folder outside": (lambda site: (site / "a").symlink_to("/etc"), "a is a link"),
    "a link to nothing": (lambda site: (site / "a.html").symlink_to("nowhere"), "a.html is a link"),
    "a pipe": (lambda site: os.mkfifo(site / "pipe"), "a device or pipe"),
    "a private key": (
        lambda site: (site / "page-1" / "index.html").write_text("x\n-----BEGIN OPENSSH PRIVATE KEY-----\n"),
        "page-1/index.html:2 holds a private key",
    ),
    "a token": (lambda site: (site / "robots.txt").write_text(f"token {TOKEN}"), "robots.txt:1 holds a token of GitHub"),
    "a password in an address": (lambda site: (site / "a.txt").write_text("https://me:secret@x.org/"), "an address with a password"),
    "a folder of this computer": (lambda site: (site / "a.txt").write_text(str(site.parent.resolve())), "a folder of this computer"),
    "a copy that an editor left": (lambda site: (site / "index.html~").write_text("x"), "index.html~ is not a file for readers"),
    "a source text": (lambda site: (site / "en.md").write_text("x"), "en.md is not a file for readers"),
    "a key file": (lambda site: (site / "id_ed25519").write_text("x"), "id_ed25519 is not a file for readers"),
    "a photo that tells where": (lambda site: (site / "a.jpg").write_bytes(JPEG), "a.jpg holds Exif data"),
    "a drawing that tells who": (lambda site: (site / "a.png").write_bytes(PNG), "a.png holds text"),
    "a picture that tells how": (lambda site: (site / "a.webp").write_bytes(WEBP), "a.webp holds Exif data"),
    "a name that Windows keeps": (lambda site: (site / "aux.html").write_text("x"), "Windows keeps that name"),
    "a name with a line end": (lambda site: (site / "a\nb.html").write_text("x"), "an invisible sign"),
    "a name with a forbidden sign": (lambda site: (site / "a\\b.html").write_text("x"), "a sign that some systems forbid"),
    "a name that is not UTF-8": (lambda site: open(os.fsencode(site) + b"/\xff.html", "w").close(), "not UTF-8"),
    "names that differ in case alone": (lambda site: (site / "Robots.txt").touch(exist_ok=False), "are one file on many systems"),
}  # fmt: skip


@pytest.mark.parametrize("fault", OUTPUTS)
def test_an_output_that_must_not_leave(ground, fault):
    spoil, sentence = OUTPUTS[fault]
    tip = ground.tip

    def spoiled(root):
        folder = build(root)
        with odd_files():
            spoil(folder)
        return folder

    with pytest.raises(PublishError) as refused:
        send(ground.clone, built=spoiled)
    assert sentence in str(refused.value)
    assert ground.tip == tip


def test_a_draft_is_held_back(ground):
    with pytest.raises(PublishError, match="page-2/index.html belongs to a draft"):
        send(ground.clone, kept_back=lambda: ["page-2/"])


def test_limits_of_the_host(ground, monkeypatch):
    tip = ground.tip
    monkeypatch.setattr(guard, "LARGEST_SITE", 100)
    with pytest.raises(PublishError, match="serves at most 100"):
        send(ground.clone)
    monkeypatch.setattr(guard, "LARGEST_FILE", 60)
    with pytest.raises(PublishError, match="no file above 60"):
        send(ground.clone)
    assert ground.tip == tip


def test_lost_pages_must_be_named_or_allowed(ground):
    tip = ground.tip
    for number in range(4):
        (ground.clone / "content" / f"page-{number}.txt").unlink()
    ground.commit("Four gone")
    with pytest.raises(PublishError, match=r"4 pages of 10 would go, such as /page-0/.*--removed"):
        send(ground.clone)
    with pytest.raises(PublishError, match="4 pages of 10"):
        send(ground.clone, removed=("page", "elsewhere"))
    assert ground.tip == tip
    send(ground.clone, removed=("page-0", "/page-1/"))
    assert "page-0/index.html" not in ground.files() and ground.is_whole()


def test_a_lost_feed_must_be_allowed(ground):
    def with_feed(root):
        folder = build(root)
        (folder / "feeds" / "calls.atom.xml").write_text("<feed/>")
        manifest.write_manifest(folder, manifest.build_inputs(root, "https://example.org", "2026-11-24", ""))
        return folder

    send(ground.clone, built=with_feed)
    ground.edit("Without that feed")
    with pytest.raises(PublishError, match=r"feeds/calls.atom.xml would go"):
        send(ground.clone)
    outcome, _said = send(ground.clone, allow_loss=True)
    assert outcome.pushed


# --- The source -------------------------------------------------------------------------------------------------
def merge_conflict(ground):
    git(ground.clone, "checkout", "--quiet", "-b", "side", "HEAD~1")
    ground.edit("Side")
    git(ground.clone, "-c", "core.editor=true", *AUTHOR, "merge", "--quiet", "--no-edit", "-s", "ours", "main")
    git(ground.clone, "reset", "--quiet", "--hard", "HEAD~1")
    try:
        git(ground.clone, *AUTHOR, "merge", "--quiet", "main")
    except AssertionError:
        pass  # the conflict that this is about


SOURCES = {
    "an edit that is not committed": (lambda ground: ground.write("page-0", "Not committed"), "content/page-0.txt changed"),
    "a new text that is not committed": (lambda ground: ground.write("niño nuevo", "x"), "content/niño nuevo.txt changed"),
    "a text that git ignores": (
        lambda ground: ((ground.clone / ".git" / "info" / "exclude").write_text("*.txt\n"), ground.write("ignored", "x")),
        "content/ignored.txt changed",
    ),
    "a removed text that is not committed": (lambda ground: (ground.clone / "content" / "page-0.txt").unlink(), "page-0.txt changed"),
    "a staged edit": (lambda ground: (ground.write("page-0", "x"), git(ground.clone, "add", "--all")), "content/page-0.txt changed"),
    "an unfinished merge": (merge_conflict, "A merge is not finished: content/page-0.txt"),
    "no repository": (lambda ground: shutil.rmtree(ground.clone / ".git"), "is not a git repository"),
    "nothing committed": (
        lambda ground: (shutil.rmtree(ground.clone / ".git"), git(ground.clone, "init", "--quiet")), "Nothing is committed here yet",
    ),
    "the branch of the site checked out": (
        lambda ground: git(ground.clone, "checkout", "--quiet", "-b", "gh-pages"), "You are on gh-pages",
    ),
    "no such remote": (lambda ground: git(ground.clone, "remote", "remove", "origin"), 'no remote called "origin"'),
    "the remote is gone": (lambda ground: shutil.rmtree(ground.host), "There is no repository at the address"),
}  # fmt: skip


@pytest.mark.parametrize("fault", SOURCES)
def test_a_source_that_cannot_be_published(ground, fault):
    arrange, sentence = SOURCES[fault]
    tip = ground.tip
    arrange(ground)
    with pytest.raises(PublishError) as refused:
        send(ground.clone)
    assert sentence in str(refused.value)
    assert not ground.host.exists() or ground.tip == tip


@pytest.mark.parametrize("committed", [True, False])
def test_texts_that_change_while_the_site_is_built(ground, committed):
    tip = ground.tip

    def meanwhile(root):
        (ground.edit if committed else lambda text: ground.write("page-0", text))("Written during the build")
        return build(root)

    with pytest.raises(PublishError, match="changed while the site was being built"):
        send(ground.clone, built=meanwhile)
    assert ground.tip == tip


@pytest.mark.parametrize("branch", ["main", "-x", "refs/heads/main", "a b", "HEAD", "old-source", "notes"])
def test_a_wrong_branch_name_never_replaces_what_is_there(ground, branch):
    """From a topic branch, so that even the name of the source branch is not the one checked out."""
    git(ground.host, "branch", "old-source", "main~1")
    blob = git(ground.clone, "hash-object", "-w", "content/page-0.txt")
    tree = git(ground.clone, "rev-parse", "HEAD:content")
    notes = git(ground.clone, *AUTHOR, "commit-tree", tree, "-m", "Notes")
    git(ground.clone, "push", "--quiet", "origin", f"{notes}:refs/heads/notes")
    git(ground.clone, "checkout", "--quiet", "-b", "topic")
    before = git(ground.host, "for-each-ref")
    with pytest.raises(PublishError, match="holds something else|cannot be the name"):
        send(ground.clone, PublishTarget("origin", branch))
    assert git(ground.host, "for-each-ref") == before and blob


# --- The machine: nothing of the following may stop publishing or change what is published -----------------------
def gpg(ground):
    for name, value in (("commit.gpgSign", "true"), ("tag.gpgSign", "true"), ("push.gpgSign", "true"), ("gpg.program", "/bin/false")):
        git(ground.clone, "config", name, value)


def hooks(ground):
    for name in ("pre-push", "pre-commit", "commit-msg", "post-commit", "reference-transaction"):
        path = ground.clone / ".git" / "hooks" / name
        path.write_text("#!/bin/sh\nexit 1\n", newline="\n")
        path.chmod(0o755)


def killed(ground):
    """What a publisher, a fetch and a push that were killed may leave behind."""
    folder = ground.clone / ".git"
    (folder / "caravan-publish.git" / "refs").mkdir(parents=True)
    (folder / "caravan-publish.lock").write_text("1")
    (folder / "refs" / "remotes" / "origin" / "gh-pages.lock").touch()
    (folder / "FETCH_HEAD.lock").touch()
    (folder / "index.lock").touch()
    (folder / "objects" / "pack" / "tmp_pack_x").write_text("half")


def stale(ground):
    """Tracking reference, local branch and tag of that name, all somewhere else."""
    for name in ("refs/remotes/origin/gh-pages", "refs/heads/gh-pages", "refs/tags/gh-pages", "refs/heads/origin/gh-pages"):
        git(ground.clone, "update-ref", name, "HEAD~1")


def submodule(ground):
    git(ground.folder, "init", "--quiet", "--initial-branch=main", "module")
    ground.commit("In the module", ground.folder / "module")
    git(ground.clone, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(ground.folder / "module"), "module")
    ground.commit("A submodule")


def configured(**values):
    return lambda ground: [git(ground.clone, "config", name.replace("_", "."), value) for name, value in values.items()]


MACHINES = {
    "signatures without a key": gpg,
    "hooks that refuse everything": hooks,
    "what a killed publisher leaves": killed,
    "stale tracking refs, branches and tags": stale,
    "a detached head": lambda ground: git(ground.clone, "checkout", "--quiet", "--detach"),
    "another name for the main branch": lambda ground: git(ground.clone, "branch", "--move", "trunk"),
    "a submodule": submodule,
    "line ends of Windows": configured(core_autocrlf="true", core_eol="crlf"),
    "unusual settings": configured(
        push_default="nothing", push_followTags="true", fetch_prune="true", log_showSignature="true", core_quotePath="true",
        color_ui="always", init_defaultBranch="weird", log_date="relative", status_short="false", i18n_logOutputEncoding="latin1",
        core_abbrev="4", status_showUntrackedFiles="all", diff_noprefix="true", merge_ff="only", user_useConfigOnly="true",
    ),
    "a history that is packed away": lambda ground: (git(ground.clone, "pack-refs", "--all"), git(ground.clone, "gc", "--quiet")),
    "a host that takes no force": lambda ground: git(ground.host, "config", "receive.denyNonFastForwards", "true"),
}  # fmt: skip


@pytest.mark.parametrize("fault", MACHINES)
def test_what_must_not_matter(ground, fault):
    MACHINES[fault](ground)
    before = ground.commits()
    outcome, _said = send(ground.clone)
    assert outcome.pushed and "Newer words" in ground.page()
    assert ground.commits() == before + 1 and ground.is_whole()


ENVIRONMENTS = {
    "another language": {"LANG": "es_ES.UTF-8", "LC_ALL": "es_ES.UTF-8", "LANGUAGE": "es"},
    "variables of a hook": {"GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/nowhere", "GIT_INDEX_FILE": "/nowhere", "GIT_PREFIX": "x/"},
    "an identity of somebody": {"GIT_COMMITTER_NAME": "Maria", "GIT_AUTHOR_EMAIL": "maria@example.org", "TZ": "Asia/Manila"},
    "no home": {"HOME": "/nowhere", "XDG_CONFIG_HOME": "/nowhere"},
    "a clock in 1990": {"SOURCE_DATE_EPOCH": "631152000"},
    "a clock in 2040": {"SOURCE_DATE_EPOCH": "2208988800"},
}


@pytest.mark.parametrize("fault", ENVIRONMENTS)
def test_surroundings_that_must_not_matter(ground, monkeypatch, fault):
    for name, value in ENVIRONMENTS[fault].items():
        monkeypatch.setenv(name, value)
    outcome, _said = send(ground.clone)
    monkeypatch.undo()
    assert outcome.pushed and "Newer words" in ground.page() and ground.commits() == 2
    assert "Maria" not in git(ground.host, "log", "--format=%an %ae %cn %ce %ai", "gh-pages")
    assert "+0800" not in git(ground.host, "log", "--format=%ai %ci", "gh-pages")
    # The order of two sources is no matter of clocks.
    ground.edit("Newest words")
    outcome, _said = send(ground.clone)
    assert outcome.pushed and "Newest words" in ground.page() and ground.is_whole()


def test_a_second_work_tree(ground):
    git(ground.clone, "worktree", "add", "--quiet", "--detach", str(ground.folder / "tree two"), "HEAD")
    outcome, _said = send(ground.folder / "tree two")
    assert outcome.pushed and "Newer words" in ground.page() and ground.is_whole()


def test_a_repository_of_another_user(ground, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(PublishError, match="belongs to another user.*safe.directory"):
        send(ground.clone)


def test_no_git(ground, monkeypatch):
    monkeypatch.setenv("PATH", str(ground.folder))
    with pytest.raises(PublishError, match="git is not installed"):
        send(ground.clone)


# --- The host ---------------------------------------------------------------------------------------------------
def hook(ground, name, script):
    path = ground.host / "hooks" / name
    path.write_text(f"#!/bin/sh\n{script}\n", newline="\n")
    path.chmod(0o755)


REFUSALS = {
    "a hook that refuses": ("pre-receive", "echo Not on Sundays; exit 1", "A rule of the host (a hook) refused"),
    "a protected branch": (
        "update", "echo 'error: GH006: Protected branch update failed for refs/heads/gh-pages.'; exit 1", "protects the branch gh-pages",
    ),
    "the host's disk is full": ("pre-receive", "echo 'fatal: write error: No space left on device'; exit 1", "no room left"),
    "no right to write": ("pre-receive", "echo 'remote: Permission denied'; exit 1", "does not let you write"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_host_that_refuses(ground, fault):
    name, script, sentence = REFUSALS[fault]
    tip = ground.tip
    hook(ground, name, script)
    with pytest.raises(PublishError) as refused:
        send(ground.clone)
    assert sentence in str(refused.value) and "git said: " in str(refused.value)
    assert ground.tip == tip and ground.is_whole()
    (ground.host / "hooks" / name).unlink()
    assert send(ground.clone)[0].pushed


@pytest.mark.skipif(os.name == "nt", reason="a hook there has other process numbers than the system")
@pytest.mark.parametrize("name", ["pre-receive", "update", "post-receive"])
def test_a_host_that_vanishes_midway(ground, monkeypatch, name):
    """The host's end of the connection dies before or after it took the commit: we cannot know which, so we look again."""
    monkeypatch.setattr(push, "PAUSE", 0.01)
    marker = ground.folder / "died"
    hook(ground, name, f'[ -e "{marker}" ] && exit 0; : > "{marker}"; kill -9 $PPID; exit 1')
    outcome, said = send(ground.clone)
    assert "trying again" in said or name == "post-receive" and outcome.pushed
    assert "Newer words" in ground.page() and ground.commits() == 2 and ground.is_whole()


def test_a_host_that_stays_away(ground, monkeypatch):
    monkeypatch.setattr(push, "PAUSE", 0.01)
    git(ground.clone, "remote", "set-url", "origin", "git://127.0.0.1:1/x.git")
    with pytest.raises(PublishError, match="cannot be reached"):
        send(ground.clone)


def test_a_renamed_branch_on_the_host_is_not_mistaken_for_an_empty_site(ground):
    """Somebody renamed gh-pages to pages: the old site stays there, and gh-pages begins anew, whole."""
    git(ground.host, "branch", "--move", "gh-pages", "pages")
    outcome, said = send(ground.clone)
    assert outcome.pushed and "10 pages new" in said and ground.is_whole()
    assert git(ground.host, "rev-list", "--count", "pages") == "1"


def test_an_empty_remote(ground):
    shutil.rmtree(ground.host)
    git(ground.folder, "init", "--quiet", "--bare", str(ground.host))
    outcome, _said = send(ground.clone)
    assert outcome.pushed and ground.commits() == 1 and ground.is_whole()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of file size for a process")
def test_this_disk_is_full(ground):
    """The limit of the system for one file stands for the end of the disk: git's pack does not fit any more."""
    tip = ground.tip
    for page in range(4):
        ground.write(f"long-{page}", random.Random(page).randbytes(400_000).hex())
    ground.commit("Long texts")
    process = publisher(ground.clone, "small-disk")
    said, _ = process.communicate(timeout=1200)
    assert process.returncode == 1 and "Traceback" not in said
    assert "nothing was published" in said.lower()
    assert ground.tip == tip and ground.is_whole()
    assert send(ground.clone)[0].pushed and ground.is_whole()


@pytest.mark.parametrize("source", ["main", "main~1"])
def test_a_published_site_without_a_manifest_of_an_older_kind(ground, source):
    """Sites that were published before manifests were kept name their source in the message alone; `main~1` has the very
    files that are published, and still needs a manifest to be proved by."""
    git(ground.clone, "checkout", "--quiet", "--detach", source)
    tree = git(ground.clone, "rev-parse", f"{ground.tip}^{{tree}}")
    entries = [line for line in git(ground.clone, "ls-tree", tree).splitlines() if not line.endswith("site-manifest.json")]
    done = subprocess.run(["git", "mktree"], input="\n".join(entries) + "\n", capture_output=True, text=True, cwd=ground.clone)
    made = done.stdout.strip()
    source = git(ground.clone, "rev-parse", "--short=12", "main~1")
    old = git(ground.clone, *AUTHOR, "commit-tree", made, "-m", f"Publish the site\n\nSource: {source}")
    git(ground.clone, "push", "--quiet", "--force", "origin", f"{old}:refs/heads/gh-pages")
    outcome, _said = send(ground.clone, GOAL)
    assert outcome.pushed and ground.is_whole() and git(ground.host, "rev-parse", "gh-pages~1") == old
