"""The folder that builds leave for the next one: what was read, what was printed from what, how files stood.

It may be deleted at any time. Whatever in it is damaged counts as not there.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from caravan.publishing.lock import taken
from caravan.publishing.manifest import Inputs
from caravan.reading import trace
from caravan.reading.stamps import FINE, Stamp, Stamps, look, settled
from caravan.reading.store import Store

from . import prints
from .placing import sum_of
from .prints import Prints


class Kept:
    """`folder` is where things are kept, or None to keep nothing; `output` is the output that they are about."""

    def __init__(self, folder: Path | None, output: Path):
        self.folder, self.output = folder, output
        self.name = name_of(output)
        self.store = Store(folder / "texts.sqlite") if folder else None
        self.stamps = Stamps(self.stamped())

    def path(self, name: str) -> Path:
        return self.folder / f"{name}-{self.name}.json"

    def stamped(self) -> dict[str, tuple[Stamp, str]]:
        try:
            return {path: (tuple(stamp), key) for path, stamp, key in prints.unsealed(self.path("stamps"))} if self.folder else {}
        except (OSError, ValueError, TypeError):
            return {}

    def prints(self, base: str) -> Prints:
        return prints.load(self.path("prints"), base) if self.folder else Prints(base)

    def sum(self, file: Path) -> str:
        """The SHA-256 of a file that is published as it is."""
        stamp = look(file)
        known = self.stamps.key(file, stamp)
        if known is None:
            known = sum_of(file)
            self.stamps.keep(file, stamp, known)
        return known

    def keep(self, made: Prints, inputs: dict[str, Stamp | None], files: Iterable[Path | str], state: list | None) -> None:
        """Keep what the next build can use.

        `inputs` are the stamps of folders and files that were taken before these were read, `files` are all others
        that the output depends on or consists of: their stamps are known. `state` is what else the next build compares; None: it looks through everything again.
        """
        if not self.folder:
            return
        known = {str(path): self.stamps.known.get(str(path)) for path in files}
        self.stamps.known = {path: entry for path, entry in known.items() if entry}
        prints.save(self.path("prints"), made)
        prints.seal(self.path("stamps"), [(path, *entry) for path, entry in self.stamps.known.items()])
        if state and all(known.values()) and all(map(settled, inputs.values())):
            every = {**inputs, **{path: stamp for path, (stamp, _) in known.items()}}
            prints.seal(self.path("state"), [state, list(every.items())])
        else:
            self.path("state").unlink(missing_ok=True)


def state(base: str, day: datetime.date, inputs: Inputs) -> list:
    """What decides, beside the files, whether there is anything to build."""
    return [base, day.isoformat(), trace.fingerprint(inputs)]


def unchanged(folder: Path, output: Path, state: list) -> list[str] | None:
    """The files of the output, if a build would find `state`, every input and all of these as the last one left them."""
    try:
        kept, stamps = prints.unsealed(folder / f"state-{name_of(output)}.json")
        if kept != state or any(look(path) != tuple(stamp) for path, stamp in stamps):
            return None
        return [path for path, _ in stamps if path.startswith(f"{output}/")]
    except (OSError, ValueError, TypeError):
        return None


def name_of(output: Path) -> str:
    """A short name for an output folder: several can share one store."""
    return hashlib.blake2b(str(output).encode(), digest_size=8).hexdigest()


def settle() -> None:
    """Wait until a change of the files that were just written would show in their times."""
    time.sleep(2 * FINE / 1e9)


@contextlib.contextmanager
def held(folder: Path, output: Path) -> Iterator[None]:
    """Keep a second build of the same output waiting until this one is done; the lock goes with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"lock-{name_of(output)}", "a") as file:
        while not taken(file):
            time.sleep(0.05)
        yield
