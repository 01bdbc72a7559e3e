"""The real commands report exactly the expected problems of bad inputs, and have no other effect."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bad_files
import bad_words
import pytest
from bad_files import FIFO, FOLDER, GOOD, SAMPLE, Link
from conftest import ROOT, listed_problems, task, write_fixture_settings

from caravan.build.site_url import public_address
from caravan.reading import limits as limit
from caravan.reading import parser as reading
from caravan.reading import paths
from caravan.reading.parser import BodyParser
from caravan.reading.paths import ContentPath
from caravan.reading.problems import Fault
from caravan.site.settings import SettingsError

if not hasattr(os, "mkfifo"):
    pytest.skip("this system cannot hold most of these files", allow_module_level=True)


def lay(project, files):
    """Write `files` below content/."""
    for name, data in files.items():
        path = os.path.join(os.fsencode(project), b"content", os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.lexists(path):
            os.remove(path)
        if data is FIFO:
            os.mkfifo(path)
        elif data is FOLDER:
            os.mkdir(path)
        elif isinstance(data, Link):
            os.symlink(data.to, path)
        else:
            Path(os.fsdecode(path)).write_bytes(data if isinstance(data, bytes) else data.encode())


def snapshot(folder):
    """Every path below `folder` with what would change if something were written there."""
    found = {}
    for place, folders, files in os.walk(os.fsencode(folder)):
        folders[:] = [name for name in folders if name != b".store"]  # the cache of builds
        for name in folders + files:
            path = os.path.join(place, name)
            about = os.lstat(path)
            found[path] = (about.st_mode, about.st_size, about.st_mtime_ns) if name in files else about.st_mode
    return found


def can_stand(case) -> bool:
    """Whether this file system supports the names of a case: some ignore case, or allow only UTF-8."""
    if all(isinstance(name, str) and name == name.casefold() for name in case.files):
        return True
    with tempfile.TemporaryDirectory() as place:
        try:
            lay(place, {**SAMPLE, **case.files})
        except OSError:
            return False
        found = snapshot(os.path.join(place, "content"))
        return all(os.path.join(os.fsencode(place), b"content", os.fsencode(name)) in found for name in case.files)


CASES = [case for case in (*bad_files.CASES.cases, *bad_words.CASES.cases) if can_stand(case)]
TOGETHER = [case for case in CASES if not case.alone]
ALONE = [case for case in CASES if case.alone]


def names(cases):
    return [case.what.encode("ascii", "backslashreplace").decode() for case in cases]


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Makes projects whose content is the sample."""

    def make(name: str) -> Path:
        project = tmp_path_factory.mktemp(name) / "project"
        project.mkdir()
        for part in ("caravan", "theme"):
            shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("pelicanconf.py", "publishconf.py", "tasks.py"):
            shutil.copyfile(ROOT / part, project / part)
        write_fixture_settings(project / "pelicanconf.py")
        lay(project, SAMPLE)
        return project

    return make


def run(project, *words):
    """Run a task and check that it prints no traceback and writes nothing into the project or next to it."""
    before = snapshot(project.parent)
    done = task(project, *words, PYTHONDONTWRITEBYTECODE="1")
    assert "Traceback" not in done.stdout + done.stderr, done.stderr[-2000:]
    assert snapshot(project.parent) == before
    return done


def cpu_seconds():
    """CPU seconds of this process and its finished children, which do not depend on the load of the machine."""
    return sum(os.times()[:4])


def check(project):
    done = run(project, "check", "--format", "github")
    assert done.returncode == 1 and done.stderr == "", done.stderr
    return [(p["path"], p["line"], p["message"]) for p in listed_problems(done.stdout) if p["severity"] == "error"]


def fits(found, expected):
    """Whether the problems `found` are exactly those that are expected."""
    return len(found) == len(expected) and all(
        (path, line) == (f"content/{place}", number) and words in message
        for (path, line, message), (place, number, words) in zip(sorted(found), sorted(expected))
    )


@pytest.fixture(scope="module")
def crowd(start):
    """A project with every case that does not affect others."""
    project = start("crowd")
    for case in TOGETHER:
        lay(project, case.files)
    return project


@pytest.fixture(scope="module")
def found_problems(crowd):
    """All problems of the project `crowd`."""
    began = cpu_seconds()
    found = check(crowd)
    assert cpu_seconds() - began < 10, "one of these texts takes far too long"
    return found


def problems_of_case(case, found_problems):
    """The problems of the files and folders of a case."""
    mine = {f"content/{path}" for path, _, _ in case.expected}
    mine |= {f"content/{name}" for name in case.files if isinstance(name, str)}
    return [problem for problem in found_problems if problem[0] in mine]


@pytest.mark.parametrize("case", TOGETHER, ids=names(TOGETHER))
def test_each_case_is_reported_with_file_line_and_message(case, found_problems):
    assert fits(problems_of_case(case, found_problems), case.expected), problems_of_case(case, found_problems)


def test_nothing_else_is_reported(found_problems):
    expected = {f"content/{path}" for case in TOGETHER for path, _, _ in case.expected}
    assert [problem for problem in found_problems if problem[0] not in expected] == []
    for path, _, message in found_problems:
        assert path.isprintable() and message.isprintable() and len(message) < 500


@pytest.fixture(scope="module")
def problems_alone(start):
    def ask(case):
        project = start("alone")
        lay(project, case.files)
        return check(project)

    with ThreadPoolExecutor(4) as pool:
        return dict(zip(names(ALONE), pool.map(ask, ALONE)))


@pytest.mark.parametrize("case", ALONE, ids=names(ALONE))
def test_it_is_the_only_problem(case, problems_alone):
    (found,) = [problems_alone[name] for name in names([case])]
    assert fits(found, case.expected), found


def test_marks_and_line_ends_of_other_systems_change_nothing(start, found_problems):
    """A byte order mark and CRLF are accepted silently: the same complaints at the same lines."""
    project = start("windows")
    changed = 0
    for case in TOGETHER:
        for name, data in case.files.items():
            if isinstance(data, str) and not data.startswith("\ufeff"):
                data, changed = "\ufeff" + data.replace("\n", "\r\n"), changed + 1
            lay(project, {name: data})
    assert changed > 150
    assert check(project) == found_problems


def test_a_build_reports_the_same_and_leaves_the_last_output_unchanged(start, found_problems):
    project = start("build")
    assert task(project, "build").returncode == 0
    assert (project / "output" / "background" / "ground" / "index.html").is_file()
    for case in TOGETHER:
        lay(project, case.files)
    done = run(project, "build")
    assert done.returncode == 1
    said = done.stderr.split("\n")
    assert [f"{path}:{line}: {message}" for path, line, message in found_problems] == [
        row for row in said if row.startswith("content/")
    ]


@pytest.mark.parametrize("number", range(len(bad_files.BAD_EXTRA)))
def test_a_bad_file_for_the_root_is_refused_at_every_door_and_never_shown(tmp_path, monkeypatch, number):
    """`check` and the address of the site have one rule, and no message has the content of the file."""
    name, source = bad_files.BAD_EXTRA[number]
    lay(tmp_path, {f"extra/{name}": source})
    tree = paths.scan(tmp_path / "content", paths.SiteLanguages(("en",), "en"))
    [problem] = tree.problems
    assert (problem.path, problem.line, tree.extra_files) == (f"content/extra/{name}", 1, {})
    assert isinstance(source, str) == ("does not contain what it must" in problem.message)
    monkeypatch.delenv("SITEURL", raising=False)
    if name == "CNAME":
        with pytest.raises(SettingsError) as caught:
            public_address(tmp_path)
        assert str(caught.value) == str(problem)
    assert "secret" not in str(problem) and "root:" not in str(problem)


def test_a_file_of_200_mb_is_refused_unread(tmp_path):
    for name in ("CNAME", ".well-known/security.txt", "film.mp4"):
        lay(tmp_path, {f"extra/{name}": ""})
        os.truncate(tmp_path / "content" / "extra" / name, 200_000_000)
    tracemalloc.start()
    tree = paths.scan(tmp_path / "content", paths.SiteLanguages(("en",), "en"))
    assert len(tree.problems) == 3 and tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_a_content_folder_behind_a_link_gives_no_address(tmp_path, monkeypatch):
    monkeypatch.delenv("SITEURL", raising=False)
    lay(tmp_path / "elsewhere", {"extra/CNAME": "evil.example"})
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "extra").symlink_to(tmp_path / "elsewhere" / "content" / "extra")
    with pytest.raises(SettingsError, match="symbolic link"):
        public_address(tmp_path)


EXTRA = {
    "extra/CNAME": "example.org\r\n",
    "extra/.gitkeep": "",
    "extra/.well-known/security.txt": (
        "# Write to us\n\nContact: mailto:a@example.org\nContact: https://example.org/report\nExpires: 2030-01-31T00:00:00+02:00\n"
        "Preferred-Languages: en, es\nPolicy: https://example.org/policy"
    ),
}


def test_unusual_but_valid_content_is_accepted(start):
    project = start("odd")
    folded = GOOD.replace("A plain title", ">\n  A title\n  on two lines")
    signs = "Soft\u00adhyphens, \U0001f469\u200d\U0001f33e and 10\u00a0000"
    lay(project, {
        "analysis/folded/en.md": folded.replace("Words", signs),
        "analysis/to-come/en.md": GOOD.partition("\n## ")[0].replace("date:", "status: draft\ndate:"),
        "analysis/folded/.DS_Store": b"\x00",
        "analysis/folded/en.md~": "old words",
        "analysis/folded/.#en.md": Link("somebody@host.123"),
        "analysis/.gitkeep": "",
        **EXTRA,
    })  # fmt: skip
    done = run(project, "check", "--format", "github")
    assert done.returncode == 0, done.stdout


def test_a_project_without_content_is_reported(start):
    project = start("bare")
    shutil.rmtree(project / "content")
    ((path, line, message),) = check(project)
    assert (path, line) == ("content", 1) and "cannot be opened" in message


def test_endless_folders_are_reported_once(start):
    project = start("deep")
    lay(project, {"/".join(["analysis", *["d"] * 300, "en.md"]): GOOD})
    ((path, line, message),) = check(project)
    assert len(path) < 80 and line == 1 and "a text belongs at" in message


def test_2000_dead_links_take_no_time(start):
    project = start("dead")
    lay(project, {f"background/good-{number}/en.md": GOOD for number in range(100)})
    links = "".join(f"\n[x](../../analysis/x{number}/en.md)" for number in range(2_000))
    lay(project, {"analysis/dead/en.md": GOOD + links})
    began = cpu_seconds()
    assert len(check(project)) == 2_000
    assert cpu_seconds() - began < 10


def test_a_text_over_the_time_limit_is_refused_and_the_next_one_is_parsed(tmp_path, monkeypatch):
    bodies, place = BodyParser(), ContentPath("analysis", "x", "en")
    (tmp_path / "slow.md").write_text(GOOD + "*a* " * 50_000)
    (tmp_path / "good.md").write_text(GOOD + "\n- a\n\n    - b\n")
    before = reading.parse_file(tmp_path / "good.md", place, bodies)
    began = cpu_seconds()
    with monkeypatch.context() as patch:
        patch.setattr(reading, "READ_SECONDS", 0.3)
        slow = reading.parse_file(tmp_path / "slow.md", place, bodies)
    text, (problem,) = slow.article, slow.problems
    assert cpu_seconds() - began < 3 and text is None and "took longer than" in problem.message
    assert reading.parse_file(tmp_path / "good.md", place, bodies) == before


def test_the_time_limit_works_although_a_library_catches_the_exception():
    with pytest.raises(Fault), limit.time_limit(0.1):
        try:
            use_processor(5)
        except Fault:
            use_processor(5)


def use_processor(seconds):
    end = cpu_seconds() + seconds
    while cpu_seconds() < end:
        pass


def test_waiting_on_a_busy_machine_does_not_count_towards_the_time_limit():
    with limit.time_limit(0.1):
        time.sleep(0.5)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may read everything")
def test_an_unreadable_folder_is_reported(start):
    project = start("closed")
    (project / "content" / "analysis" / "closed").mkdir(parents=True)
    (project / "content" / "analysis" / "closed").chmod(0)
    ((path, _, message),) = check(project)
    assert path == "content/analysis/closed" and "cannot be opened" in message


def test_cases_are_unique_and_have_a_known_stock_result():
    assert len({case.what for case in CASES}) == len(CASES)
    assert {case.stock for case in CASES} <= {"published", "lost", "crashed", "hung", ""}
