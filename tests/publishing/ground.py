"""A ground to publish on: a bare repository as the host, clones of it, and a site that is built in no time.

Run as a program it is one publisher, for tests that need many or kill some: `python ground.py CLONE [words]`.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from caravan.build import (
    manifest,
    verify,  # noqa: E402
)
from caravan.git import PublishError  # noqa: E402
from caravan.publishing import publish
from caravan.publishing.branch import PublishTarget  # noqa: E402
from caravan.publishing.push import PublishOptions  # noqa: E402

ADDRESS = "https://example.org"
GOAL = PublishTarget()
AUTHOR = ("-c", "user.name=Test", "-c", "user.email=test@test.invalid")


def git(folder: Path, *words: str, **environment: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, encoding="utf-8", errors="replace",
        env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


class Ground:
    """A host and a clone with some texts, one of them published as each page."""

    def __init__(self, folder: Path, pages: int = 8, names: str = "sha1"):
        self.folder = folder
        self.host = folder / "host.git"
        self.clone = folder / "clone"
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", f"--object-format={names}", str(self.host))
        git(folder, "init", "--quiet", "--initial-branch=main", f"--object-format={names}", str(self.clone))
        git(self.clone, "remote", "add", "origin", self.host.as_uri())
        (self.clone / ".gitignore").write_text("/output/\n")
        for number in range(pages):
            self.write(f"page-{number}", f"Page {number}")
        self.commit("Start")
        git(self.clone, "push", "--quiet", "origin", "main")

    def copied(self, folder: Path) -> Ground:
        """The same ground at another place: cheaper than to make it anew for each test."""
        copy = object.__new__(Ground)
        copy.folder, copy.host, copy.clone = folder, folder / "host.git", folder / "clone"
        shutil.copytree(self.folder, folder, symlinks=True)
        git(copy.clone, "remote", "set-url", "origin", copy.host.as_uri())
        return copy

    def write(self, name: str, text: str, clone: Path | None = None) -> None:
        path = (clone or self.clone) / "content" / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n")

    def commit(self, subject: str = "Edit", clone: Path | None = None) -> str:
        """Commit everything in a clone; returns the commit."""
        clone = clone or self.clone
        git(clone, "add", "--all")
        git(clone, *AUTHOR, "commit", "--quiet", "--no-gpg-sign", "--allow-empty", "-m", subject)
        return git(clone, "rev-parse", "HEAD")

    def edit(self, text: str, name: str = "page-0", clone: Path | None = None) -> str:
        self.write(name, text, clone)
        return self.commit(text, clone)

    def another(self, name: str = "other", *words: str) -> Path:
        git(self.folder, "clone", "--quiet", *words, self.host.as_uri(), name)
        return self.folder / name

    # --- What the host shows ---
    @property
    def tip(self) -> str:
        return git(self.host, "for-each-ref", "--format=%(objectname)", "refs/heads/gh-pages")

    def page(self, name: str = "page-0") -> str:
        return git(self.host, "show", f"gh-pages:{name}/index.html")

    def files(self) -> set[str]:
        return set(git(self.host, "ls-tree", "-r", "--name-only", "gh-pages").splitlines())

    def commits(self) -> int:
        return int(git(self.host, "rev-list", "--count", "gh-pages"))

    def message(self) -> str:
        return git(self.host, "log", "-1", "--format=%B", "gh-pages")

    def is_whole(self) -> bool:
        """Whether the host shows exactly the files that its own manifest lists, byte for byte, and no object is broken."""
        packed = subprocess.run(["git", "-C", str(self.host), "archive", "gh-pages"], capture_output=True, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            files = {one.name: archive.extractfile(one).read() for one in archive.getmembers() if one.isfile()}
        listed = json.loads(files.pop(verify.NAME))["files"]
        found = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in files.items()
            if name not in verify.HOST_FILES
        }
        git(self.host, "fsck", "--strict", "--no-dangling", "--no-progress")
        return found == listed


def build(root: Path, address: str = ADDRESS) -> Path:
    """The tiny site: one page for each text, and what every site needs."""
    folder = root / "output"
    pages = {path.stem: path.read_text() for path in sorted((root / "content").glob("*.txt"))}
    files = {f"{name}/index.html": f"<!doctype html><title>{name}</title>{text}" for name, text in pages.items()}
    files |= {
        "index.html": f"<!doctype html><title>Home</title>{' '.join(pages)}",
        "404.html": "<!doctype html><title>Not found</title>",
        "feeds/all.atom.xml": "<feed/>",
        "sitemap.xml": "<urlset/>",
        "robots.txt": "User-agent: *",
    }
    if folder.exists():
        shutil.rmtree(folder)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    day = os.environ.get("GROUND_DAY", "2026-11-24")
    manifest.write_manifest(folder, manifest.build_inputs(root, address, day, ""))
    return folder


def send(clone: Path, goal: PublishTarget = GOAL, built=build, wait: float = 0, kept_back=tuple, address: str = ADDRESS, **wishes):
    """Publish `clone`; returns the outcome and all that was said."""
    said: list[str] = []
    make = (lambda: built(clone, address)) if built is build else (lambda: built(clone))
    outcome = publish.publish(clone, make, goal, PublishOptions(**wishes), wait, said.append, kept_back)
    return outcome, "\n".join(said)


def publisher(clone: Path, *words: str, **environment: str) -> subprocess.Popen:
    """A publisher in a process group of its own, so that it can be killed with all its children."""
    return subprocess.Popen(
        [sys.executable, __file__, str(clone), *words], start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **environment},
    )  # fmt: skip


if __name__ == "__main__":
    if "small-disk" in sys.argv[2:]:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    try:
        publish.publish(
            Path(sys.argv[1]), lambda: build(Path(sys.argv[1])), GOAL, PublishOptions(again="again" in sys.argv[2:]),
        )  # fmt: skip
    except PublishError as error:
        sys.exit(str(error))
