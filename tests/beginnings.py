"""What many tests begin with, made once a process by the real functions: afterwards its files are copied."""

import filecmp
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Beginnings:
    """Installations in a certain state, each with the folder of files that belongs to it."""

    def __init__(self, kept: Path, migrated: Path) -> None:
        self._kept, self._migrated = kept, migrated
        self._made: dict[str, tuple[Path, str]] = {}

    def begin(self, what: object, home: Path, folder: Path, make: Callable[[], Any]) -> Any:
        """Do `make`, or have in `home` and `folder` the files that it left the first time: its answer, which JSON can hold.

        Only an installation in which nothing was done yet can be given other files; in any other `make` is called.
        """
        name = repr(what)
        if not self._untouched(home):
            return make()
        if name not in self._made:
            before = set(folder.iterdir())
            answer = json.dumps(make())
            kept = self._kept / str(len(self._made))
            shutil.copytree(home, kept / "home")
            (kept / "folder").mkdir()
            for path in set(folder.iterdir()) - before - {home}:
                shutil.copy2(path, kept / "folder")
            self._made[name] = kept, answer
        else:
            kept, answer = self._made[name]
            shutil.copytree(kept / "home", home, dirs_exist_ok=True)
            shutil.copytree(kept / "folder", folder, dirs_exist_ok=True)
        return json.loads(answer)

    def _untouched(self, home: Path) -> bool:
        """Whether there is nothing but the migrated database."""
        return [path.name for path in home.iterdir()] == [self._migrated.name] and filecmp.cmp(
            home / self._migrated.name, self._migrated, shallow=False
        )
