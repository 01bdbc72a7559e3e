"""One build: read, check, assemble, render, write, and remember for the next one."""
