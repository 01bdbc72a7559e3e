"""The Pelican plugin of this site, and the commands around it. docs/architecture.md describes the packages."""


def register():
    """Connect the plugin to Pelican, which calls this once for each build."""
    from caravan.build import pelican_generator

    pelican_generator.register()
