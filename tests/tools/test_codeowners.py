"""Who may change which file of the repository: CODEOWNERS, and the table in docs/security.md."""

from __future__ import annotations

import re
import subprocess

import pytest
from conftest import ROOT, script

from caravan.build.command import load_settings
from caravan.publishing.source_changes import PLACES, place_of
from caravan.site.settings import SettingsError
from tools import codeowners


def test_the_committed_files_are_current():
    assert codeowners.table() in (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    file = ROOT / ".github" / "CODEOWNERS"
    expected = codeowners.code_owners(tuple(load_settings(ROOT / "pelicanconf.py")["MAINTAINERS"]))
    assert (file.read_text(encoding="utf-8") if file.exists() else "") == expected


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("content/calls/march/en.md", "organizers"),
        ("content/calls/march/photo.jpg", "organizers"),
        ("content/evidence/sources.yaml", "organizers"),
        ("content/drawings/map/en.svg", "maintainers"),
        ("content/extra/CNAME", "maintainers"),
        ("content/extra/.well-known/security.txt", "maintainers"),
        ("theme/translations/es.po", "translators"),
        ("theme/templates/home.html", "maintainers"),
        ("caravan/git.py", "maintainers"),
        ("tasks.py", "maintainers"),
        ("contents/a.md", "maintainers"),
        ("Content/a.md", "maintainers"),
        (".github/workflows/check.yml", "maintainers"),
        (".gitignore", "maintainers"),
        ("tests/fixture_site/content/calls/now/en.md", "maintainers"),
    ],
)
def test_each_path_has_an_owner(path, owner):
    assert place_of(path).owner == owner


def test_every_pattern_decides_about_a_file():
    """No row of the table is without effect, except for files that a site need not have."""
    files = subprocess.run(["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-z"], capture_output=True, text=True).stdout
    used = {place_of(path).pattern for path in [*files.split("\0"), "content/extra/CNAME", "content/evidence/a", "content/drawings/a"]}
    assert used == {place.pattern for place in PLACES}


def test_maintainers_become_code_owners_and_organizers_need_none(project):
    conf = project / "pelicanconf.py"
    conf.write_text(re.sub(r"(?m)^MAINTAINERS = .*", 'MAINTAINERS = ("@ana", "@group/web-team")', conf.read_text(encoding="utf-8")))
    assert script(project, "codeowners.py").returncode == 0
    lines = (project / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "* @ana @group/web-team" and "/content/" in lines and "/content/extra/ @ana @group/web-team" in lines
    conf.write_text(re.sub(r"(?m)^MAINTAINERS = .*", "MAINTAINERS = ()", conf.read_text(encoding="utf-8")))
    assert script(project, "codeowners.py").returncode == 0 and not (project / ".github" / "CODEOWNERS").exists()


@pytest.mark.parametrize("name", ["ana", "@ana @bob", "@a\n* @evil", "", "@group/", "ana@example.org"])
def test_a_name_that_is_no_account_is_an_error(name):
    with pytest.raises(SettingsError, match="MAINTAINERS has"):
        codeowners.code_owners((name,))
