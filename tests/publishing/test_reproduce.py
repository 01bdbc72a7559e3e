"""tools/reproduce.py builds one commit twice under different conditions and compares the output."""

from __future__ import annotations

from conftest import git, script


def test_a_shallow_clone_is_reproducible(project, tmp_path):
    """As in CI: a clone with one commit, and the address from SITEURL only."""
    git(tmp_path, "clone", "--quiet", "--depth=1", project.as_uri(), "shallow clone")
    result = script(tmp_path / "shallow clone", "reproduce.py", SITEURL="https://example.org/name")
    assert result.returncode == 0 and ": 0 differ" in result.stdout, result.stdout + result.stderr


def test_a_difference_between_the_builds_is_reported(project):
    """The name of the site contains the number of cores, which differs between the two builds."""
    conf = project / "publishconf.py"
    conf.write_text(conf.read_text() + '\nimport os\nSITENAME = os.environ.get("CARAVAN_CORES", "Caravan")\n')
    git(project, "-c", "user.name=T", "-c", "user.email=t@t.invalid", "commit", "--quiet", "-am", "A mistake")
    result = script(project, "reproduce.py", SITEURL="https://example.org")
    assert result.returncode == 1 and "\nindex.html\n" in result.stdout and "site-manifest.json" in result.stdout
