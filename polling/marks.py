"""Marking messages for the catalogue where they are written; they are translated where they are shown."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a message that is translated later
    """Mark a message."""
    return message
