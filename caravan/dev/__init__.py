"""Commands for development: setup, checks, translation, tests, measurements."""
