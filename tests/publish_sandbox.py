"""A sandbox for publishing: a bare repository as the host, clones of it, and a tiny site that builds at once.

Run as a program it is one publisher, for tests that need several or kill some: `python publish_sandbox.py CLONE [again]
[small-disk]`.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from caravan.build import manifest, verify  # noqa: E402
from caravan.git import PublishError, Repository  # noqa: E402
from caravan.publishing import publish  # noqa: E402
from caravan.publishing.push import PublishOptions  # noqa: E402

ADDRESS = "https://example.org"
AUTHOR = ("-c", "user.name=Test", "-c", "user.email=test@test.invalid")


def git(folder: Path, *args: str, **variables: str) -> str:
    result = subprocess.run(
        ["git", "-C", str(folder), *args], capture_output=True, encoding="utf-8", errors="replace",
        env={**os.environ, **variables},
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout.strip()


class Sandbox:
    """A host and a clone with a few texts, each of which becomes a page."""

    def __init__(self, folder: Path, pages: int = 8, object_format: str = "sha1"):
        self.folder = folder
        self.host = folder / "host.git"
        self.clone = folder / "clone"
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", f"--object-format={object_format}", str(self.host))
        git(folder, "init", "--quiet", "--initial-branch=main", f"--object-format={object_format}", str(self.clone))
        git(self.clone, "remote", "add", "origin", self.host.as_uri())
        (self.clone / ".gitignore").write_text("/output/\n")
        for number in range(pages):
            self.write(f"page-{number}", f"Page {number}")
        self.commit("Start")
        git(self.clone, "push", "--quiet", "origin", "main")

    def copy(self, folder: Path) -> Sandbox:
        """Copy the sandbox to `folder`, which is faster than creating a new one for each test."""
        copy = object.__new__(Sandbox)
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
        """Write a text and commit it; returns the commit."""
        self.write(name, text, clone)
        return self.commit(text, clone)

    def new_clone(self, name: str = "other", *options: str) -> Path:
        git(self.folder, "clone", "--quiet", *options, self.host.as_uri(), name)
        return self.folder / name

    # --- The published state ---
    @property
    def tip(self) -> str:
        return git(self.host, "for-each-ref", "--format=%(objectname)", "refs/heads/gh-pages")

    def page(self, name: str = "page-0") -> str:
        return git(self.host, "show", f"gh-pages:{name}/index.html")

    def files(self) -> set[str]:
        return set(git(self.host, "ls-tree", "-r", "--name-only", "gh-pages").splitlines())

    def commit_count(self) -> int:
        return int(git(self.host, "rev-list", "--count", "gh-pages"))

    def message(self) -> str:
        return git(self.host, "log", "-1", "--format=%B", "gh-pages")

    def is_complete(self) -> bool:
        """Whether the published files are exactly those of their manifest, byte for byte. Fails if an object is corrupt."""
        data = subprocess.run(["git", "-C", str(self.host), "archive", "gh-pages"], capture_output=True, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            files = {member.name: archive.extractfile(member).read() for member in archive.getmembers() if member.isfile()}
        expected = json.loads(files.pop(verify.NAME))["files"]
        actual = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in files.items()
            if name not in verify.HOST_FILES
        }
        git(self.host, "fsck", "--strict", "--no-dangling", "--no-progress")
        return actual == expected


def build(root: Path, folder: Path, address: str = ADDRESS) -> None:
    """Build the tiny site into `folder`: one page for each text, and the files that every site must have."""
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
    day = os.environ.get("SANDBOX_DAY", "2026-11-24")
    clone = Repository(root, isolated=True)  # as in the process that builds the real site
    changed = bool(manifest.uncommitted_changes(clone))
    source = {"commit": clone.commit("HEAD"), "changed": changed, "repository": ""}
    manifest.write_manifest(folder, {"address": address, "day": day, "source": source, "packages": {}})


def publish_clone(clone: Path, build_site=build, wait: float = 0, unpublished_urls=(), address: str = ADDRESS, **options):
    """Publish `clone`; returns whether something was published, and what is printed. `build_site` gets the clone of the commit and the output."""

    def build_clone(root: Path, folder: Path, older_source: str) -> dict:
        build_site(root, folder, **({"address": address} if build_site is build else {}))
        return {"unpublished": list(unpublished_urls), "deleted": []}

    return printed(lambda: publish.publish(clone, build_clone, PublishOptions(**options), wait))


def printed(command):
    """The result of a function, and what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        result = command()
    return result, output.getvalue()


def start_publisher(clone: Path, *args: str, **variables: str) -> subprocess.Popen:
    """Start a publisher in its own process group, so that it can be killed with all its children."""
    return subprocess.Popen(
        [sys.executable, __file__, str(clone), *args], start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **variables},
    )  # fmt: skip


if __name__ == "__main__":
    if "small-disk" in sys.argv[2:]:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    try:
        print(publish_clone(Path(sys.argv[1]), again="again" in sys.argv[2:])[1])
    except PublishError as error:
        sys.exit(str(error))
