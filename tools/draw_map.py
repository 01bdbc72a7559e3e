"""Draw the map of the two caravans of 2021 into content/drawings/, in every language.

Outlines come from the npm package world-atlas 2.0.2 (Natural Earth 1:50m, public domain). The script declares its own
dependencies, which uv installs for its run only.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tarfile
import tempfile
from html import escape
from pathlib import Path

if __name__ == "__main__" and importlib.util.find_spec("pyproj") is None:
    import environment  # noqa: F401 - continues in .venv, where uv is

    sys.exit(subprocess.run([sys.executable, "-m", "uv", "run", "--script", __file__]).returncode)

from pyproj import Transformer
from shapely import LineString, MultiPolygon, Polygon, box, union_all

# /// script
# requires-python = ">=3.11"
# dependencies = ["shapely~=2.1", "pyproj~=3.7"]
# ///

PACKAGE = "world-atlas@2.0.2"
TOWNS = {  # latitude, longitude
    "tapachula": (14.906, -92.263), "mapastepec": (15.441, -92.893), "chahuites": (16.289, -94.188),
    "tapanatepec": (16.368, -94.192), "san-juan": (17.884, -95.136), "puebla": (19.0414, -98.2063),
    "mexico-city": (19.4326, -99.1332), "acayucan": (17.949, -94.914), "coatzacoalcos": (18.1345, -94.459),
    "veracruz": (19.1738, -96.1342), "sonora": (29.0729, -110.9559),
}  # fmt: skip
WALKED = ("tapachula", "mapastepec", "chahuites", "tapanatepec", "san-juan", "puebla", "mexico-city")
PLANNED = ("tapachula", "tapanatepec", "acayucan", "coatzacoalcos", "veracruz", "sonora")
# Stops of the inset in the order of their numbers: town, offset of the number from the stop.
NUMBERED = (("tapachula", -14, 28), ("mapastepec", -14, 30), ("tapanatepec", -18, 26), ("san-juan", 22, 6), ("puebla", 10, -16), ("mexico-city", 0, 36))
# `label` is the text alternative of the map; the other texts are printed on it.
TEXTS = {
    "en": {
        "label": "Map of Mexico. A broken line is the plan of 8 November 2021: from Tapachula by Coatzacoalcos and Veracruz to "
        "Sonora, on the border of Arizona. An inset shows the south, with full lines for what was walked: the first caravan "
        "from Tapachula (1) by Mapastepec (2), Tapanatepec (3), San Juan Evangelista (4) and Puebla (5) to Mexico City (6); "
        "the second from Tapachula to Mapastepec.",
        "plan": "the plan", "walked": "walked", "us": "United States",
    },
    "es": {
        "label": "Mapa de México. Una línea discontinua es el plan del 8 de noviembre de 2021: de Tapachula por Coatzacoalcos y "
        "Veracruz a Sonora, en la frontera de Arizona. Un recuadro muestra el sur, con líneas continuas para el recorrido hecho: la "
        "primera caravana de Tapachula (1) por Mapastepec (2), Tapanatepec (3), San Juan Evangelista (4) y Puebla (5) a la "
        "Ciudad de México (6); la segunda, de Tapachula a Mapastepec.",
        "plan": "el plan", "walked": "recorrido", "us": "Estados Unidos",
    },
    "fil": {
        "label": "Mapa ng Mexico. Putol-putol na guhit ang plano noong Nobyembre 8, 2021: mula Tapachula, dadaan sa Coatzacoalcos "
        "at Veracruz, hanggang Sonora sa hangganan ng Arizona. Ipinapakita ng maliit na mapa ang timog, buong guhit ang "
        "nilakad: ang unang karaban mula Tapachula (1), dumaan sa Mapastepec (2), Tapanatepec (3), San Juan Evangelista (4) at "
        "Puebla (5), hanggang Mexico City (6); ang ikalawa, mula Tapachula hanggang Mapastepec.",
        "plan": "ang plano", "walked": "ang nilakad", "us": "Estados Unidos",
    },
}  # fmt: skip
LAMBERT = "+proj=lcc +lat_1=17.5 +lat_2=29.5 +lat_0=12 +lon_0=-102 +ellps=GRS80 +units=m"
WIDTH, HEIGHT = 600, 424
SOUTH = (-99.8, 14.1, -91.2, 20.3)  # west, south, east, north edge of the inset, in degrees
INSET = (10, 202, 286, 212)  # x, y, width, height


def load_countries(topology: dict) -> dict[str, MultiPolygon]:
    """The outlines of the countries of a TopoJSON file, in degrees, by ISO 3166 numeric code."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)

    def ring(indices: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += arc[1:] if points else arc
        return points

    countries = {}
    for country in topology["objects"]["countries"]["geometries"]:
        groups = country.get("arcs", [])
        polygons = [groups] if country["type"] == "Polygon" else groups
        countries[str(country.get("id"))] = MultiPolygon([Polygon(ring(group[0])) for group in polygons])
    return countries


class MapView:
    """An area of the map (edges in degrees), scaled to a rectangle of the drawing (x, y, width, height)."""

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

    def land(self, country: MultiPolygon, detail: float, margin: float = 0) -> str:
        """The path data of a country, projected, clipped to the rectangle and simplified.

        `detail`: size of the smallest detail that is kept. `margin`: how far the country extends beyond the rectangle, so
        that the clipped edge is not drawn as a coast.
        """
        polygons = [Polygon([self.point(*position) for position in part.exterior.coords]).buffer(0) for part in country.geoms]
        smooth = union_all(polygons).buffer(detail / 2).buffer(-detail).buffer(detail / 2)
        visible = smooth.intersection(self.frame.buffer(margin, join_style="mitre")).simplify(detail)
        parts = [part for part in getattr(visible, "geoms", [visible]) if part.area > 24]
        return "".join(path_data(list(part.exterior.coords)[:-1]) + "z" for part in parts)

    def line(self, names: tuple[str, ...]) -> str:
        line = LineString([self.point(TOWNS[name][1], TOWNS[name][0]) for name in names]).intersection(self.frame)
        return "".join(path_data(list(part.coords)) for part in getattr(line, "geoms", [line]))

    def town(self, name: str) -> tuple[int, int]:
        x, y = self.point(TOWNS[name][1], TOWNS[name][0])
        return round(x), round(y)


def path_data(points: list[tuple[float, float]]) -> str:
    """SVG path data through `points`, rounded, with relative coordinates."""
    rounded = [(round(x), round(y)) for x, y in points]
    steps = [(x - a, y - b) for (a, b), (x, y) in zip(rounded, rounded[1:], strict=False)]
    return f"M{rounded[0][0]} {rounded[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps if x or y)


def draw_map(countries: dict[str, MultiPolygon], texts: dict[str, str]) -> str:
    """The SVG map with `texts` in one language."""
    mexico, neighbours = countries["484"], [countries[code] for code in ("840", "320", "084")]
    mexico_view = MapView(-117.4, 12.9, -86.6, 32.9, 0, 0, WIDTH, HEIGHT)
    south_view = MapView(*SOUTH, *INSET)
    x, y, width, height = INSET
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(texts["label"])}" viewBox="0 0 {WIDTH} {HEIGHT}">']
    lines += [f'<path class="near" d="{"".join(mexico_view.land(country, 5, 9) for country in neighbours)}"/>']
    lines += [f'<path class="land" d="{mexico_view.land(mexico, 3, 9)}"/>', f'<path class="plan" d="{mexico_view.line(PLANNED)}"/>']
    (left, top), (right, bottom) = (tuple(map(round, mexico_view.point(*corner))) for corner in ((SOUTH[0], SOUTH[3]), (SOUTH[2], SOUTH[1])))
    lines += [f'<path class="grid" d="M{left} {top}H{right}V{bottom}H{left}z"/>']
    for name in ("tapachula", "sonora"):
        position = mexico_view.town(name)
        lines += [f'<circle class="open" cx="{position[0]}" cy="{position[1]}" r="8"/>']
    position = mexico_view.town("sonora")
    lines += [f'<text x="{position[0] + 16}" y="{position[1] + 8}">Sonora</text>']
    middle = [(a + b) // 2 for a, b in zip(mexico_view.town("sonora"), mexico_view.town("veracruz"))]
    lines += [f'<text x="{middle[0] + 16}" y="{middle[1] - 10}">{escape(texts["plan"])}</text>']
    position = mexico_view.town("tapachula")
    lines += [f'<text x="{position[0] - 4}" y="{position[1] + 34}" text-anchor="middle">Tapachula</text>']
    lines += [f'<text class="small" x="{WIDTH - 12}" y="30" text-anchor="end">{escape(texts["us"])}</text>']
    lines += [f'<rect class="frame" x="{x}" y="{y}" width="{width}" height="{height}"/>']
    lines += [f'<path class="near" d="{"".join(south_view.land(country, 4) for country in neighbours)}"/>']
    lines += [f'<path class="land" d="{south_view.land(mexico, 3)}"/>']
    lines += [f'<path class="walked" d="{south_view.line(WALKED)}"/>']
    lines += [f'<rect class="axis" x="{x}" y="{y}" width="{width}" height="{height}"/>']
    for number, (name, dx, dy) in enumerate(NUMBERED, 1):
        position = south_view.town(name)
        lines += [f'<circle class="stop" cx="{position[0]}" cy="{position[1]}" r="8"/>']
        lines += [f'<text class="figure" x="{position[0] + dx}" y="{position[1] + dy}" text-anchor="middle">{number}</text>']
    lines += [f'<text x="{x + 12}" y="{y + height - 14}">{escape(texts["walked"])}</text>']
    return "\n".join([*lines, "</svg>", ""])


def main(root: Path) -> None:
    """Fetch the outlines with npm, write one SVG for each language, and print the paths and sizes."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=sys.stderr)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            topology = json.load(archive.extractfile("package/countries-50m.json"))
    countries = load_countries(topology)
    target = root / "content" / "drawings" / "second-caravan"
    target.mkdir(parents=True, exist_ok=True)
    for lang, texts in TEXTS.items():
        (target / f"{lang}.svg").write_text(draw_map(countries, texts), encoding="utf-8")
        print(target / f"{lang}.svg", (target / f"{lang}.svg").stat().st_size)


if __name__ == "__main__":
    main(Path(__file__).resolve().parent.parent)
