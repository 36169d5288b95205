"""A file that is replaced as Kubernetes replaces those that it projects into a pod."""

import shutil
from pathlib import Path


class Projected:
    """`path` leads through two links: to `..data`, and from there to the folder of a version."""

    def __init__(self, folder: Path, content: str) -> None:
        self._folder = folder
        self._version: Path | None = None
        self._number = 0
        self.path = folder / "token"
        self.replace(content)
        self.path.symlink_to("..data/token")

    def replace(self, content: str) -> None:
        """A new version takes the place of the old one in a single rename."""
        former = self._version
        self._number += 1
        self._version = self._folder / f"..version-{self._number}"
        self._version.mkdir()
        (self._version / "token").write_text(content)
        link = self._folder / "..data_tmp"
        link.symlink_to(self._version.name)
        link.rename(self._folder / "..data")
        if former:
            shutil.rmtree(former)
