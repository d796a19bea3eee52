"""What keeps an installation from starting, in words for whoever starts it."""


class Trouble(Exception):
    """The start-up cannot go on; the text says what to do."""
