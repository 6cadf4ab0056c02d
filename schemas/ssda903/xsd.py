"""Write the schemas of the looked-after return's XML form, every year: `python -m schemas.ssda903.xsd`."""

from schemas.ssda903.layout import YEARS
from schemas.ssda903.message import message_layout
from schemas.xsd import XsdFiles, xsd_of


def ssda903_xsd(year: int) -> str:
    """Give the schema of the collection that ends in `year`; as in the department's, codes are held to a length."""
    title = f"Children looked after return (SSDA903), collection of {year - 1} to {year}"
    return xsd_of(message_layout(year), title, list_codes=False)


SSDA903_XSD = XsdFiles("ssda903", YEARS, ssda903_xsd)

if __name__ == "__main__":
    SSDA903_XSD.write()
