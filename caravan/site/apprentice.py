"""Printing in another process: an order from which it makes the same site and prints its share."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path

from caravan.reading.almanac import Almanac
from caravan.reading.evidence import Source
from caravan.reading.folder import Folder
from caravan.reading.library import Library, gathered
from caravan.reading.many import Reading
from caravan.reading.places import Place, Rules
from caravan.reading.problems import Problem
from caravan.reading.store import Store
from caravan.reading.text import Read
from caravan.workers import Worker, WorkerDied, spread

from .document import Document
from .press import Printed, plan, print_share
from .printing import Theme
from .settings import SETTINGS
from .site import Site, assemble

# A worker needs about as long to start, and to make the site, as this many pages need to be printed.
ENOUGH = 400


@dataclass(frozen=True)
class Order:
    """What a site is made from: texts are named by the keys under which the store holds them."""

    settings: dict
    day: datetime.date
    texts: list[tuple[Place, Path, str]]
    folder: Folder
    sources: dict[str, Source]
    rules: Rules
    drawings: dict[str, str]
    almanac: Almanac
    store: Path


@dataclass
class Bench:
    """The order that this process works on, and what it has made of it."""

    order: Order | None = None
    made: tuple = field(default=())


bench = Bench()


def order_of(library: Library, settings: dict, day: datetime.date, store: Path) -> Order:
    texts = [
        (text.place, text.file, text.key) for work in library.works.values() for text in [*work.texts.values(), *work.drafts.values()]
    ]
    plain = {name: settings[name] for name in (*SETTINGS, "THEME")}
    return Order(plain, day, texts, library.folder, library.sources, library.rules, library.drawings, library.almanac, store)


def print_all(
    site: Site, theme: Theme, planned: dict[str, Document], wanted: list[str], folder: Path, staff: list[Worker], order: Order | None
) -> list[Printed | Problem]:
    """Print `wanted` documents into `folder`, with as many of `staff` as are worth it; with none where there is no order."""
    shares = min(len(staff), len(wanted) // ENOUGH)
    if shares < 1 or order is None:
        return print_share(site, theme, planned, wanted, folder)
    bench.order, bench.made = order, (site, theme, planned)  # our own share is printed from what is here already
    return spread(staff[:shares], print_as_told, wanted, order, folder)


def print_as_told(wanted: list[str], order: Order, folder: Path) -> list[Printed | Problem]:
    """Print `wanted` files of the site of `order` into `folder`. Raises WorkerDied where the store lacks a text."""
    if bench.order is not order:
        bench.order, bench.made = order, site_of(order)
    return print_share(*bench.made, wanted, folder)


def site_of(order: Order) -> tuple:
    reading = Reading(Store(order.store))
    kept = reading.kept(order.texts)
    if len(kept) < len(order.texts):
        raise WorkerDied
    reads = {place: Read(text, []) for place, text in sorted(kept.items())}
    works = {key: work for key, (work, _) in gathered(reads).items()}
    library = Library(works, reads, order.folder, order.sources, order.rules, order.day, (), {}, order.drawings, order.almanac)
    site = assemble(library, order.settings, order.day)
    return site, Theme(Path(order.settings["THEME"])), plan(site)
