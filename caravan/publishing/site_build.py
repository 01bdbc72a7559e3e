"""Public builds for `publish` and `mirror`; the URLs of texts that are not public, or deleted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from invoke import Exit

from caravan.build import command, site_url
from caravan.build.cache import Cache
from caravan.build.loader import load_library
from caravan.build.output import OutputError
from caravan.git import PublishError, Repository, git_environment
from caravan.publishing.mirror import write_mirror
from caravan.publishing.source_changes import source_changes
from caravan.reading.front_matter import split_source
from caravan.reading.limits import decode
from caravan.reading.paths import ContentPath, SiteLanguages, parse_path
from caravan.reading.problems import Fault
from caravan.site.settings import SettingsError, language_settings, store_folder, today
from caravan.site.urls import site_urls

# Runs `build_in_clone` with the code of a clone.
START = "import sys; sys.path.insert(0, sys.argv[1]); from caravan.publishing import site_build; site_build.build_in_clone()"


def build_clone(clone: Path, folder: Path, older_source: str, **variables: str) -> dict[str, list[str]]:
    """`Build` (publish.py): with the commit's code, in a process with `variables` and no secrets. Raises PublishError."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or str(int(time.time()))  # one day, around midnight too
    variables = {"SOURCE_DATE_EPOCH": epoch, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", **variables}
    command_line = [sys.executable, "-P", "-c", START, str(clone), str(folder), older_source]
    env = git_environment(isolated=True, **variables)
    result = subprocess.run(command_line, cwd=clone, capture_output=True, encoding="utf-8", errors="replace", env=env)
    if result.returncode:
        raise PublishError(f"{result.stderr.strip()[-20_000:]}\nNothing was published.")
    return json.loads(result.stdout.splitlines()[-1])


def build_in_clone() -> None:
    """Build the clone, and print its URLs, or end with the message of an error. `sys.argv`: as `build_clone`'s arguments."""
    root, folder, older_source = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    try:
        settings = {**public_settings(root, folder), "STORE_PATH": str(root / ".git" / "store")}  # a new cache
        command.run_build(settings, quiet=True)
        deleted = list(deleted_urls(Repository(root), older_source, "HEAD", settings)) if older_source else []
        print(json.dumps({"unpublished": unpublished_urls(settings), "deleted": deleted}))
    except (Exit, OSError, OutputError, PublishError, SettingsError, command.BuildError) as error:
        sys.exit(str(error))


def public_settings(root: Path, folder: Path) -> dict:
    """The settings of a public build into `folder`. Raises PublishError if the site's public address is unknown."""
    settings = command.load_settings(root / "publishconf.py", folder)
    if settings["SITEURL"] == site_url.LOCAL:
        raise PublishError(
            "The public address of the site is not known, so it cannot be published. Set SITEURL, or write the domain "
            "into content/extra/CNAME, or add a github.com remote called origin."
        )
    return settings


def unpublished_urls(settings: dict) -> list[str]:
    """The URL paths of texts that are not public today, such as `calls/march/`.

    The texts are read again, so that the check does not depend on the build that it checks.
    """
    day = today()
    with Cache(store_folder(settings)) as cache:
        library = load_library(Path(settings["PATH"]), language_settings(settings), day, cache)
    urls = site_urls(settings)
    unpublished = [group for group in library.groups.values() if group.is_unpublished(day)]
    addresses = {urls.article(ContentPath(group.kind, group.slug, lang)) for group in unpublished for lang in settings["LANGUAGES"]}
    return sorted(addresses)


def text_path(path: str, languages: SiteLanguages) -> ContentPath | None:
    """The ContentPath of a file in content/, or None if it is not a text."""
    result = parse_path(PurePosixPath(path), languages)
    return result if isinstance(result, ContentPath) else None


def deleted_urls(repository: Repository, old: str, new: str, settings: dict) -> Iterator[str]:
    """The URL paths, in every language, of texts that `new` has no longer, and their former addresses. Raises GitError.

    `settings`: those of the site.
    """
    languages, urls = language_settings(settings), site_urls(settings)
    for path in source_changes(repository, old, new).deleted:
        content_path = text_path(path, languages)
        if content_path:
            former = front_matter_in(repository, old, path).get("formerly")
            for lang in languages.languages:
                yield urls.article(ContentPath(content_path.kind, content_path.slug, lang))
                for address in former if isinstance(former, list) else ():
                    yield f"{urls.prefix(lang)}{str(address).strip('/')}/"


def front_matter_in(repository: Repository, commit: str, path: str) -> dict:
    """The front matter of a text in `commit`; empty if the text cannot be read."""
    source = repository.run("cat-file", "blob", f"{commit}:{path}").stdout
    try:
        return dict(split_source(decode(source.encode(errors="surrogateescape"))).document.value)
    except Fault:
        return {}


def build_copies(root: Path, target: Path, offline: bool) -> tuple[Path, Path]:
    """Build the public site and write it below `target` as a folder and a zip; returns both paths.

    Raises PublishError and OutputError, as `write_mirror` does.
    """
    with tempfile.TemporaryDirectory(prefix="mirror-") as folder:
        settings = public_settings(root, Path(folder) / "site")
        command.run_build(settings, quiet=True)
        return write_mirror(Path(folder) / "site", target, settings, offline)
