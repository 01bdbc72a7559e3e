"""Where everything stands in the site. Addresses are relative to its root, carry no dates and end in a slash."""

from __future__ import annotations

from dataclasses import dataclass

from caravan.reading.places import Place


@dataclass(frozen=True)
class Addresses:
    """Addresses for a site whose language `home` has no prefix; every other language has its code as one."""

    home: str

    def prefix(self, lang: str) -> str:
        return "" if lang == self.home else f"{lang}/"

    def front(self, lang: str) -> str:
        return self.prefix(lang)

    def text(self, place: Place) -> str:
        return f"{self.prefix(place.lang)}{place.address}/"

    def listing(self, kind: str, lang: str, number: int = 1) -> str:
        return f"{self.prefix(lang)}{kind}/{further(number)}"

    def archive(self, lang: str, year: int = 0, number: int = 1) -> str:
        return f"{self.prefix(lang)}archive/{f'{year}/' if year else ''}{further(number)}"

    def status(self, lang: str, number: int = 1) -> str:
        return f"{self.prefix(lang)}translations/{further(number)}"

    def manifest(self, lang: str) -> str:
        return f"{self.prefix(lang)}manifest.webmanifest"

    def feed(self, lang: str, kind: str = "all") -> str:
        return f"{self.prefix(lang)}feeds/{kind}.atom.xml"

    def file(self, path: str) -> str:
        """The address of a file beside a text; `path` is below content/. One address for all languages."""
        return path.removeprefix("pages/")


def further(number: int) -> str:
    """The end of the address of page `number` of a list."""
    return f"page/{number}/" if number > 1 else ""


def save_as(address: str) -> str:
    """The file below output/ that holds the page at `address`."""
    return f"{address}index.html" if address == "" or address.endswith("/") else address


def relative(here: str, there: str) -> str:
    """The link from the page at address `here` to the address `there` (with or without #fragment).

    The result works at a domain's root, below a path, and under any other host.
    """
    if there.startswith(f"{here}#"):
        return there.removeprefix(here)
    up = "../" * here.count("/")
    return f"{up}{there}" if up + there else "./"
