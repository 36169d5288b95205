"""The one error of the benchmark."""


class Wrong(Exception):
    """A measurement that cannot be trusted; the message is a whole sentence."""
