"""Nothing of anyone's is deleted: whoever writes an output, only what a build of this site made is replaced or taken away."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ADDRESS, ROOT, build, git, task
from invoke import Exit

from caravan.build import verify
from caravan.build.command import load_settings, run_build
from caravan.build.output import OutputError
from caravan.dev import styleguide
from caravan.git import PublishError
from caravan.publishing.mirror import MirrorInfo, write_mirror

ABOUT = MirrorInfo("Caravan", ("en", "es", "fil"), ROOT / "theme")
NAMED = verify.NAME


TEXT = "---\ntitle: {title}\nsummary: A text of a test, with a summary of the length that a summary must have.\n{more}---\n\nWords.\n"


@pytest.fixture
def content(tmp_path):
    """A few texts, to change: building them takes no time."""
    folder = tmp_path / "content"
    write(folder, "pages/about")
    write(folder, "calls/march", "date: 2024-05-06\nauthors: [A]\nevent: {start: 2024-06-01, end: 2024-06-02, place: Here}\n")
    write(folder, "background/ipef", "date: 2024-05-06\nauthors: [A]\n")
    return folder


def write(content, place, more=""):
    (content / place).mkdir(parents=True)
    (content / place / "en.md").write_text(TEXT.format(title=f"A text at {place}", more=more))


def everything(folder):
    """Every file, folder and link below `folder`, `.git` too, with its bytes."""
    return {
        str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def by_pelican(project, folder):
    command = [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "-o", str(folder)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, env={**os.environ, "COLUMNS": "400"})
    return done.returncode, done.stdout + done.stderr


def by_task(project, folder):
    done = task(project, "build", "--folder", str(folder), SITEURL=ADDRESS)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def someones(tmp_path):
    """A folder with a repository, and files that exist nowhere else; one of them is named like one of ours."""
    folder = tmp_path / "someone's"
    (folder / "letters").mkdir(parents=True)
    (folder / "letters" / "draft.txt").write_text("the only copy")
    (folder / "sitemap.xml").write_text("<urlset/>")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=T", "-c", "user.email=t@test.invalid", "commit", "--quiet", "-m", "Start")
    return folder


def test_a_folder_that_is_not_ours_is_left_alone(project, someones):
    before = everything(someones)
    for way in (by_pelican, by_task):
        code, said = way(project, someones)
        assert code and f"is not empty and holds no {NAMED}" in said and "delete the folder and run the command again" in said
        assert everything(someones) == before


@pytest.mark.parametrize("beside", ["", "{}", "not JSON", '{"files": {}, "fingerprint": "0"}', '["files"]', "null"])
def test_a_manifest_that_is_broken_or_none_of_ours_makes_no_folder_ours(content, someones, beside):
    (someones / NAMED).write_text(beside)
    before = everything(someones)
    with pytest.raises(Exit, match="is not empty and holds no"):
        build(someones, content)
    assert everything(someones) == before


def test_pelicans_own_way_to_delete_the_output_is_refused(project, someones):
    before = everything(someones)
    command = [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "-o", str(someones), "--delete-output-directory"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode and everything(someones) == before


@pytest.mark.parametrize("conf", ["publishconf.py", "pelicanconf.py"])
@pytest.mark.parametrize("store", [True, False])
def test_what_others_put_beside_the_site_stays_and_is_named(content, tmp_path, capsys, conf, store):
    output = tmp_path / "output"
    more = {"STORE_PATH": tmp_path / "store" if store else None, "conf": conf}
    build(output, content, **more)
    git(output, "init", "--quiet")
    (output / "letters").mkdir()
    (output / "letters" / "draft.txt").write_text("the only copy")
    (output / "calls" / "notes.txt").write_text("mine")
    (output / "empty").mkdir()
    shutil.rmtree(content / "background" / "ipef")
    before = everything(output / ".git")
    settings = load_settings(ROOT / conf, output)
    settings.update({"PATH": str(content), "SITEURL": ADDRESS, "STORE_PATH": more["STORE_PATH"]})
    for _ in range(2):
        run_build(settings)
        said = capsys.readouterr().out
        assert "which this site did not make; nothing of it was touched" in said and ".git" not in said
    assert not (output / "background" / "ipef").exists() and (output / "empty").is_dir()
    assert (output / "letters" / "draft.txt").read_text() == "the only copy" and (output / "calls" / "notes.txt").read_text() == "mine"
    assert everything(output / ".git") == before


def test_a_file_of_others_where_a_page_has_to_stand_stops_the_build(content, tmp_path):
    output = build(tmp_path / "output", content, STORE_PATH=tmp_path / "store")
    write(content, "pages/new")
    for name, make in {
        "new/index.html": lambda path: (path.parent.mkdir(), path.write_text("mine")),
        "new": lambda path: path.write_text("mine"),
        "New": lambda path: path.write_text("mine"),  # one file with `new` on some systems
        "new/index.html/deep/mine.txt": lambda path: (path.parent.mkdir(parents=True), path.write_text("mine")),
    }.items():
        make(output / name)
        before = everything(output)
        with pytest.raises(Exit, match="was not made by this site, and stands where the site needs its place"):
            build(output, content, STORE_PATH=tmp_path / "store")
        assert everything(output) == before
        shutil.rmtree(output / "new", ignore_errors=True)
        for path in (output / "new", output / "New"):
            path.unlink(missing_ok=True)
    build(output, content, STORE_PATH=tmp_path / "store")
    assert (output / "new" / "index.html").is_file()


def test_links_lead_no_build_out_of_its_folder(content, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    output = build(tmp_path / "output", content)
    (tmp_path / "link").symlink_to(output)
    with pytest.raises(Exit, match="is a link to another place"):
        build(tmp_path / "link", content)

    shutil.copytree(output / "calls", elsewhere / "calls")
    shutil.rmtree(output / "calls")
    (output / "calls").symlink_to(elsewhere / "calls")  # a folder of ours is a link now
    before = everything(elsewhere)
    with pytest.raises(Exit, match="calls was not made by this site"):
        build(output, content)
    assert everything(elsewhere) == before
    (output / "calls").unlink()

    (elsewhere / "page.html").write_text("mine")
    (output / "index.html").unlink()
    (output / "index.html").symlink_to(elsewhere / "page.html")  # a file of ours is a link now
    (output / "album").symlink_to(elsewhere)
    build(output, content)
    assert (elsewhere / "page.html").read_text() == "mine" and not (output / "index.html").is_symlink()
    assert (output / "album").is_symlink() and everything(elsewhere / "calls")

    named = json.loads((output / NAMED).read_bytes())
    for name in ("../elsewhere/page.html", "album/page.html", str(elsewhere / "page.html"), ".git/HEAD", "calls/.GIT/HEAD"):
        named["files"][name] = {"sha256": "0" * 64, "size": 4}
    named["fingerprint"] = verify.fingerprint(named["files"])
    (output / NAMED).write_text(json.dumps(named))
    git(output, "init", "--quiet")
    (output / "calls" / ".GIT").mkdir()
    (output / "calls" / ".GIT" / "HEAD").write_text("mine")
    build(output, content)
    assert (elsewhere / "page.html").read_text() == "mine" and (output / ".git" / "HEAD").is_file()
    assert (output / "calls" / ".GIT" / "HEAD").read_text() == "mine"

    (output / NAMED).rename(elsewhere / NAMED)
    (output / NAMED).symlink_to(elsewhere / NAMED)
    with pytest.raises(Exit, match="holds no"):
        build(output, content)


def test_a_build_that_was_killed_anywhere_leaves_what_the_next_one_knows(content, tmp_path, monkeypatch):
    """Stopped at each step of the way into the output, once for a first build and once over another site."""
    clean = everything(build(tmp_path / "clean", content))
    other = shutil.copytree(content, tmp_path / "other content")
    write(other, "pages/over-us")
    write(other, "pages/over-us-too")
    (other / "extra").mkdir()
    (other / "extra" / "CNAME").write_text("example.org\n")

    class Killed(BaseException):
        pass

    for first in (None, other):
        for steps in (0, 1, 2, 3, 7, 20):
            output = tmp_path / f"output-{first is None}-{steps}"
            if first:
                build(output, first)
                (output / "mine.txt").write_text("mine")
            left = [steps]

            def step(real):
                def counted(*words, **more):
                    left[0] -= 1
                    if left[0] < 0:
                        raise Killed
                    return real(*words, **more)

                return counted

            with monkeypatch.context() as patch:
                patch.setattr(os, "replace", step(os.replace))
                patch.setattr(Path, "unlink", step(Path.unlink))
                patch.setattr(Path, "rmdir", step(Path.rmdir))
                try:
                    build(output, content)
                except Killed:
                    pass
            build(output, content)
            found = everything(output)
            assert found.pop("mine.txt", b"mine") == b"mine"
            assert found == clean, (first, steps)


def test_two_builds_at_once_leave_one_whole_site(content, tmp_path):
    """Without a store too, and of different texts: what one of them made, the other knows."""
    other = shutil.copytree(content, tmp_path / "other")
    write(other, "pages/over-us")
    code = (
        "import sys; from pathlib import Path; from caravan.workshop import building\n"
        "settings = command.load_settings(Path('publishconf.py'), sys.argv[2])\n"
        f"settings.update(PATH=sys.argv[1], SITEURL='{ADDRESS}', STORE_PATH=None)\n"
        "command.run_build(settings, quiet=True)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(folder), str(tmp_path / "output")], cwd=ROOT) for folder in (content, other, content)
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert verify.verify(str(tmp_path / "output"))[1] == []


def test_a_kill_in_the_middle_of_a_real_build_is_mended_by_the_next(content, tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from caravan.build import command, output\n"
        "real = os.replace\n"
        "def slow(*words):\n    real(*words); print('moved', flush=True); import time; time.sleep(.2)\n"
        "output.os.replace = slow\n"
        "settings = command.load_settings(Path('publishconf.py'), sys.argv[2])\n"
        f"settings.update(PATH=sys.argv[1], SITEURL='{ADDRESS}', STORE_PATH=Path(sys.argv[3]))\n"
        "command.run_build(settings)"
    )
    words = [sys.executable, "-c", code, str(content), str(tmp_path / "output"), str(tmp_path / "store")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert [process.stdout.readline() for _ in range(3)] == ["moved\n"] * 3
        process.send_signal(signal.SIGKILL)
    build(tmp_path / "output", content, STORE_PATH=tmp_path / "store")
    assert everything(tmp_path / "output") == everything(build(tmp_path / "clean", content))


def test_the_manifest_follows_the_commit_where_nothing_else_changed(project, tmp_path):
    output = tmp_path / "output"
    assert by_task(project, output)[0] == 0
    (project / "note.txt").write_text("no input of a page")
    git(project, "add", "note.txt")
    git(project, "-c", "user.name=T", "-c", "user.email=t@test.invalid", "commit", "--quiet", "-m", "A note")
    assert by_task(project, output)[0] == 0
    assert json.loads((output / NAMED).read_bytes())["source"]["commit"] == git(project, "rev-parse", "HEAD")
    before = (output / NAMED).stat().st_mtime_ns
    time.sleep(0.05)
    assert by_task(project, output)[0] == 0 and (output / NAMED).stat().st_mtime_ns == before


@pytest.fixture
def mirrored(site, tmp_path):
    def run():
        return write_mirror(site, tmp_path / "copies", ABOUT, without_host=True)

    return run


def test_a_copy_replaces_only_a_copy(mirrored, tmp_path):
    folder, archive = mirrored()
    (folder / "mine.txt").write_text("mine")
    git(folder, "init", "--quiet")
    (folder / "about" / "index.html").unlink()
    assert mirrored() == (folder, archive)
    assert (folder / "mine.txt").read_text() == "mine" and (folder / ".git" / "HEAD").is_file()
    assert (folder / "about" / "index.html").is_file() and (folder / "START-HERE.html").is_file()
    archive.write_text("something else")
    with pytest.raises(OutputError, match="is no copy of this site"):
        mirrored()
    assert archive.read_text() == "something else"
    archive.unlink()
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "index.html").write_text("mine")
    with pytest.raises((OutputError, PublishError), match="is not empty and holds no"):
        mirrored()
    assert everything(folder) == {"index.html": b"mine"} and not archive.exists()


def test_the_styleguide_replaces_only_a_styleguide(tmp_path):
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
