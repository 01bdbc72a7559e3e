"""Dependency tracking: which inputs a page used, each with the hash that it had.

Code that hands out a value which may change between builds calls `track`. A page whose dependencies all still have their
recorded hashes is not rendered again.

The first word of a dependency's name is its type: `method` is a method marked with `@tracked`, `article` the content of a
source file, `day` the day of the build; `group`, `source`, `picture` and `drawing` are the mappings of the site.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import Context, ContextVar
from typing import TypeVar

_dependencies: ContextVar[dict[str, str] | None] = ContextVar("dependencies", default=None)


def track(dependency: str, fingerprint: str) -> None:
    """Record that `dependency` was used and had this fingerprint; without effect outside `collect_dependencies`."""
    dependencies = _dependencies.get()
    if dependencies is not None:
        dependencies[dependency] = fingerprint


@contextlib.contextmanager
def collect_dependencies() -> Iterator[dict[str, str]]:
    """Collect the fingerprints of everything that is tracked inside the block, by dependency name."""
    dependencies: dict[str, str] = {}
    token = _dependencies.set(dependencies)
    try:
        yield dependencies
    finally:
        _dependencies.reset(token)


def content_hash(value: object) -> str:
    """24 hexadecimal digits of BLAKE2b over bytes, or over the `repr` of a plain value."""
    data = value if isinstance(value, bytes) else repr(value).encode()
    return hashlib.blake2b(data, digest_size=12).hexdigest()


Value = TypeVar("Value")
MISSING = "nothing"  # the fingerprint of a key or page that does not exist


class TrackedMapping(Mapping[object, Value]):
    """A mapping that tracks each key that is looked up, including keys that it does not have.

    `untracked` is the plain dict, for code that needs all entries. Iterating over the mapping itself raises TypeError,
    since a page that used every entry would depend on all of them.
    """

    def __init__(self, name: str, untracked: dict, fingerprint_of: Callable[[Value], str]):
        self.name, self.untracked, self.fingerprint_of = name, untracked, fingerprint_of
        self.fingerprints: dict[object, str] = {}

    def __getitem__(self, key: object) -> Value:
        self.track_key(key)
        return self.untracked[key]

    def track_key(self, key: object) -> None:
        if _dependencies.get() is not None:  # computing a fingerprint takes time
            track(f"{self.name} {'/'.join(key) if isinstance(key, tuple) else key}", self.fingerprint(key))

    def fingerprint(self, key: object) -> str:
        if key not in self.fingerprints:
            self.fingerprints[key] = self.fingerprint_of(self.untracked[key]) if key in self.untracked else MISSING
        return self.fingerprints[key]

    def __contains__(self, key: object) -> bool:
        self.track_key(key)
        return key in self.untracked

    def __iter__(self) -> Iterator:
        raise TypeError(f"a page must not iterate over {self.name}: add a tracked method to the site instead")

    def __len__(self) -> int:
        return len(self.untracked)


def tracked(method: Callable) -> Callable:
    """Decorate a method of the site: its result is cached and tracked as one dependency.

    Arguments must be strings or integers: the dependency's name holds them as JSON. The result must be a plain value,
    whose `repr` identifies it.
    """

    @functools.wraps(method)
    def wrapper(self, *args):
        key = (method.__name__, *args)
        if key not in self.tracked_results:
            value = Context().run(method, self, *args)  # in an empty context, nothing that the method uses is tracked
            self.tracked_results[key] = value, f"method {json.dumps(key)}", content_hash(value)
        value, dependency, fingerprint = self.tracked_results[key]
        track(dependency, fingerprint)
        return value

    wrapper.is_tracked = True
    return wrapper


def current_hash(site, name: str) -> str:
    """The current fingerprint of the dependency `name`; for an unknown name, a value that matches no recorded one."""
    dependency_type, _, rest = name.partition(" ")
    if dependency_type == "method":
        method_name, *args = json.loads(rest)
        method = getattr(type(site), method_name, None)
        if not getattr(method, "is_tracked", False):
            return "unknown"
        try:
            method(site, *args)
            return site.tracked_results[method_name, *args][2]
        except (LookupError, TypeError, ValueError):
            return MISSING  # its subject was deleted, or the name was recorded by another version of the code
    if dependency_type == "article":
        return site.cache_keys.get(rest, MISSING)
    if dependency_type == "day":
        return site.today.isoformat()
    mappings = {"group": site.groups, "source": site.sources, "picture": site.pictures, "drawing": site.drawings}
    mapping = mappings.get(dependency_type)
    if mapping is None:
        return "unknown"
    return mapping.fingerprint(tuple(rest.split("/")) if dependency_type == "group" else rest)
