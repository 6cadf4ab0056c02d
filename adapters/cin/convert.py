"""Convert a census between XML and a folder of CSV files, one for each table.

Each file has the `id` of the record, the id of the record around it as `within`, and the fields
under their names. Ids name positions in the message (c1, c1.CINdetails2), so that the same file always gives
the same ids. Text that a spreadsheet would run is guarded (see `adapters.cells`).
"""

from __future__ import annotations

from pathlib import Path

from adapters.cin.folder_read import read_folder
from adapters.cin.folder_write import write_folder
from adapters.cin.read import read_cin
from adapters.cin.write import write_census
from adapters.endings import form_of
from adapters.losses import losses
from adapters.xml.limits import Limits
from schemas.errors import Rejected

_TO_FILE = "A folder of CSV files becomes one XML file: give its name the ending .xml."
_TO_FOLDER = "An XML file becomes a folder of CSV files: name a folder."


def convert_census(
    source: Path, target: Path, *, year: int | None = None, limits: Limits | None = None
) -> tuple[str, ...]:
    """Convert in the direction that `source` asks for; give what could not be carried over, in words.

    Raise Rejected where the source cannot be read or the target is in use, Misconfigured where the target's name has
    the ending of another form.
    """
    if source.is_dir():
        form_of(target, {".xml"}, _TO_FILE)
        folder = read_folder(source, year=year)
        write_census(target, folder.data.layout, folder.data.tables)
        return folder.losses
    if not source.exists():
        raise Rejected(f"There is no file or folder {source}.", hint="Check the path and the spelling.")
    form_of(target, (), _TO_FOLDER)
    data = read_cin(source, year=year, limits=limits)
    write_folder(target, data)
    return losses(data, paths=False)
