"""Which pages the site has, and what each shows."""
