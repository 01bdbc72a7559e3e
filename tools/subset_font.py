"""`font`: the poster face, cut down from its package to the letters that the site's languages need.

Source: npm package @fontsource/sofia-sans-extra-condensed 5.3.0 (Sofia Sans Extra Condensed Black, SIL Open Font
License 1.1, no reserved font name). The result stands in theme/static/fonts/, its licence beside it, and the outlines of
its capitals, from which the build draws the name of the site (caravan/site/wordmark.py).
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@fontsource/sofia-sans-extra-condensed@5.3.0"
CUT = "package/files/sofia-sans-extra-condensed-latin-900-normal.woff2"
LICENCE = "package/LICENSE"
FAMILY = "Caravan Poster"  # not the family's own name: this is a modified version
LETTERS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    "ÁÉÍÓÚÜÑáéíóúüñ¿¡«»‘’“”–—…·°×%&$/()-.,:;!? \u00a0"
)
PESO = "\u20b1"  # ₱: the family has none, so it is drawn from its P
# Kerning finer than this many thousandths of an em is not seen at any size; without it the file is a tenth lighter.
COARSE, STEP = 15, 10
# What a browser reads as `ch`, in thousandths of an em. `font-size-adjust` in tokens.css scales every stand-in by it until
# its lines are as long as those of this face. The face's own zero, 439, is too wide to say how wide its letters are.
CH = 390
# Of the outlines: thousandths of an em in one of their units (0.7 px at the largest size); in these units, how short a curve
# is a corner, and how near to a line a curve is one.
UNIT, CORNER, STRAIGHT = 2, 11, 2.5
MOST_BYTES = 8000


class CutError(Exception):
    """The font cannot be cut; the message says why and what to do."""


def cut(root: Path) -> str:
    """Write the poster face and its licence below `root`; returns one line about it. Raises CutError."""
    target = root / "theme" / "static" / "fonts"
    with tempfile.TemporaryDirectory() as folder:
        package = fetched(Path(folder))
        data, outlines = subset(package / CUT)
        licence = (package / LICENCE).read_text(encoding="utf-8")
    if len(data) > MOST_BYTES:
        raise CutError(f"The font would have {len(data)} bytes, more than {MOST_BYTES}. Take letters out of LETTERS.")
    target.mkdir(parents=True, exist_ok=True)
    (target / "poster.woff2").write_bytes(data)
    (target / "outlines.json").write_text(outlines, encoding="utf-8")
    (target / "LICENCE.txt").write_text(licence.replace("\r\n", "\n"), encoding="utf-8")
    return f"theme/static/fonts/poster.woff2: {len(data)} bytes, {len(set(LETTERS)) + 1} characters"


def fetched(folder: Path) -> Path:
    """The unpacked npm package, in `folder`."""
    npm = shutil.which("npm")
    if npm is None:
        raise CutError("This task fetches the font with npm. Install Node.js, which brings npm, and run it again.")
    subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=sys.stderr)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def subset(file: Path) -> tuple[bytes, str]:
    """The font with LETTERS and PESO alone, with coarse kerning, without hints, as woff2; and its outlines as JSON."""
    from io import BytesIO

    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(file, recalcTimestamp=False)
    options = Options()
    options.layout_features, options.hinting, options.glyph_names = ["kern"], False, False
    options.name_IDs, options.notdef_outline = [1, 2], False
    options.drop_tables += ["DSIG", "GDEF", "STAT", "GSUB", "gasp"]
    subsetter = Subsetter(options)
    subsetter.populate(text=LETTERS)
    subsetter.subset(font)
    coarsen(font)
    outlines = drawn(font)
    add_peso(font)
    add_ch(font)
    for record in font["name"].names:
        record.string = FAMILY if record.nameID == 1 else "Regular"
    font.flavor = "woff2"
    stream = BytesIO()
    font.save(stream, reorderTables=False)
    return stream.getvalue(), outlines


def drawn(font) -> str:
    """The capitals, figures and signs of the font as JSON, in units of UNIT, the y axis downwards.

    `letters`: advance, box (x and y of its top left and bottom right corner) and contours (x, y and a relative SVG path) of
    each; `kerning`: what two letters stand closer or farther.
    """
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.transformPen import TransformPen

    glyphs, names, widths = font.getGlyphSet(), font.getBestCmap(), font["hmtx"]
    wanted = {chr(code): name for code, name in sorted(names.items()) if chr(code) == chr(code).upper()}
    letters, kerning = {}, {}
    for letter, name in wanted.items():
        bounds, lines = BoundsPen(glyphs), DecomposingRecordingPen(glyphs)
        for pen in (bounds, lines):
            glyphs[name].draw(TransformPen(pen, (1 / UNIT, 0, 0, -1 / UNIT, 0, 0)))
        box = [round(side) for side in bounds.bounds or (0, 0, 0, 0)]
        letters[letter] = [round(widths[name][0] / UNIT), box, [path(simple(contour)) for contour in contours(lines.value)]]
    for first, one in wanted.items():
        for second, other in wanted.items():
            if value := kern(font, one, other):
                kerning[first + second] = round(value / UNIT)
    lines = ",\n".join(f"{json.dumps(letter)}:{json.dumps(value, separators=(',', ':'))}" for letter, value in letters.items())
    return f'{{"letters":{{\n{lines}\n}},\n"kerning":{json.dumps(kerning, separators=(",", ":"))}}}\n'


def contours(drawn: list[tuple]) -> list[list[tuple]]:
    """What a pen recorded, as contours of (control point or None, point)."""
    from fontTools.pens.basePen import decomposeQuadraticSegment

    found = []
    for command, points in drawn:
        if command == "moveTo":
            found.append([(None, points[0])])
        elif command == "lineTo":
            found[-1].append((None, points[0]))
        elif command == "qCurveTo":
            found[-1] += decomposeQuadraticSegment(points)
    return found


def simple(contour: list[tuple]) -> list[tuple]:
    """A contour with sharp corners for rounded ones, and lines for what is nearly straight."""
    before, lines = contour[0][1], contour[:1]
    for control, point in contour[1:]:
        if control and max(math.dist(before, control), math.dist(control, point)) < CORNER:
            control, point = None, control
        elif control and apart(control, before, point) < STRAIGHT:
            control = None
        if point != before:
            lines.append((control, point))
        before = point
    index, passed = 0, []
    while index < len(lines):
        (control, point), (following, after) = lines[index], lines[(index + 1) % len(lines)]
        start = lines[index - 1][1]
        if not control and not following and all(apart(one, start, after) < STRAIGHT for one in (*passed, point)):
            passed.append(point)
            del lines[index]
        else:
            passed = []
            index += 1
    return lines


def apart(point: tuple, start: tuple, end: tuple) -> float:
    """How far `point` is from the line through `start` and `end`."""
    long = math.dist(start, end)
    area = (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
    return abs(area) / long if long else math.dist(point, start)


def path(contour: list[tuple]) -> list:
    """A closed contour as SVG writes it in the fewest signs; the last line, which `z` draws, is left out."""
    here = start = tuple(map(round, contour[-1][1]))
    words, last = "", ""
    for number, (control, point) in enumerate(contour, 1):
        x, y = round(point[0]) - here[0], round(point[1]) - here[1]
        if control:
            command, numbers = "q", (round(control[0]) - here[0], round(control[1]) - here[1], x, y)
        elif number == len(contour):
            break
        else:
            command, numbers = ("h", (x,)) if not y else ("v", (y,)) if not x else ("l", (x, y))
        signs = "".join(f" {value}" if value >= 0 else str(value) for value in numbers)
        words += signs if command == last else command + signs.lstrip()
        here, last = (here[0] + x, here[1] + y), command
    return [*start, words]


def kern(font, first: str, second: str) -> int:
    """How much closer (below 0) or farther two glyphs stand, by the first lookup that has them."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for extension in lookup.SubTable:
            table = getattr(extension, "ExtSubTable", extension)
            if first not in table.Coverage.glyphs:
                continue
            if table.Format == 1:
                pairs = table.PairSet[table.Coverage.glyphs.index(first)].PairValueRecord
                found = next((pair.Value1 for pair in pairs if pair.SecondGlyph == second), None)
            else:
                row = table.Class1Record[table.ClassDef1.classDefs.get(first, 0)]
                found = row.Class2Record[table.ClassDef2.classDefs.get(second, 0)].Value1
            if found is not None:
                return getattr(found, "XAdvance", 0)
    return 0


def add_ch(font) -> None:
    """Let `0` begin as a glyph CH wide, which is what `ch` is measured by, and be shown as the true zero."""
    from fontTools.feaLib.builder import addOpenTypeFeaturesFromString

    letters, widths, zero = font["glyf"], font["hmtx"], font.getBestCmap()[ord("0")]
    font.setGlyphOrder([*font.getGlyphOrder(), "ch"])
    letters["ch"], widths["ch"] = letters[zero], (CH, widths[zero][1])
    for table in font["cmap"].tables:
        table.cmap[ord("0")] = "ch"
    addOpenTypeFeaturesFromString(font, f"feature ccmp {{ sub ch by {zero}; }} ccmp;", tables=["GSUB"])


def coarsen(font) -> None:
    """Round the kerning to steps that compress well."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for extension in lookup.SubTable:
            table = getattr(extension, "ExtSubTable", extension)
            records = table.PairSet if table.Format == 1 else table.Class1Record
            for record in records:
                for pair in record.PairValueRecord if table.Format == 1 else record.Class2Record:
                    value = pair.Value1
                    if value is not None and getattr(value, "XAdvance", 0):
                        value.XAdvance = 0 if abs(value.XAdvance) < COARSE else round(value.XAdvance / STEP) * STEP


def add_peso(font) -> None:
    """Draw ₱: the P of the family with two bars through its bowl."""
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    letters, widths = font["glyf"], font["hmtx"]
    name = font.getBestCmap()[ord("P")]
    bowl, (width, bearing) = letters[name], widths[name]
    margin = 12  # what the bars stick out on both sides, in thousandths of an em
    pen = TTGlyphPen(None)
    bowl.draw(pen, letters)
    top = bowl.yMax
    for low in (round(top * 0.56), round(top * 0.74)):
        high = low + 52
        pen.moveTo((bowl.xMin - margin, low))
        for corner in ((bowl.xMin - margin, high), (bowl.xMax + margin, high), (bowl.xMax + margin, low)):
            pen.lineTo(corner)
        pen.closePath()
    peso = pen.glyph()
    font.setGlyphOrder([*font.getGlyphOrder(), "peso"])
    letters["peso"] = peso
    widths["peso"] = (width, bearing - margin)
    peso.recalcBounds(letters)
    for table in font["cmap"].tables:
        table.cmap[ord(PESO)] = "peso"
