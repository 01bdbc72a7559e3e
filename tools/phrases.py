"""Update the catalogues of the interface translations from the phrases in templates and code."""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import argparse
import os
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from caravan.build.command import BuildError, load_settings
from caravan.reading.problems import Fault, Problem
from caravan.site.i18n import CODE, CREATED, SOURCE_LANGUAGE, extract_messages, read_catalog


def update_catalogs(theme: Path, code: Path, languages: tuple[str, ...]) -> list[str]:
    """Update every catalog from templates and code; new phrases get an empty translation. Returns the written paths.

    Raises BuildError for a catalog that cannot be read.
    """
    template = extract_messages(theme, code)
    written = []
    for lang in languages:
        if lang == SOURCE_LANGUAGE:
            continue
        path = theme / "translations" / f"{lang}.po"
        try:
            catalog = read_catalog(path, lang) if os.path.lexists(path) else Catalog(Locale.parse(lang, sep="-"), fuzzy=False)
        except Fault as fault:
            raise BuildError([Problem(str(path), fault.line, fault.message)]) from None
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.creation_date = catalog.revision_date = CREATED
        catalog.header_comment = f"# The interface in {catalog.locale.english_name}. Licence: CC BY-SA 4.0."
        catalog.last_translator, catalog.language_team = "", ""
        catalog.project, catalog.version, catalog.msgid_bugs_address = "Caravan", "1", ""
        with path.open("wb") as stream:
            write_po(stream, catalog, width=110, include_lineno=False, ignore_obsolete=True)
        written.append(str(path))
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", help="new languages, such as fr, beside those of the site")
    root, new = environment.ROOT, parser.parse_args().languages
    languages = (*load_settings(root / "pelicanconf.py")["LANGUAGES"], *new)
    print("\n".join(update_catalogs(root / "theme", CODE, languages)))


if __name__ == "__main__":
    environment.run(main)
