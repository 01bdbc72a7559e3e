"""Caravan: the one Pelican plugin of this site, in the order in which a text walks through it.

    content/<kind>/<slug>/<lang>.md  →  reading  →  site  →  theme  →  output/  →  publishing

reading     one file becomes a checked text with safe HTML, or a list of problems with file and line
site        all texts become pages: languages, listings, feeds, what stands where
output      what is not a web page
publishing  the public address, and the way of the built site to its host
workshop    what people at a keyboard need: set-up, preview
"""


def register():
    """Connect the plugin to Pelican (called by Pelican once for each build)."""
    from caravan.build import pelican_generator

    pelican_generator.register()
