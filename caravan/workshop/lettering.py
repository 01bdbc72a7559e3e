"""`font`: the poster face, cut down from its package to the letters that the site's languages need.

Source: npm package @fontsource/sofia-sans-extra-condensed 5.3.0 (Sofia Sans Extra Condensed Black, SIL Open Font
License 1.1, no reserved font name). The result stands in theme/static/fonts/, its licence beside it.
"""

from __future__ import annotations

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
COARSE, STEP = 8, 5
MOST_BYTES = 8000


class CutError(Exception):
    """The font cannot be cut; the message says why and what to do."""


def cut(root: Path) -> str:
    """Write the poster face and its licence below `root`; returns one line about it. Raises CutError."""
    target = root / "theme" / "static" / "fonts"
    with tempfile.TemporaryDirectory() as folder:
        package = fetched(Path(folder))
        data = subset(package / CUT)
        licence = (package / LICENCE).read_text(encoding="utf-8")
    if len(data) > MOST_BYTES:
        raise CutError(f"The font would have {len(data)} bytes, more than {MOST_BYTES}. Take letters out of LETTERS.")
    target.mkdir(parents=True, exist_ok=True)
    (target / "poster.woff2").write_bytes(data)
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


def subset(file: Path) -> bytes:
    """The font with LETTERS and PESO alone, with coarse kerning, without hints, as woff2."""
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
    add_peso(font)
    for record in font["name"].names:
        record.string = FAMILY if record.nameID == 1 else "Regular"
    font.flavor = "woff2"
    stream = BytesIO()
    font.save(stream, reorderTables=False)
    return stream.getvalue()


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
