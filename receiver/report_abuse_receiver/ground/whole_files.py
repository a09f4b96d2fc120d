"""Whole files: written whole or not at all, and still there after the power fails."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only this user may read, in place of what was there. Raises OSError; the old one then stays."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)  # else a power cut may take the name away
    os.close(folder)
