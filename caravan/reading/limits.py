"""Every limit on what the site reads, with its reason, in one place."""

TEXT_BYTES = 1_000_000  # a text of 1 MB is 150,000 words; nothing readable on a phone is longer
READ_SECONDS = 10  # a text of usual length takes milliseconds; a hostile one is named and refused after this
YAML_DEPTH = 6  # front matter needs 3 levels; deeper is a mistake or an attack
NESTING_DEPTH = 40  # quotes, lists and tags inside each other; the sanitizer's time grows with the square of it
FOREIGN_TAGS = 2_000  # more tags than this in a text are read only if none of them is foreign to us
NUMBER_DIGITS = 1_000  # Python refuses to read numbers of more than 4,300 digits
SLUG_LENGTH = 80  # keeps addresses short enough to read out and to fit every file system
SUMMARY = (50, 300)  # characters: shorter says nothing, longer is cut by search engines and cards
TITLE = (3, 120)  # characters
LINE = (1, 600)  # characters in any other value of front matter; the longest that were written have half of it
ADDRESSES = (0, 20)  # former addresses of one text; each of them is a page in every language
FOLDER_DEPTH = 20  # folders inside each other; texts need 3, and far deeper no system can open them
HINTS = 20  # dead links of one text that are compared with all texts to find what was meant; it takes milliseconds each
DRAWING_BYTES = 12_000  # of one drawing: it stands inside the page
FILE_BYTES = 10_000_000  # a phone's photo has 3 to 8 MB; readers get smaller copies anyway
STORED_AT_LEAST = 1_000  # texts that the store keeps in any case, about 15 kB each
STORED_TIMES = 3  # as many times the texts of the site does the store keep: a change and its return cost nothing
INSIDES_AT_HAND = 64  # whole texts kept in memory at once; the others are fetched when their page is made
