"""The workflow files: sound, pinned, and nothing in them that a person cannot type."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

FOLDER = ROOT / ".github"
FILES = sorted((FOLDER / "workflows").glob("*.yml"))
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text()) for path in FILES}


def run(*words):
    return subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, cwd=ROOT)


def steps():
    for name, workflow in WORKFLOWS.items():
        for job in workflow["jobs"].values():
            for step in job.get("steps", ()):
                yield name, step


def test_zizmor_finds_nothing():
    zizmor = shutil.which("zizmor", path=Path(sys.executable).parent)
    words = ["--offline", "--no-progress", "--no-ignores", "--persona=auditor", str(FOLDER)]
    done = subprocess.run([zizmor, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", FILES),
        ("custom.github-workflows-require-timeout", FILES),
        ("vendor.dependabot", [FOLDER / "dependabot.yml"]),
    ],
)
def test_the_files_match_their_schema(schema, files):
    done = run("check_jsonschema", "--builtin-schema", schema, *map(str, files))
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_action_is_pinned_by_commit_with_its_version_beside():
    for path in FILES:
        for line in path.read_text().splitlines():
            if "uses:" in line and "$/" not in line:
                assert re.search(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_each_step_is_a_command_that_exists_here():
    known = set(re.findall(r"^  (\w+) ", run("invoke", "--list").stdout, re.MULTILINE))
    for name, step in steps():
        if "run" in step:
            found = re.fullmatch(r"python3 tasks\.py (\w+)( --?[\w-]+( [\w-]+)?)*", step["run"])
            assert found and found[1] in known, (name, step["run"])


def test_what_strangers_can_start_has_no_secrets_and_no_right_to_write():
    check = WORKFLOWS["check"]
    assert "pull_request" in check[True]  # YAML reads `on` as true
    for name in ("check", "systems"):
        assert WORKFLOWS[name]["permissions"] == {}
        assert all(job["permissions"] == {"contents": "read"} for job in WORKFLOWS[name]["jobs"].values())
        assert "pull_request_target" not in WORKFLOWS[name][True]
        assert "secrets." not in (FOLDER / "workflows" / f"{name}.yml").read_text()
    for _name, step in steps():
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_the_check_runs_with_the_oldest_python_and_a_newer_one_and_on_every_system():
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    pythons = WORKFLOWS["check"]["jobs"]["check"]["strategy"]["matrix"]["python"]
    assert pythons[0] == oldest and len(pythons) > 1
    job = WORKFLOWS["systems"]["jobs"]["systems"]
    assert [system.split("-")[0] for system in job["strategy"]["matrix"]["system"]] == ["windows", "macos"]
    said = [step["run"] for step in job["steps"] if "run" in step]
    assert [line.split()[2] for line in said] == ["check", "build", "test"] and said[-1].endswith(" --no-browser")


def test_caches_are_written_by_main_only_and_never_reach_readers():
    for name, step in steps():
        if "actions/cache" in step.get("uses", ""):
            assert name == "check"
            assert "cache/restore@" in step["uses"] or step["if"].startswith("github.ref == 'refs/heads/main' && ")


def test_publishing_is_from_main_after_the_check_one_at_a_time():
    publish = WORKFLOWS["publish"]
    assert publish[True]["push"] == {"branches": ["main"]} and publish[True]["schedule"]
    assert publish["concurrency"] == {"group": "publish", "cancel-in-progress": False}
    job = publish["jobs"]["publish"]
    assert job["needs"] == "check" and job["if"] == "github.ref == 'refs/heads/main'"
    assert job["steps"][-1]["run"] == "python3 tasks.py publish --wait"
    writers = [name for name, step in steps() if "PUBLISH_TOKEN" in step.get("env", {})]
    assert writers == ["publish"]
