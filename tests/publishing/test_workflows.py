"""The workflow files are valid, use pinned actions, and run only commands that a person can run too."""

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


def run_module(*args):
    return subprocess.run([sys.executable, "-m", *args], capture_output=True, text=True, cwd=ROOT)


def steps():
    for name, workflow in WORKFLOWS.items():
        for job in workflow["jobs"].values():
            for step in job.get("steps", ()):
                yield name, step


def test_zizmor_finds_nothing():
    zizmor = shutil.which("zizmor", path=Path(sys.executable).parent)
    args = ["--offline", "--no-progress", "--no-ignores", "--persona=auditor", str(FOLDER)]
    result = subprocess.run([zizmor, *args], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", FILES),
        ("custom.github-workflows-require-timeout", FILES),
        ("vendor.dependabot", [FOLDER / "dependabot.yml"]),
    ],
)
def test_the_files_match_their_schema(schema, files):
    result = run_module("check_jsonschema", "--builtin-schema", schema, *map(str, files))
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_action_is_pinned_to_a_commit_with_its_version_in_a_comment():
    for path in FILES:
        for line in path.read_text().splitlines():
            if "uses:" in line and "$/" not in line:
                assert re.search(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_each_step_runs_an_existing_command():
    known = {f"tasks.py {task}" for task in re.findall(r"^  (\w+) ", run_module("invoke", "--list").stdout, re.MULTILINE)}
    known |= {f"tools/{path.name}{word}" for path in (ROOT / "tools").glob("*.py") for word in (" licences", "")}
    for name, step in steps():
        if "run" in step:
            match = re.fullmatch(r"python3 ((?:tasks|tools/\w+)\.py(?: \w+)?)( --?[\w-]+( [\w.-]+)?)*", step["run"])
            assert match and match[1] in known, (name, step["run"])


def test_workflows_that_anybody_can_start_have_no_secrets_and_no_write_access():
    check = WORKFLOWS["check"]
    assert "pull_request" in check[True]  # YAML reads `on` as true
    assert not any("actions/cache" in step.get("uses", "") for _name, step in steps())  # what a run keeps, another could forge
    for name in ("check", "systems"):
        assert WORKFLOWS[name]["permissions"] == {}
        assert all(job["permissions"] == {"contents": "read"} for job in WORKFLOWS[name]["jobs"].values())
        assert "pull_request_target" not in WORKFLOWS[name][True]
        assert "secrets." not in (FOLDER / "workflows" / f"{name}.yml").read_text()
    for _name, step in steps():
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_the_check_runs_on_the_oldest_python_a_newer_one_and_every_system():
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    pythons = WORKFLOWS["check"]["jobs"]["code"]["strategy"]["matrix"]["python"]
    assert pythons[0] == oldest and len(pythons) > 1
    job = WORKFLOWS["systems"]["jobs"]["systems"]
    assert [system.split("-")[0] for system in job["strategy"]["matrix"]["system"]] == ["windows", "macos"]
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert [command.split()[2] for command in commands] == ["check", "build", "test"] and commands[-1].endswith(" --no-browser")


def test_publishing_runs_on_main_after_the_check_one_at_a_time():
    publish = WORKFLOWS["publish"]
    assert publish[True]["push"] == {"branches": ["main"]} and publish[True]["schedule"]
    assert publish["concurrency"] == {"group": "publish", "cancel-in-progress": False}
    build, job = publish["jobs"]["build"], publish["jobs"]["publish"]
    assert build["needs"] == "check" and job["needs"] == ["check", "build"]
    assert build["if"] == job["if"] == "github.ref == 'refs/heads/main'"
    assert job["steps"][-1]["run"] == "python3 tasks.py publish --prepared prepared --wait"
    jobs_with_token = [(name, step["run"].split()[2]) for name, step in steps() if "PUBLISH_TOKEN" in step.get("env", {})]
    assert jobs_with_token == [("publish", "publish"), ("rollback", "rollback")]
    assert WORKFLOWS["rollback"]["concurrency"] == publish["concurrency"]


def test_the_job_that_may_write_installs_ghp_import_alone_and_the_job_that_builds_may_not_write():
    build, publish = WORKFLOWS["publish"]["jobs"]["build"], WORKFLOWS["publish"]["jobs"]["publish"]
    assert build["permissions"] == {"contents": "read"} and not any("env" in step for step in build["steps"])
    assert [step["run"] for step in build["steps"] if "run" in step] == ["python3 tasks.py publish --prepare prepared"]
    assert [step["run"] for step in publish["steps"] if "run" in step] == ["python3 tasks.py publish --prepared prepared --wait"]
    upload, download = build["steps"][-1], publish["steps"][-2]
    assert "upload-artifact" in upload["uses"] and "download-artifact" in download["uses"]
    assert upload["with"]["name"] == download["with"]["name"] and upload["with"]["include-hidden-files"] is True
    assert upload["with"]["path"] == download["with"]["path"] == "prepared"
    pins = re.findall(r"^([\w.-]+)==", (ROOT / "requirements-publish.txt").read_text(), re.MULTILINE)
    assert pins == ["ghp-import", "python-dateutil", "tzdata"]  # the second needs the third, the first the second
    assert set((ROOT / "requirements-publish.txt").read_text().splitlines()) <= set((ROOT / "requirements.txt").read_text().splitlines())


def test_the_texts_are_checked_without_waiting_for_the_tests_of_the_code():
    texts, code = WORKFLOWS["check"]["jobs"]["texts"], WORKFLOWS["check"]["jobs"]["code"]
    assert "needs" not in texts
    assert [step["run"] for step in texts["steps"] if "run" in step][0] == "python3 tasks.py check --format github"
    assert "python3 tasks.py test --if-code-changed" in [step.get("run") for step in code["steps"]]


def test_what_a_person_types_into_a_workflow_reaches_commands_only_in_the_environment():
    for name, step in steps():
        assert "${{" not in step.get("run", ""), name
