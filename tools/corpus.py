"""A large, realistic content folder for measurements: made from words, the same for the same size on every machine."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

# Plain words of the site's own subject; sentences made of them mean nothing, and weigh what real ones weigh.
WORDS = (
    "the of and to in a on for with from by at that were was this who people families road border march town state "
    "permit treaty wage maize factory summit leaders union harvest remittance visa office river church shelter law "
    "figures estimate report agency decree partner market price worker migrant caravan journalist scholar promise "
    "October November Thursday Tapachula Chiapas Mexico Washington Manila Pacific north south first second between "
    "crossed walked announced counted signed asked answered doubted printed waited returned against before after"
).split()
KINDS = ("analysis", "background")
FIRST_DAY = datetime.date(1996, 1, 1)
TRANSLATED = 10  # every tenth text has a translation


def write(folder: Path, size: int, seed: int = 1, whole: bool = False) -> None:
    """Write `size` articles of 700 to 1,200 words below `folder`, with sources, links and translations.

    `whole`: translations carry the date too, as stock Pelican wants it; the words are the same.
    """
    evidence = folder / "evidence"
    evidence.mkdir(parents=True)
    entries = (
        f"  - id: source-{n}\n    type: report\n    title: Report {n} on the road\n    publisher: Office {n % 7}\n"
        f"    issued: {1990 + n % 30}-0{1 + n % 9}\n    URL: https://example.org/{n}\n    read_as: full text\n"
        for n in range(60)
    )
    (evidence / "sources.yaml").write_text("sources:\n" + "".join(entries), encoding="utf-8")
    for number in range(size):
        chance = random.Random(seed * 1_000_003 + number)
        here = folder / KINDS[number % len(KINDS)] / f"text-{number}"
        here.mkdir(parents=True)
        (here / "en.md").write_text(text(chance, number, size), encoding="utf-8")
        if number % TRANSLATED == 0:
            made = "translated_from: en\n" + (f"date: {day(number)}\n" if whole else "")
            (here / "es.md").write_text(text(chance, number, size, made), encoding="utf-8")


def text(chance: random.Random, number: int, size: int, made: str = "") -> str:
    """One text; with `made` the front matter is that of a translation."""
    facts = made or f"date: {day(number)}\nauthors:\n  - The editors of this site\n"
    front = f'title: "Text {number}: {words(chance, 5)}"\nsummary: {sentence(chance, 16)} {sentence(chance, 9)}\n{facts}'
    parts, goal, has = [], chance.randint(700, 1200), 0
    while has < goal:
        part = section(chance, len(parts) + 1, number, size)
        parts.append(part)
        has += len(part.split())
    return f"---\n{front}---\n\n" + "\n\n".join(parts) + "\n"


def day(number: int) -> datetime.date:
    return FIRST_DAY + datetime.timedelta(days=number % 10_000)


def section(chance: random.Random, index: int, number: int, size: int) -> str:
    """A section under a heading: paragraphs with links, quotes and citations, and one further block."""
    other = chance.randrange(size)
    link = f"[{words(chance, 3)}](../../{KINDS[other % len(KINDS)]}/text-{other}/en.md)"
    paragraphs = [paragraph(chance), f"{paragraph(chance)} {link}, {sentence(chance, 12)}", paragraph(chance)]
    blocks = (
        "\n".join(f"- {sentence(chance, 8)}" for _ in range(4)),
        "> " + sentence(chance, 25),
        "/// note | Doubt\n\n" + sentence(chance, 20) + "\n\n///",
        "| what | said | found |\n|---|---:|---:|\n"
        + "\n".join(f"| {words(chance, 3)} | {chance.randrange(9999)} | {chance.randrange(9999)} |" for _ in range(4)),
        "1. " + sentence(chance, 9) + "\n2. " + sentence(chance, 9),
    )
    return "\n\n".join([f"## {words(chance, 3).capitalize()} {{#part-{index}}}", *paragraphs, blocks[(index + number) % 5]])


def paragraph(chance: random.Random) -> str:
    said = f'They called it "{words(chance, 4)}" -- {words(chance, 5)}. It wasn\'t *{words(chance, 2)}*.'
    cited = f"{sentence(chance, 15)} [@source-{chance.randrange(60)}]"
    return " ".join([sentence(chance, 18), said, cited, f"In {chance.randint(1990, 2023)}, {sentence(chance, 10)}"])


def sentence(chance: random.Random, length: int) -> str:
    return words(chance, length).capitalize() + "."


def words(chance: random.Random, number: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(number))
