"""Ann and Ben at their desks, for the steps of transfers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from transfer_desks import Desks, desks, with_family


@pytest.fixture(scope="session")
def family_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("family") / "store.sqlite"))
    with_family(path)
    return path


@pytest.fixture
def both(tmp_path: Path, family_template: Path, sqlite_template: Path) -> Iterator[Desks]:
    with desks(tmp_path, family_template, sqlite_template) as found:
        yield found
