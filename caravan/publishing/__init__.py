"""Publish the built site to its host, roll back, and copy it."""
