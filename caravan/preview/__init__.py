"""The local web server that shows every saved change."""
