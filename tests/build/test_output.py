"""Writing an output: only files that a build of this site has made are replaced or deleted."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ADDRESS, FIXTURE_SETTINGS, ROOT, build, git, task
from invoke import Exit

from caravan.build import verify
from caravan.build.command import load_settings, run_build
from caravan.build.output import OutputError
from caravan.git import PublishError
from caravan.publishing.mirror import write_mirror
from tools import styleguide

ABOUT = {"SITENAME": "Caravan", "LANGUAGES": ("en", "es", "fil"), "DEFAULT_LANG": "en", "THEME": str(ROOT / "theme")}
MANIFEST = verify.NAME
TEXT = "---\ntitle: {title}\nsummary: A text of a test, with a summary of the length that a summary must have.\n{fields}---\n\nWords.\n"


@pytest.fixture
def content(tmp_path):
    """A few short texts, which are quick to build."""
    folder = tmp_path / "content"
    write(folder, "pages/about")
    write(folder, "calls/march", "date: 2024-05-06\nauthors: [A]\nevent: {start: 2024-06-01, end: 2024-06-02, place: Here}\n")
    write(folder, "background/fare", "date: 2024-05-06\nauthors: [A]\n")
    return folder


def write(content, folder, fields=""):
    (content / folder).mkdir(parents=True)
    (content / folder / "en.md").write_text(TEXT.format(title=f"A text at {folder}", fields=fields))


def snapshot(folder):
    """All files with their bytes, folders, and links with their targets below `folder`, also in `.git`."""
    return {
        str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def run_pelican(project, folder):
    command = [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "-o", str(folder)]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, env={**os.environ, "COLUMNS": "400"})
    return result.returncode, result.stdout + result.stderr


def run_build_task(project, folder):
    result = task(project, "build", "--folder", str(folder), SITEURL=ADDRESS)
    return result.returncode, result.stdout + result.stderr


@pytest.fixture
def foreign_folder(tmp_path):
    """A git repository with files that no build has made; one has the name of a file of the site."""
    folder = tmp_path / "someone's"
    (folder / "letters").mkdir(parents=True)
    (folder / "letters" / "draft.txt").write_text("the only copy")
    (folder / "sitemap.xml").write_text("<urlset/>")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=T", "-c", "user.email=t@test.invalid", "commit", "--quiet", "-m", "Start")
    return folder


def test_a_foreign_folder_is_left_alone(project, foreign_folder):
    before = snapshot(foreign_folder)
    for run in (run_pelican, run_build_task):
        code, printed = run(project, foreign_folder)
        assert code and f"is not empty and holds no {MANIFEST}" in printed and "delete the folder and run the command again" in printed
        assert snapshot(foreign_folder) == before


@pytest.mark.parametrize("manifest", ["", "{}", "not JSON", '{"files": {}, "fingerprint": "0"}', '["files"]', "null"])
def test_a_folder_with_an_invalid_manifest_is_left_alone(content, foreign_folder, manifest):
    (foreign_folder / MANIFEST).write_text(manifest)
    before = snapshot(foreign_folder)
    with pytest.raises(Exit, match="is not empty and holds no"):
        build(foreign_folder, content)
    assert snapshot(foreign_folder) == before


def test_pelicans_option_to_delete_the_output_is_refused(project, foreign_folder):
    before = snapshot(foreign_folder)
    command = [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "-o", str(foreign_folder), "--delete-output-directory"]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert result.returncode and snapshot(foreign_folder) == before


@pytest.mark.parametrize("conf", ["publishconf.py", "pelicanconf.py"])
@pytest.mark.parametrize("store", [True, False])
def test_foreign_files_stay_and_are_named(content, tmp_path, capsys, conf, store):
    output = tmp_path / "output"
    store_path = tmp_path / "store" if store else None
    build(output, content, conf=conf, STORE_PATH=store_path)
    git(output, "init", "--quiet")
    (output / "letters").mkdir()
    (output / "letters" / "draft.txt").write_text("the only copy")
    (output / "calls" / "notes.txt").write_text("mine")
    (output / "empty").mkdir()
    shutil.rmtree(content / "background" / "fare")
    before = snapshot(output / ".git")
    settings = load_settings(ROOT / conf, output)
    settings.update({"PATH": str(content), "SITEURL": ADDRESS, "STORE_PATH": store_path, **FIXTURE_SETTINGS})
    for _ in range(2):
        run_build(settings)
        printed = capsys.readouterr().out
        assert "which this site did not make and did not touch" in printed and ".git" not in printed
    assert not (output / "background" / "fare").exists() and (output / "empty").is_dir()
    assert (output / "letters" / "draft.txt").read_text() == "the only copy" and (output / "calls" / "notes.txt").read_text() == "mine"
    assert snapshot(output / ".git") == before


def test_a_foreign_file_at_the_path_of_a_page_stops_the_build(content, tmp_path):
    output = build(tmp_path / "output", content, STORE_PATH=tmp_path / "store")
    write(content, "pages/new")
    for name, create in {
        "new/index.html": lambda path: (path.parent.mkdir(), path.write_text("mine")),
        "new": lambda path: path.write_text("mine"),
        "New": lambda path: path.write_text("mine"),  # the same file as `new` on some systems
        "new/index.html/deep/mine.txt": lambda path: (path.parent.mkdir(parents=True), path.write_text("mine")),
    }.items():
        create(output / name)
        before = snapshot(output)
        with pytest.raises(Exit, match="was not made by this site, but the site needs to write there"):
            build(output, content, STORE_PATH=tmp_path / "store")
        assert snapshot(output) == before
        shutil.rmtree(output / "new", ignore_errors=True)
        for path in (output / "new", output / "New"):
            path.unlink(missing_ok=True)
    build(output, content, STORE_PATH=tmp_path / "store")
    assert (output / "new" / "index.html").is_file()


def test_a_build_never_follows_links_out_of_its_folder(content, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    output = build(tmp_path / "output", content)
    (tmp_path / "link").symlink_to(output)
    with pytest.raises(Exit, match="is a symbolic link"):
        build(tmp_path / "link", content)

    shutil.copytree(output / "calls", elsewhere / "calls")
    shutil.rmtree(output / "calls")
    (output / "calls").symlink_to(elsewhere / "calls")  # a folder of the site was replaced by a link
    before = snapshot(elsewhere)
    with pytest.raises(Exit, match="calls was not made by this site"):
        build(output, content)
    assert snapshot(elsewhere) == before
    (output / "calls").unlink()

    (elsewhere / "page.html").write_text("mine")
    (output / "index.html").unlink()
    (output / "index.html").symlink_to(elsewhere / "page.html")  # a file of the site was replaced by a link
    (output / "album").symlink_to(elsewhere)
    build(output, content)
    assert (elsewhere / "page.html").read_text() == "mine" and not (output / "index.html").is_symlink()
    assert (output / "album").is_symlink() and snapshot(elsewhere / "calls")

    manifest = json.loads((output / MANIFEST).read_bytes())
    def forge(*names):
        files = {**manifest["files"], **{name: {"sha256": "0" * 64, "size": 4} for name in names}}
        (output / MANIFEST).write_text(json.dumps({**manifest, "files": files, "fingerprint": verify.fingerprint(files)}))

    for name in ("../elsewhere/page.html", str(elsewhere / "page.html")):
        forge(name)
        with pytest.raises(Exit, match="holds no"):
            build(output, content)
        assert (elsewhere / "page.html").read_text() == "mine"
    forge("album/page.html", ".git/HEAD", "calls/.GIT/HEAD")
    git(output, "init", "--quiet")
    (output / "calls" / ".GIT").mkdir()
    (output / "calls" / ".GIT" / "HEAD").write_text("mine")
    build(output, content)
    assert (elsewhere / "page.html").read_text() == "mine" and (output / ".git" / "HEAD").is_file()
    assert (output / "calls" / ".GIT" / "HEAD").read_text() == "mine"

    (output / MANIFEST).rename(elsewhere / MANIFEST)
    (output / MANIFEST).symlink_to(elsewhere / MANIFEST)
    with pytest.raises(Exit, match="holds no"):
        build(output, content)


def test_a_killed_build_is_completed_by_the_next(content, tmp_path, monkeypatch):
    """Killed after several numbers of changes to the output, in a first build and in one that replaces another site."""
    clean = snapshot(build(tmp_path / "clean", content))
    other = shutil.copytree(content, tmp_path / "other content")
    write(other, "pages/over-us")
    write(other, "pages/over-us-too")
    (other / "extra").mkdir()
    (other / "extra" / "CNAME").write_text("example.org\n")

    class Killed(BaseException):
        pass

    def killed_after(steps, counter, function):
        def run(*args, **kwargs):
            if next(counter) >= steps:
                raise Killed
            return function(*args, **kwargs)

        return run

    for previous in (None, other):
        for steps in (0, 1, 3, 20):
            output = tmp_path / f"output-{previous is None}-{steps}"
            if previous:
                build(output, previous)
                (output / "mine.txt").write_text("mine")
            counter = itertools.count()
            with monkeypatch.context() as patch, contextlib.suppress(Killed):
                for owner, name in ((os, "replace"), (Path, "unlink"), (Path, "rmdir")):
                    patch.setattr(owner, name, killed_after(steps, counter, getattr(owner, name)))
                build(output, content)
            build(output, content)
            files = snapshot(output)
            assert files.pop("mine.txt", b"mine") == b"mine"
            assert files == clean, (previous, steps)


def test_simultaneous_builds_leave_one_complete_site(content, tmp_path):
    """Also without a cache, and with different content."""
    other = shutil.copytree(content, tmp_path / "other")
    write(other, "pages/over-us")
    code = (
        "import sys; from pathlib import Path; from caravan.build import command\n"
        "settings = command.load_settings(Path('publishconf.py'), sys.argv[2])\n"
        f"settings.update(PATH=sys.argv[1], SITEURL='{ADDRESS}', STORE_PATH=None, **{FIXTURE_SETTINGS!r})\n"
        "command.run_build(settings, quiet=True)"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(folder), str(tmp_path / "output")], cwd=ROOT) for folder in (content, other, content)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert verify.verify(str(tmp_path / "output"))[1] == []


def test_a_killed_process_is_completed_by_the_next_build(content, tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from caravan.build import command, output\n"
        "replace = os.replace\n"
        "def slow_replace(*args):\n    replace(*args); print('moved', flush=True); import time; time.sleep(.2)\n"
        "output.os.replace = slow_replace\n"
        "settings = command.load_settings(Path('publishconf.py'), sys.argv[2])\n"
        f"settings.update(PATH=sys.argv[1], SITEURL='{ADDRESS}', STORE_PATH=Path(sys.argv[3]), **{FIXTURE_SETTINGS!r})\n"
        "command.run_build(settings)"
    )
    arguments = [sys.executable, "-c", code, str(content), str(tmp_path / "output"), str(tmp_path / "store")]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert [process.stdout.readline() for _ in range(3)] == ["moved\n"] * 3
        process.send_signal(signal.SIGKILL)
    build(tmp_path / "output", content, STORE_PATH=tmp_path / "store")
    assert snapshot(tmp_path / "output") == snapshot(build(tmp_path / "clean", content))


def test_the_manifest_names_the_new_commit_if_nothing_else_changed(project, tmp_path):
    output = tmp_path / "output"
    assert run_build_task(project, output)[0] == 0
    (project / "note.txt").write_text("not an input of a page")
    git(project, "add", "note.txt")
    git(project, "-c", "user.name=T", "-c", "user.email=t@test.invalid", "commit", "--quiet", "-m", "A note")
    assert run_build_task(project, output)[0] == 0
    assert json.loads((output / MANIFEST).read_bytes())["source"]["commit"] == git(project, "rev-parse", "HEAD")
    before = (output / MANIFEST).stat().st_mtime_ns
    time.sleep(0.05)
    assert run_build_task(project, output)[0] == 0 and (output / MANIFEST).stat().st_mtime_ns == before


@pytest.fixture
def mirror(site, tmp_path):
    """A function that writes a copy of the site, and its archive."""

    def run():
        return write_mirror(site, tmp_path / "copies", ABOUT, offline=True)

    return run


def test_a_mirror_replaces_only_a_mirror(mirror, tmp_path):
    folder, archive = mirror()
    (folder / "mine.txt").write_text("mine")
    git(folder, "init", "--quiet")
    (folder / "about" / "index.html").unlink()
    assert mirror() == (folder, archive)
    assert (folder / "mine.txt").read_text() == "mine" and (folder / ".git" / "HEAD").is_file()
    assert (folder / "about" / "index.html").is_file() and (folder / "START-HERE.html").is_file()
    archive.write_text("something else")
    with pytest.raises(OutputError, match="is not a copy of this site"):
        mirror()
    assert archive.read_text() == "something else"
    archive.unlink()
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "index.html").write_text("mine")
    with pytest.raises((OutputError, PublishError), match="is not empty and holds no"):
        mirror()
    assert snapshot(folder) == {"index.html": b"mine"} and not archive.exists()


def test_a_style_guide_replaces_only_a_style_guide(tmp_path):
    folder = tmp_path / "styleguide"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="is not empty"):
        styleguide.styleguide(ROOT, folder)
    (folder / "mine.txt").unlink()
    assert styleguide.styleguide(ROOT, folder).is_file()
    (folder / "mine.txt").write_text("mine")
    (folder / "ltr-light.html").unlink()
    assert styleguide.styleguide(ROOT, folder).is_file() and (folder / "ltr-light.html").is_file()
    assert (folder / "mine.txt").read_text() == "mine"
