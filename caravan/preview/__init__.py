"""The local server that shows every save."""
