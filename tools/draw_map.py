"""`drawings`: the map of the two caravans of 2021, drawn anew from open outlines into content/drawings/.

Outlines: npm package world-atlas 2.0.2 (Natural Earth 1:50m, public domain). Places: their towns' coordinates. This file
runs by itself (`uv run --script`), so that the site needs none of its tools.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from html import escape
from pathlib import Path

from pyproj import Transformer
from shapely import LineString, MultiPolygon, Polygon, box, union_all

# /// script
# requires-python = ">=3.11"
# dependencies = ["shapely~=2.1", "pyproj~=3.7"]
# ///




PACKAGE = "world-atlas@2.0.2"
PLACES = {
    "tapachula": (14.906, -92.263), "mapastepec": (15.441, -92.893), "chahuites": (16.289, -94.188),
    "tapanatepec": (16.368, -94.192), "san-juan": (17.884, -95.136), "puebla": (19.0414, -98.2063),
    "mexico-city": (19.4326, -99.1332), "acayucan": (17.949, -94.914), "coatzacoalcos": (18.1345, -94.459),
    "veracruz": (19.1738, -96.1342), "sonora": (29.0729, -110.9559),
}  # fmt: skip
WALKED = ("tapachula", "mapastepec", "chahuites", "tapanatepec", "san-juan", "puebla", "mexico-city")
PLAN = ("tapachula", "tapanatepec", "acayucan", "coatzacoalcos", "veracruz", "sonora")
# Inset: number, place, where the number stands beside its stop.
NUMBERED = (("tapachula", -14, 28), ("mapastepec", -14, 30), ("tapanatepec", -18, 26), ("san-juan", 22, 6), ("puebla", 10, -16), ("mexico-city", 0, 36))
# The label says everything that is drawn; the other words stand on the map.
WORDS = {
    "en": {
        "label": "Map of Mexico. A broken line is the plan of 8 November 2021: from Tapachula by Coatzacoalcos and Veracruz to "
        "Sonora, on the border of Arizona. An inset shows the south, with full lines for what was walked: the first caravan "
        "from Tapachula (1) by Mapastepec (2), Tapanatepec (3), San Juan Evangelista (4) and Puebla (5) to Mexico City (6); "
        "the second from Tapachula to Mapastepec.",
        "plan": "the plan", "walked": "walked", "us": "United States",
    },
    "es": {
        "label": "Mapa de México. Una línea quebrada es el plan del 8 de noviembre de 2021: de Tapachula por Coatzacoalcos y "
        "Veracruz a Sonora, en la frontera de Arizona. Un recuadro muestra el sur, con líneas continuas para lo caminado: la "
        "primera caravana de Tapachula (1) por Mapastepec (2), Tapanatepec (3), San Juan Evangelista (4) y Puebla (5) a la "
        "Ciudad de México (6); la segunda, de Tapachula a Mapastepec.",
        "plan": "el plan", "walked": "lo caminado", "us": "Estados Unidos",
    },
    "fil": {
        "label": "Mapa ng Mexico. Putol-putol na guhit ang plano ng Nobyembre 8, 2021: mula Tapachula, dadaan sa Coatzacoalcos "
        "at Veracruz, hanggang Sonora sa hangganan ng Arizona. Ipinapakita ng maliit na mapa ang timog, buong guhit ang "
        "nilakad: ang unang karaban mula Tapachula (1), dumaan sa Mapastepec (2), Tapanatepec (3), San Juan Evangelista (4) at "
        "Puebla (5), hanggang Lungsod ng Mexico (6); ang ikalawa, mula Tapachula hanggang Mapastepec.",
        "plan": "ang plano", "walked": "ang nilakad", "us": "Estados Unidos",
    },
}  # fmt: skip
LAMBERT = "+proj=lcc +lat_1=17.5 +lat_2=29.5 +lat_0=12 +lon_0=-102 +ellps=GRS80 +units=m"
WIDTH, HEIGHT = 600, 424
SOUTH = (-99.8, 14.1, -91.2, 20.3)  # west, south, east, north of what the inset shows
INSET = (10, 202, 286, 212)  # x, y, width, height


def outlines(topology: dict) -> dict[str, MultiPolygon]:
    """The countries of a TopoJSON file, in degrees, by ISO number."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * kx + dx, y * ky + dy))
        arcs.append(points)

    def ring(indices: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += arc[1:] if points else arc
        return points

    found = {}
    for country in topology["objects"]["countries"]["geometries"]:
        groups = country.get("arcs", [])
        polygons = [groups] if country["type"] == "Polygon" else groups
        found[str(country.get("id"))] = MultiPolygon([Polygon(ring(group[0])) for group in polygons])
    return found


class View:
    """A window on the map: what stands between two corners (in degrees), fitted into x, y, width, height of the drawing."""

    def __init__(self, west: float, south: float, east: float, north: float, x: float, y: float, width: float, height: float):
        self.project = Transformer.from_crs("EPSG:4326", LAMBERT, always_xy=True).transform
        edges = [self.project(lon, lat) for lon in (west, (west + east) / 2, east) for lat in (south, north)]
        self.left, self.top = min(x for x, _ in edges), max(y for _, y in edges)
        right, bottom = max(x for x, _ in edges), min(y for _, y in edges)
        self.scale = min(width / (right - self.left), height / (self.top - bottom))
        self.x, self.y = x, y
        self.frame = box(x, y, x + width, y + height)

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        east, north = self.project(lon, lat)
        return self.x + (east - self.left) * self.scale, self.y + (self.top - north) * self.scale

    def land(self, country: MultiPolygon, detail: float, spill: float = 0) -> str:
        """A country clipped to the window (after projecting), without detail finer than `detail`, as path data.

        `spill`: how far beyond the window, so that the edge of the clip is not seen as a coast.
        """
        drawn = [Polygon([self.point(*place) for place in part.exterior.coords]).buffer(0) for part in country.geoms]
        smooth = union_all(drawn).buffer(detail / 2).buffer(-detail).buffer(detail / 2)
        seen = smooth.intersection(self.frame.buffer(spill, join_style="mitre")).simplify(detail)
        parts = [part for part in getattr(seen, "geoms", [seen]) if part.area > 24]
        return "".join(path(list(part.exterior.coords)[:-1]) + "z" for part in parts)

    def road(self, names: tuple[str, ...]) -> str:
        line = LineString([self.point(PLACES[name][1], PLACES[name][0]) for name in names]).intersection(self.frame)
        return "".join(path(list(part.coords)) for part in getattr(line, "geoms", [line]))

    def place(self, name: str) -> tuple[int, int]:
        x, y = self.point(PLACES[name][1], PLACES[name][0])
        return round(x), round(y)


def path(points: list[tuple[float, float]]) -> str:
    """Path data in whole steps from point to point."""
    whole = [(round(x), round(y)) for x, y in points]
    steps = [(x - a, y - b) for (a, b), (x, y) in zip(whole, whole[1:], strict=False)]
    return f"M{whole[0][0]} {whole[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps if x or y)


def svg(countries: dict[str, MultiPolygon], words: dict[str, str]) -> str:
    mexico, neighbours = countries["484"], [countries[code] for code in ("840", "320", "084")]
    whole = View(-117.4, 12.9, -86.6, 32.9, 0, 0, WIDTH, HEIGHT)
    south = View(*SOUTH, *INSET)
    x, y, width, height = INSET
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(words["label"])}" viewBox="0 0 {WIDTH} {HEIGHT}">']
    lines += [f'<path class="near" d="{"".join(whole.land(country, 5, 9) for country in neighbours)}"/>']
    lines += [f'<path class="land" d="{whole.land(mexico, 3, 9)}"/>', f'<path class="plan" d="{whole.road(PLAN)}"/>']
    (left, top), (right, bottom) = (tuple(map(round, whole.point(*corner))) for corner in ((SOUTH[0], SOUTH[3]), (SOUTH[2], SOUTH[1])))
    lines += [f'<path class="grid" d="M{left} {top}H{right}V{bottom}H{left}z"/>']
    for name in ("tapachula", "sonora"):
        at = whole.place(name)
        lines += [f'<circle class="open" cx="{at[0]}" cy="{at[1]}" r="8"/>']
    at = whole.place("sonora")
    lines += [f'<text x="{at[0] + 16}" y="{at[1] + 8}">Sonora</text>']
    middle = [(a + b) // 2 for a, b in zip(whole.place("sonora"), whole.place("veracruz"))]
    lines += [f'<text x="{middle[0] + 16}" y="{middle[1] - 10}">{escape(words["plan"])}</text>']
    at = whole.place("tapachula")
    lines += [f'<text x="{at[0] - 4}" y="{at[1] + 34}" text-anchor="middle">Tapachula</text>']
    lines += [f'<text class="small" x="{WIDTH - 12}" y="30" text-anchor="end">{escape(words["us"])}</text>']
    lines += [f'<rect class="frame" x="{x}" y="{y}" width="{width}" height="{height}"/>']
    lines += [f'<path class="near" d="{"".join(south.land(country, 4) for country in neighbours)}"/>']
    lines += [f'<path class="land" d="{south.land(mexico, 3)}"/>']
    lines += [f'<path class="walked" d="{south.road(WALKED)}"/>']
    lines += [f'<rect class="axis" x="{x}" y="{y}" width="{width}" height="{height}"/>']
    for number, (name, dx, dy) in enumerate(NUMBERED, 1):
        at = south.place(name)
        lines += [f'<circle class="stop" cx="{at[0]}" cy="{at[1]}" r="8"/>']
        lines += [f'<text class="figure" x="{at[0] + dx}" y="{at[1] + dy}" text-anchor="middle">{number}</text>']
    lines += [f'<text x="{x + 12}" y="{y + height - 14}">{escape(words["walked"])}</text>']
    return "\n".join([*lines, "</svg>", ""])


def main(root: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=sys.stderr)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            topology = json.load(archive.extractfile("package/countries-50m.json"))
    countries = outlines(topology)
    target = root / "content" / "drawings" / "second-caravan"
    target.mkdir(parents=True, exist_ok=True)
    for lang, words in WORDS.items():
        (target / f"{lang}.svg").write_text(svg(countries, words), encoding="utf-8")
        print(target / f"{lang}.svg", (target / f"{lang}.svg").stat().st_size)


if __name__ == "__main__":
    main(Path(__file__).resolve().parent.parent)
