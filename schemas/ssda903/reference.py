"""The reference data that rules on placements read, and the shape in which it must come.

Authorities are DfE codes, three digits, because those outlive changes of ONS code; where a postcode
lies outside England, its authority is SCO, WAL or NIR. URNs are text in capitals.
"""

import polars as pl

from schemas.rules import Reference

# One row per postcode: without spaces, in capitals. It may be the whole directory or only the postcodes of the return.
# Grid references are metres, null where not known; `authority` is the upper tier in force today.
POSTCODES = Reference(
    "Postcodes",
    {
        "postcode": pl.String(),
        "easting": pl.Int32(),
        "northing": pl.Int32(),
        "authority": pl.String(),
    },
    "It needs the postcode directory. Make it with: ics-gateway reference build",
)

# One row per set of premises that Ofsted lists for a URN. `places` are the placement codes and `providers` the
# provider codes (PR1 and so on) that it may have; `closed` is the day on which registration ended, null while it lasts.
PROVIDERS = Reference(
    "Providers",
    {
        "urn": pl.String(),
        "authority": pl.String(),
        "places": pl.List(pl.String()),
        "providers": pl.List(pl.String()),
        "closed": pl.Date(),
        "postcode": pl.String(),
    },
    "It needs Ofsted's list of providers. Give the workbook with --providers FILE.",
)
