"""Commands for people who work on the project: set-up, checks, translations, tests."""
