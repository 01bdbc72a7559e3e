"""Every limit on what the site reads, with its reason, in one place."""

TEXT_BYTES = 1_000_000  # a text of 1 MB is 150,000 words; nothing readable on a phone is longer
READ_SECONDS = 10  # a text of usual length takes milliseconds; a hostile one is named and refused after this
YAML_DEPTH = 6  # front matter needs 3 levels; deeper is a mistake or an attack
NESTING_DEPTH = 40  # quotes, lists and brackets inside each other; Python-Markdown recurses on them
SLUG_LENGTH = 80  # keeps addresses short enough to read out and to fit every file system
SUMMARY = (50, 300)  # characters: shorter says nothing, longer is cut by search engines and cards
TITLE = (3, 120)  # characters
FILE_BYTES = 10_000_000  # a phone's photo has 3 to 8 MB; readers get smaller copies anyway
