"""Two builds of one commit, in places that differ in all that must not matter."""

from __future__ import annotations

from conftest import git, task


def test_a_shallow_clone_is_built_twice_with_equal_bytes(project, tmp_path):
    """As in CI: one commit deep, with no address but the one that is given."""
    git(tmp_path, "clone", "--quiet", "--depth=1", project.as_uri(), "shallow clone")
    done = task(tmp_path / "shallow clone", "reproduce", SITEURL="https://example.org/name")
    assert done.returncode == 0 and ": 0 differ" in done.stdout, done.stdout + done.stderr


def test_what_depends_on_the_place_is_found(project):
    """A template that shows the number of cores: the two places differ in it, and the command must say so."""
    conf = project / "publishconf.py"
    conf.write_text(conf.read_text() + '\nimport os\nSITENAME = os.environ.get("CARAVAN_CORES", "Caravan")\n')
    git(project, "-c", "user.name=T", "-c", "user.email=t@t.invalid", "commit", "--quiet", "-am", "A mistake")
    done = task(project, "reproduce", SITEURL="https://example.org")
    assert done.returncode == 1 and "\nindex.html\n" in done.stdout and "site-manifest.json" in done.stdout
