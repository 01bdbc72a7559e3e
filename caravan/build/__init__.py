"""Builds the site: loads and checks the articles, renders what is outdated, and writes the output and the cache."""
