"""The way of the built site to its host, and back to an earlier one."""
