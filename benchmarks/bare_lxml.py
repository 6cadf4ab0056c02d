"""The least that any check must do: parse a file with lxml and validate it with libxml2.

python -m benchmarks.bare_lxml FILE SCHEMA
"""

import sys

from lxml import etree


def main(path: str, schema: str) -> None:
    """Parse and validate, and say whether the file is valid."""
    print(etree.XMLSchema(file=schema).validate(etree.parse(path)))


if __name__ == "__main__":
    main(*sys.argv[1:])
