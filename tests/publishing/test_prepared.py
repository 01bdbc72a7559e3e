"""`publish --prepare` builds without rights, `publish --prepared` pushes without the packages of the site."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from conftest import ADDRESS, odd_files, task
from publish_sandbox import Sandbox, build, git, printed

from caravan.build import manifest
from caravan.git import PublishError, Repository
from caravan.publishing import publish
from caravan.publishing.push import PublishOptions

TOKEN = "a-token-that-nobody-may-read"
ENCODED = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


def prepare(sandbox: Sandbox, folder: Path) -> None:
    def build_clone(root: Path, site: Path, older_source: str) -> dict[str, list[str]]:
        build(root, site)
        return {"unpublished": [], "deleted": []}

    publish.prepare(Repository(sandbox.clone), build_clone, folder)


def publish_prepared(clone: Path, folder: Path) -> str:
    """What is printed; the site is pushed."""
    return printed(lambda: publish.publish(clone, None, PublishOptions(), prepared=folder))[1]


def test_what_one_clone_prepared_another_one_publishes(sandbox, tmp_path):
    prepare(sandbox, tmp_path / "prepared")
    assert not sandbox.tip and {path.name for path in (tmp_path / "prepared").iterdir()} == {"site", "publication.json"}
    assert "Published to origin/gh-pages" in publish_prepared(sandbox.new_clone(), tmp_path / "prepared")
    assert sandbox.is_complete() and "Page 0" in sandbox.page()


def rewrite(folder: Path, **values: object) -> None:
    path = folder / "publication.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def forge(folder: Path) -> None:
    """A page with a token, and a manifest and a hash that fit."""
    site = folder / "site"
    commit = json.loads((folder / "publication.json").read_text())["commit"]
    (site / "page-0" / "index.html").write_text("ghp_" + "a1B2" * 9)
    manifest.write_manifest(site, {**manifest.build_inputs(None, ADDRESS, "2026-11-24", ""), "source": {"commit": commit, "changed": False, "repository": ""}})
    rewrite(folder, manifest=hashlib.sha256((site / "site-manifest.json").read_bytes()).hexdigest())


PREPARED = {
    "a changed page": (lambda folder: (folder / "site" / "page-0" / "index.html").write_text("x"), "changed: page-0/index.html"),
    "a new page": (lambda folder: (folder / "site" / "new.html").write_text("x"), "added: new.html"),
    "a removed page": (lambda folder: (folder / "site" / "page-0" / "index.html").unlink(), "missing: page-0/index.html"),
    "a hidden file": (lambda folder: (folder / "site" / ".env").write_text("x"), "is hidden"),
    "a link": (lambda folder: (folder / "site" / "a.txt").symlink_to("/etc/passwd"), "is a symbolic link"),
    "another manifest": (lambda folder: rewrite(folder, manifest="0" * 64), "is not the one that was built from"),
    "another commit": (lambda folder: rewrite(folder, commit="0" * 40), "is not the one that was built from 000000000000"),
    "a draft": (lambda folder: rewrite(folder, unpublished=["page-1/"]), "belongs to a draft"),
    "a forged page with its manifest": (forge, "contains a GitHub token"),
    "no list": (lambda folder: (folder / "publication.json").unlink(), "holds no site that `publish --prepare` wrote"),
    "half a list": (lambda folder: (folder / "publication.json").write_text("{"), "holds no site that `publish --prepare` wrote"),
    "a list without the commit": (lambda folder: (folder / "publication.json").write_text("{}"), "holds no site"),
    "no site": (lambda folder: shutil.rmtree(folder / "site"), "does not exist"),
    "nothing": (shutil.rmtree, "holds no site that `publish --prepare` wrote"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PREPARED)
def test_a_prepared_folder_that_is_not_published(sandbox, tmp_path, fault):
    damage, message = PREPARED[fault]
    prepare(sandbox, tmp_path / "prepared")
    with odd_files():
        damage(tmp_path / "prepared")
    with pytest.raises(PublishError) as refused:
        publish_prepared(sandbox.clone, tmp_path / "prepared")
    assert message in str(refused.value) and not sandbox.tip


@pytest.mark.parametrize("move", ["HEAD~1", "HEAD^{tree}"])
def test_another_commit_is_checked_out(sandbox, tmp_path, move):
    sandbox.edit("Newer")
    prepare(sandbox, tmp_path / "prepared")
    if move == "HEAD~1":
        git(sandbox.clone, "reset", "--quiet", "--hard", move)
    else:
        sandbox.commit("The same files")
    with pytest.raises(PublishError, match="not from the commit that is checked out"):
        publish_prepared(sandbox.clone, tmp_path / "prepared")
    assert not sandbox.tip


def test_a_folder_with_files_is_not_prepared(sandbox, tmp_path):
    (tmp_path / "notes.txt").write_text("of a person")
    with pytest.raises(PublishError, match="is not empty"):
        prepare(sandbox, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "of a person" and not (tmp_path / "site").exists()


# --- The real commands, on a machine that has Python, git and ghp-import ------------------------------------------
def bare_environment(project: Path) -> None:
    """Make `project`/.venv as setup makes it for `publish --prepared`, with the files of this environment instead of pip's."""
    subprocess.run([getattr(sys, "_base_executable", sys.executable), "-m", "venv", "--without-pip", str(project / ".venv")], check=True)
    packages = next((project / ".venv" / "lib").glob("python*")) / "site-packages"
    for name in ("ghp-import", "python-dateutil", "tzdata"):
        for file in metadata.files(name):
            if file.parts[0] != "..":
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), packages / file)
    lock = project / "requirements-publish.txt"
    record = {lock.name: hashlib.sha256(lock.read_bytes()).hexdigest()}
    (project / ".venv" / "installed.json").write_text(json.dumps(record))


# A hook on the host looks through the environments of the processes that push to it: the token, as it is and as git sends it.
# It stops at the process of this test: what started that one is not the project's, and its command line may hold anything.
LOOK = f"""#!/bin/sh
pid=$$
while [ "$pid" -gt 1 ] && [ "$pid" -ne TESTS ]; do
  for word in {TOKEN} {ENCODED}; do
    tr '\\0' '\\n' < /proc/$pid/environ | grep -q "$word" && echo "$word $(tr '\\0' ' ' < /proc/$pid/cmdline)" >> FOUND
  done
  echo "seen $(tr '\\0' ' ' < /proc/$pid/cmdline)" >> FOUND
  pid=$(sed -n 's/^PPid:[^0-9]*//p' /proc/$pid/status)
done
exit 0
"""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system does not show environments in /proc")
def test_the_second_job_needs_no_package_of_the_site_and_hides_the_token(project, tmp_path):
    host, second, found = tmp_path / "host.git", tmp_path / "second", tmp_path / "found"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(host))
    git(project, "remote", "add", "origin", host.as_uri())
    git(project, "push", "--quiet", "origin", "main")
    result = task(project, "publish", "--prepare", "../prepared", SITEURL=ADDRESS)
    assert result.returncode == 0, result.stdout + result.stderr
    assert git(host, "branch", "--list", "gh-pages") == ""

    git(tmp_path, "clone", "--quiet", host.as_uri(), str(second))
    bare_environment(second)
    python = second / ".venv" / "bin" / "python"
    assert subprocess.run([python, "-c", "import invoke"], capture_output=True).returncode
    assert subprocess.run([python, "-c", "import pydantic"], capture_output=True).returncode
    hook = host / "hooks" / "pre-receive"
    hook.write_text(LOOK.replace("FOUND", f"'{found}'").replace("TESTS", str(os.getpid())))
    hook.chmod(0o755)
    command = [getattr(sys, "_base_executable", sys.executable), "tasks.py", "publish", "--prepared", str(tmp_path / "prepared")]
    variables = {**os.environ, "PUBLISH_TOKEN": TOKEN, "CODE_TESTED": ""}
    result = subprocess.run(command, cwd=second, capture_output=True, text=True, env=variables)
    assert result.returncode == 0 and "Published to origin/gh-pages" in result.stdout, result.stdout + result.stderr
    assert "About" in git(host, "show", "gh-pages:about/index.html") and TOKEN not in result.stdout + result.stderr
    lines = found.read_text().splitlines()
    assert any("caravan.publishing.publish" in line for line in lines if line.startswith("seen "))
    with_token = [line for line in lines if not line.startswith("seen ")]
    # git and what it starts: for a host in another folder that is the hook, too.
    assert with_token and all(line.startswith(f"{ENCODED} ") and "python" not in line.split()[1] for line in with_token), with_token


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system does not show environments in /proc")
@pytest.mark.parametrize("args", [["publish"], ["publish", "--prepared", "nowhere"], ["rollback"], ["check"]])
def test_no_program_that_sets_up_sees_the_token(project, tmp_path, args):
    """A program in place of Python writes down what pip, and every other process of the set-up, is started with."""
    seen = tmp_path / "seen"
    (project / ".venv" / "bin").mkdir(parents=True)
    fake = project / ".venv" / "bin" / "python"
    fake.write_text(f"#!/bin/sh\necho \"$*\" >> '{seen}'\nls -l /proc/$$/fd >> '{seen}'\ncat /proc/$$/environ >> '{seen}'\nexit 0\n")
    fake.chmod(0o755)
    result = subprocess.run(
        [sys.executable, "tasks.py", *args], cwd=project, capture_output=True, text=True, env={**os.environ, "PUBLISH_TOKEN": TOKEN},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    text = seen.read_text(errors="replace")
    assert "-m pip install" in text and " -c import sys" in text and TOKEN not in text and ENCODED not in text
    of_pip = text[text.index("-m pip install") : text.index(" -c import sys")]
    assert "pipe:" not in of_pip.replace("1 -> pipe:", "").replace("2 -> pipe:", "")  # it does not inherit the pipe either
