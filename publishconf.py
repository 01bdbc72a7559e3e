"""Settings of the public site: the public URL, and no unpublished articles."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from caravan.build.site_url import public_address, repository  # noqa: E402
from pelicanconf import *  # noqa: E402, F403

SITEURL = public_address(ROOT)  # noqa: F405
REPOSITORY = REPOSITORY or repository(ROOT, SITEURL)  # noqa: F405
WITH_FUTURE_DATES = False
WITH_DRAFTS = False
