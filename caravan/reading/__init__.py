"""From the source files below content/ to parsed articles and a list of problems."""
