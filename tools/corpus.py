"""Generate a large, realistic content folder for benchmarks. The same size gives the same texts on every machine."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

# Words from the site's subject. The sentences have no meaning, but the lengths of real ones.
WORDS = (
    "the of and to in a on for with from by at that were was this who people families road border march town state "
    "permit treaty wage maize factory summit leaders union harvest remittance visa office river church shelter law "
    "figures estimate report agency decree partner market price worker migrant caravan journalist scholar promise "
    "October November Thursday Tapachula Chiapas Mexico Washington Manila Pacific north south first second between "
    "crossed walked announced counted signed asked answered doubted printed waited returned against before after"
).split()
KINDS = ("analysis", "background")
FIRST_DAY = datetime.date(1996, 1, 1)
TRANSLATION_INTERVAL = 10  # every tenth text has a translation


def write(folder: Path, size: int, seed: int = 1, for_stock: bool = False) -> None:
    """Write `size` articles of 700 to 1,200 words below `folder`, with sources, links and translations.

    `for_stock`: translations have a date too, which stock Pelican requires; the rest is the same.
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
        rng = random.Random(seed * 1_000_003 + number)
        article_folder = folder / KINDS[number % len(KINDS)] / f"text-{number}"
        article_folder.mkdir(parents=True)
        (article_folder / "en.md").write_text(text(rng, number, size), encoding="utf-8")
        if number % TRANSLATION_INTERVAL == 0:
            translation_fields = "translated_from: en\n" + (f"date: {date(number)}\n" if for_stock else "")
            (article_folder / "es.md").write_text(text(rng, number, size, translation_fields), encoding="utf-8")


def text(rng: random.Random, number: int, size: int, translation_fields: str = "") -> str:
    """One text. `translation_fields`: front matter of a translation, in place of that of an original."""
    fields = translation_fields or f"date: {date(number)}\nauthors:\n  - The editors of this site\n"
    front = f'title: "Text {number}: {random_words(rng, 5)}"\nsummary: {sentence(rng, 16)} {sentence(rng, 9)}\n{fields}'
    sections, length, count = [], rng.randint(700, 1200), 0
    while count < length:
        next_section = section(rng, len(sections) + 1, number, size)
        sections.append(next_section)
        count += len(next_section.split())
    return f"---\n{front}---\n\n" + "\n\n".join(sections) + "\n"


def date(number: int) -> datetime.date:
    return FIRST_DAY + datetime.timedelta(days=number % 10_000)


def section(rng: random.Random, index: int, number: int, size: int) -> str:
    """A heading, paragraphs with links, quotations and citations, and one other block (list, quote, note or table)."""
    other = rng.randrange(size)
    link = f"[{random_words(rng, 3)}](../../{KINDS[other % len(KINDS)]}/text-{other}/en.md)"
    paragraphs = [paragraph(rng), f"{paragraph(rng)} {link}, {sentence(rng, 12)}", paragraph(rng)]
    blocks = (
        "\n".join(f"- {sentence(rng, 8)}" for _ in range(4)),
        "> " + sentence(rng, 25),
        "/// note | Doubt\n\n" + sentence(rng, 20) + "\n\n///",
        "| what | said | found |\n|---|---:|---:|\n"
        + "\n".join(f"| {random_words(rng, 3)} | {rng.randrange(9999)} | {rng.randrange(9999)} |" for _ in range(4)),
        "1. " + sentence(rng, 9) + "\n2. " + sentence(rng, 9),
    )
    return "\n\n".join([f"## {random_words(rng, 3).capitalize()} {{#part-{index}}}", *paragraphs, blocks[(index + number) % 5]])


def paragraph(rng: random.Random) -> str:
    quotation = f'They called it "{random_words(rng, 4)}" -- {random_words(rng, 5)}. It wasn\'t *{random_words(rng, 2)}*.'
    citation = f"{sentence(rng, 15)} [@source-{rng.randrange(60)}]"
    return " ".join([sentence(rng, 18), quotation, citation, f"In {rng.randint(1990, 2023)}, {sentence(rng, 10)}"])


def sentence(rng: random.Random, length: int) -> str:
    return random_words(rng, length).capitalize() + "."


def random_words(rng: random.Random, number: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(number))
