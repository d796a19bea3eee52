"""The two roles of the database that own nothing."""

ROLE = "bihuan_app"
"""As which the site works: it owns nothing, so that every policy holds for it."""
WORKER = "bihuan_worker"
"""As which the jobs work: it owns nothing either, and alone may see and write the rows of every jurisdiction."""


class NoRole(Exception):
    """The role of the site or of its jobs is missing, and we may not make it."""
