"""Write .github/CODEOWNERS, and the table of places in docs/security.md, from PLACES.

The git host asks the MAINTAINERS of pelicanconf.py to review what organizers may not change alone. Without MAINTAINERS there
is no CODEOWNERS. docs/security.md says which branch rule makes it bind.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import re
from pathlib import Path

from caravan.build.command import load_settings
from caravan.publishing.source_changes import PLACES
from caravan.site.settings import SettingsError
from tools import schema_docs

ACCOUNT = re.compile(r"@[A-Za-z0-9-]+(/[A-Za-z0-9._-]+)?")


def code_owners(maintainers: tuple[str, ...]) -> str:
    """The content of the file; "" without maintainers. Raises SettingsError for a name that is no account."""
    for name in maintainers:
        if not ACCOUNT.fullmatch(name):
            raise SettingsError(f'MAINTAINERS has "{name}"; write an account such as "@name", or a team such as "@group/team".')
    if not maintainers:
        return ""
    # A pattern without an owner: anyone who may merge can approve.
    owners = {"maintainers": " ".join(maintainers)}
    rows = [f"{place.pattern} {owners.get(place.owner, '')}".rstrip() for place in PLACES]
    return "\n".join(["# Written by tools/codeowners.py. The last pattern that matches decides.", *rows, ""])


def table() -> str:
    """PLACES as a Markdown table."""
    rows = [f"| `{place.pattern}` | {place.name} | {place.owner} | {place.checked_by} |" for place in PLACES]
    return "\n".join(["| path | what | who may change it | how it is checked |", "|---|---|---|---|", *rows])


def write(root: Path) -> None:
    schema_docs.write(root / "docs" / "security.md", "places", "python3 tools/codeowners.py", table())
    file = root / ".github" / "CODEOWNERS"
    content = code_owners(tuple(load_settings(root / "pelicanconf.py")["MAINTAINERS"]))
    if content:
        file.write_text(content, encoding="utf-8")
    else:
        file.unlink(missing_ok=True)
    print(f"{file.relative_to(root)} is written." if content else "MAINTAINERS in pelicanconf.py is empty, so there are no code owners.")


if __name__ == "__main__":
    environment.run(lambda: write(environment.ROOT), __doc__)
