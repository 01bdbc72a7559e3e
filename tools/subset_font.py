"""Subset the headline font to the characters that the site's languages need.

Source: npm package @fontsource/sofia-sans-extra-condensed 5.3.0 (Sofia Sans Extra Condensed Black, SIL Open Font
License 1.1, no reserved font name). Writes to theme/static/fonts/: the font, its licence, and the outlines of its capitals,
from which the build draws the name of the site (caravan/site/templates.py).
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import argparse
import json
import math
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from invoke import Exit

PACKAGE = "@fontsource/sofia-sans-extra-condensed@5.3.0"
FONT_FILE = "package/files/sofia-sans-extra-condensed-latin-900-normal.woff2"
LICENCE = "package/LICENSE"
FAMILY = "Caravan Poster"  # a name of its own, because this is a modified version
CHARACTERS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    "ÁÉÍÓÚÜÑáéíóúüñ¿¡«»‘’“”–—…·°×%&$/()-.,:;!? \u00a0"
    "ÀÂÃÆÇÈÊËÎÏÒÔÕÙÛŒàâãæçèêëîïòôõùûœÿ"  # French, Portuguese, Haitian Creole
)
Y_DIERESIS = "Ÿ"  # of ÿ in capitals: the font file has no such glyph, so it is its Y with the dots of its Ë
PESO = "\u20b1"  # ₱: the font has no such glyph, so it is drawn from its P
# In thousandths of an em. Smaller kerning is not visible at any size; without it and with steps the file is 10 % smaller.
MIN_KERNING, KERNING_STEP = 20, 15
# Width that browsers use for the unit `ch`, in thousandths of an em. `font-size-adjust` in tokens.css scales fallback fonts
# by it, so that their lines are as long as those of this font. The width of its own zero, 439, is not typical of its letters.
CH_WIDTH = 390
# Of the outlines: their unit in thousandths of an em (0.7 px at the largest size); in this unit, the length below which a
# curve becomes a corner, and the distance below which it becomes a line.
UNIT, CORNER_LENGTH, LINE_TOLERANCE = 2, 11, 2.5
GLYPH_CORNER_LENGTH, GLYPH_LINE_TOLERANCE = 10, 1  # the same for the font, whose small letters have smaller curves
MAX_BYTES = 8000


def write_font(root: Path) -> str:
    """Write the font, its outlines and its licence below `root`; returns a line about the result. Raises Exit."""
    target = root / "theme" / "static" / "fonts"
    with tempfile.TemporaryDirectory() as folder:
        package = fetch_package(Path(folder))
        data, outlines = subset(package / FONT_FILE)
        licence = (package / LICENCE).read_text(encoding="utf-8")
    if len(data) > MAX_BYTES:
        raise Exit(f"The font would have {len(data)} bytes, more than {MAX_BYTES}. Remove characters from CHARACTERS.")
    target.mkdir(parents=True, exist_ok=True)
    (target / "poster.woff2").write_bytes(data)
    (target / "outlines.json").write_text(outlines, encoding="utf-8")
    (target / "LICENCE.txt").write_text(licence.replace("\r\n", "\n"), encoding="utf-8")
    return f"theme/static/fonts/poster.woff2: {len(data)} bytes, {len(set(CHARACTERS)) + 2} characters"


def fetch_package(folder: Path) -> Path:
    """Fetch and unpack the npm package in `folder`; returns `folder`. Raises Exit if npm is not installed."""
    npm = shutil.which("npm")
    if npm is None:
        raise Exit("This script fetches the font with npm, which is not installed. Install Node.js, which includes npm, and run it again.")
    subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=sys.stderr)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def subset(file: Path) -> tuple[bytes, str]:
    """The font as WOFF2, with only CHARACTERS, Y_DIERESIS and PESO, rounded kerning and no hinting; and its outlines as JSON."""
    from io import BytesIO

    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(file, recalcTimestamp=False)
    options = Options()
    options.layout_features, options.hinting, options.glyph_names = ["kern"], False, False
    options.name_IDs, options.notdef_outline = [1, 2], False
    options.drop_tables += ["DSIG", "GDEF", "STAT", "GSUB", "gasp"]
    subsetter = Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    round_kerning(font)
    add_y_dieresis(font)
    outlines = outlines_json(font)
    simplify_glyphs(font)
    add_peso(font)
    add_ch(font)
    for record in font["name"].names:
        record.string = FAMILY if record.nameID == 1 else "Regular"
    font.flavor = "woff2"
    stream = BytesIO()
    font.save(stream, reorderTables=False)
    return stream.getvalue(), outlines


def outlines_json(font) -> str:
    """The capitals, digits and punctuation of the font as JSON, in units of UNIT, with the y axis pointing down.

    `letters`: for each, its advance width, bounding box (left, top, right, bottom) and contours (x, y and a relative SVG
    path). `kerning`: the change of distance for pairs of letters.
    """
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.transformPen import TransformPen

    glyphs, names, widths = font.getGlyphSet(), font.getBestCmap(), font["hmtx"]
    glyph_names = {chr(code): name for code, name in sorted(names.items()) if chr(code) == chr(code).upper()}
    letters, kerning = {}, {}
    for letter, name in glyph_names.items():
        bounds, recording = BoundsPen(glyphs), DecomposingRecordingPen(glyphs)
        for pen in (bounds, recording):
            glyphs[name].draw(TransformPen(pen, (1 / UNIT, 0, 0, -1 / UNIT, 0, 0)))
        box = [round(side) for side in bounds.bounds or (0, 0, 0, 0)]
        letters[letter] = [round(widths[name][0] / UNIT), box, [svg_path(simplify(contour)) for contour in to_contours(recording.value)]]
    for first, first_glyph in glyph_names.items():
        for second, second_glyph in glyph_names.items():
            if value := kerning_value(font, first_glyph, second_glyph):
                kerning[first + second] = round(value / UNIT)
    lines = ",\n".join(f"{json.dumps(letter)}:{json.dumps(value, separators=(',', ':'))}" for letter, value in letters.items())
    return f'{{"letters":{{\n{lines}\n}},\n"kerning":{json.dumps(kerning, separators=(",", ":"))}}}\n'


def simplify_glyphs(font) -> None:
    """Draw each glyph with the contours that its outline has: sharp corners, steps of UNIT. That makes the font a tenth smaller."""
    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    glyphs = font["glyf"]
    for name in font.getGlyphOrder():
        if glyphs[name].isComposite():
            continue
        recording, pen = RecordingPen(), TTGlyphPen(None)
        glyphs[name].draw(TransformPen(recording, (1 / UNIT, 0, 0, 1 / UNIT, 0, 0)), glyphs)
        for contour in to_contours(recording.value):
            pairs = simplify(contour, GLYPH_CORNER_LENGTH, GLYPH_LINE_TOLERANCE)
            points = [tuple(point and tuple(UNIT * round(value) for value in point) for point in pair) for pair in pairs]
            pen.moveTo(points[-1][1])
            for control, point in points:
                if control:
                    pen.qCurveTo(control, point)
                else:
                    pen.lineTo(point)
            pen.closePath()
        width, _ = font["hmtx"][name]
        glyphs[name] = pen.glyph(dropImpliedOnCurves=True)
        glyphs[name].recalcBounds(glyphs)
        font["hmtx"][name] = width, getattr(glyphs[name], "xMin", 0)


def to_contours(commands: list[tuple]) -> list[list[tuple]]:
    """The commands that a pen recorded, as contours of (control point or None, point)."""
    from fontTools.pens.basePen import decomposeQuadraticSegment

    contours = []
    for command, points in commands:
        if command == "moveTo":
            contours.append([(None, points[0])])
        elif command == "lineTo":
            contours[-1].append((None, points[0]))
        elif command == "qCurveTo":
            contours[-1] += decomposeQuadraticSegment(points)
    return contours


def simplify(contour: list[tuple], corner_length: float = CORNER_LENGTH, tolerance: float = LINE_TOLERANCE) -> list[tuple]:
    """Replace the rounded corners of a contour with sharp ones, and nearly straight curves with lines."""
    previous, lines = contour[0][1], contour[:1]
    for control, point in contour[1:]:
        if control and max(math.dist(previous, control), math.dist(control, point)) < corner_length:
            control, point = None, control
        elif control and distance_to_line(control, previous, point) < tolerance:
            control = None
        if point != previous:
            lines.append((control, point))
        previous = point
    index, removed = 0, []
    while index < len(lines):
        (control, point), (next_control, next_point) = lines[index], lines[(index + 1) % len(lines)]
        start = lines[index - 1][1]
        if not control and not next_control and all(
            distance_to_line(candidate, start, next_point) < tolerance for candidate in (*removed, point)
        ):
            removed.append(point)
            del lines[index]
        else:
            removed = []
            index += 1
    return lines


def distance_to_line(point: tuple, start: tuple, end: tuple) -> float:
    """The distance of `point` from the line through `start` and `end`."""
    length = math.dist(start, end)
    area = (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
    return abs(area) / length if length else math.dist(point, start)


def svg_path(contour: list[tuple]) -> list:
    """A closed contour as [x, y, relative SVG path], as short as possible; the last line is left out, because `z` draws it."""
    current = start = tuple(map(round, contour[-1][1]))
    path, last_command = "", ""
    for number, (control, point) in enumerate(contour, 1):
        x, y = round(point[0]) - current[0], round(point[1]) - current[1]
        if control:
            command, numbers = "q", (round(control[0]) - current[0], round(control[1]) - current[1], x, y)
        elif number == len(contour):
            break
        else:
            command, numbers = ("h", (x,)) if not y else ("v", (y,)) if not x else ("l", (x, y))
        arguments = "".join(f" {value}" if value >= 0 else str(value) for value in numbers)
        path += arguments if command == last_command else command + arguments.lstrip()
        current, last_command = (current[0] + x, current[1] + y), command
    return [*start, path]


def kerning_value(font, first: str, second: str) -> int:
    """The kerning of two glyphs (negative: closer), from the first lookup that contains them."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for extension in lookup.SubTable:
            table = getattr(extension, "ExtSubTable", extension)
            if first not in table.Coverage.glyphs:
                continue
            if table.Format == 1:
                pairs = table.PairSet[table.Coverage.glyphs.index(first)].PairValueRecord
                value = next((pair.Value1 for pair in pairs if pair.SecondGlyph == second), None)
            else:
                row = table.Class1Record[table.ClassDef1.classDefs.get(first, 0)]
                value = row.Class2Record[table.ClassDef2.classDefs.get(second, 0)].Value1
            if value is not None:
                return getattr(value, "XAdvance", 0)
    return 0


def add_ch(font) -> None:
    """Map `0` to a glyph of CH_WIDTH, which browsers measure for `ch`, and substitute the real zero when it is shown."""
    from fontTools.feaLib.builder import addOpenTypeFeaturesFromString

    glyphs, widths, zero = font["glyf"], font["hmtx"], font.getBestCmap()[ord("0")]
    font.setGlyphOrder([*font.getGlyphOrder(), "ch"])
    glyphs["ch"], widths["ch"] = glyphs[zero], (CH_WIDTH, widths[zero][1])
    for table in font["cmap"].tables:
        table.cmap[ord("0")] = "ch"
    addOpenTypeFeaturesFromString(font, f"feature ccmp {{ sub ch by {zero}; }} ccmp;", tables=["GSUB"])


def round_kerning(font) -> None:
    """Round the kerning to multiples of KERNING_STEP, which compress better."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for extension in lookup.SubTable:
            table = getattr(extension, "ExtSubTable", extension)
            records = table.PairSet if table.Format == 1 else table.Class1Record
            for record in records:
                for pair in record.PairValueRecord if table.Format == 1 else record.Class2Record:
                    value = pair.Value1
                    if value is not None and getattr(value, "XAdvance", 0):
                        value.XAdvance = 0 if abs(value.XAdvance) < MIN_KERNING else round(value.XAdvance / KERNING_STEP) * KERNING_STEP


def add_y_dieresis(font) -> None:
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    glyphs, names, widths = font["glyf"], font.getBestCmap(), font["hmtx"]
    y, e = names[ord("Y")], names[ord("Ë")]
    base, dots = glyphs[e].components
    shift = (glyphs[y].xMin + glyphs[y].xMax - glyphs[base.glyphName].xMin - glyphs[base.glyphName].xMax) // 2
    pen = TTGlyphPen(font.getGlyphSet())
    pen.addComponent(y, (1, 0, 0, 1, 0, 0))
    pen.addComponent(dots.glyphName, (1, 0, 0, 1, dots.x + shift, dots.y))
    font.setGlyphOrder([*font.getGlyphOrder(), "Ydieresis"])
    glyphs["Ydieresis"], widths["Ydieresis"] = pen.glyph(), widths[y]
    glyphs["Ydieresis"].recalcBounds(glyphs)
    for table in font["cmap"].tables:
        table.cmap[ord(Y_DIERESIS)] = "Ydieresis"


def add_peso(font) -> None:
    """Add the glyph ₱: the P with two horizontal bars through its bowl."""
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    glyphs, widths = font["glyf"], font["hmtx"]
    name = font.getBestCmap()[ord("P")]
    letter, (width, bearing) = glyphs[name], widths[name]
    margin = 12  # by which the bars extend on both sides, in thousandths of an em
    pen = TTGlyphPen(None)
    letter.draw(pen, glyphs)
    for bottom in (round(letter.yMax * 0.56), round(letter.yMax * 0.74)):
        top = bottom + 52
        pen.moveTo((letter.xMin - margin, bottom))
        for corner in ((letter.xMin - margin, top), (letter.xMax + margin, top), (letter.xMax + margin, bottom)):
            pen.lineTo(corner)
        pen.closePath()
    peso = pen.glyph()
    font.setGlyphOrder([*font.getGlyphOrder(), "peso"])
    glyphs["peso"] = peso
    widths["peso"] = (width, bearing - margin)
    peso.recalcBounds(glyphs)
    for table in font["cmap"].tables:
        table.cmap[ord(PESO)] = "peso"


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    print(write_font(environment.ROOT))


if __name__ == "__main__":
    environment.run(main)
