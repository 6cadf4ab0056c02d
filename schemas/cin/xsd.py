"""Write the census schemas of every year: `python -m schemas.cin.xsd`."""

from schemas.cin.layout import YEARS, cin_layout
from schemas.xsd import XsdFiles, xsd_of


def cin_xsd(year: int) -> str:
    """Give the schema of the collection that ends in `year`."""
    return xsd_of(cin_layout(year), f"Children in need census, collection of {year - 1} to {year}")


CIN_XSD = XsdFiles("cin", YEARS, cin_xsd)

if __name__ == "__main__":
    CIN_XSD.write()
