"""Why what arrived is no package: a stable code and a sentence each, nothing of what was in it."""

from __future__ import annotations

from schemas.errors import Rejected
from schemas.processes.explained import Explained

_HINT = "Ask the sender to send it again; if it is refused again, tell them the code."


class Code(Explained):
    """What is wrong. The values never change."""

    TOO_MANY = "package-too-many-parts", "There are more parts than a package has."
    TOO_LARGE = "package-too-large", "A part is larger than such a part may be."
    NO_INDEX = "package-no-index", "The first part is not the index."
    INDEX = "package-index", "The index does not say what a package must say."
    MISSING = "package-part-missing", "A part that the index lists is not there."
    EXTRA = "package-part-extra", "There is a part that the index does not list, or the same part twice."
    SIZE = "package-part-size", "A part is not as long as the index says."
    HASH = "package-part-hash", "A part is not the one that the index lists: its hash differs."
    MARKING = "package-part-restriction", "A part is marked with other restrictions than the index says."
    NOT_JSON = "package-not-json", "A part is not JSON, is nested too deeply, or names a member twice."
    FORM = "package-part-form", "A part does not have the form of its kind."
    TABLE = "package-table", "A part has a table that there is not, or that does not belong in it."
    FACT = "package-fact", "A record refers to a shared fact that is not in the package."
    RECORDS = "package-records", "What the parts hold makes no case file."
    PLACE = "package-part-place", "A record is in the part of a child whom it is not about."
    CHILD = "package-child", "The index names a child who is not in the records."
    DOCUMENT = "package-document", "A document and its record do not belong together, or one of them is not there."
    TYPE = "package-document-type", "The content of a document is not of the kind that its record says."
    UNSAFE = "package-document-unsafe", "A document has macros, or is an archive that cannot be opened."
    PROCESS = "package-process", "The package is of a process, version or step that we do not know."
    STATEMENT = "package-statement", "The completeness statement does not fit the process or what is there."
    VIEW = "package-view", "The page for reading is not one that can do nothing but be read."
    TERMS = "package-terms", "The index and the signed terms of the message do not say the same."


class NotAPackage(Rejected):
    """What arrived is refused whole. `code` is stable; `part` the neutral name of the part, where one is meant."""

    def __init__(self, code: Code, part: str = "", *, more: str = "") -> None:
        words = [code.meaning, f"It is the part {part}." if part else "", more]
        super().__init__(" ".join(word for word in words if word), hint=_HINT)
        self.code = code
        self.part = part
