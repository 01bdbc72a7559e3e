"""Pictures: which may be published, and the copies of them that are."""
