"""The tables of the looked-after return, as the rules name them."""

from schemas.rules import TableRef
from schemas.ssda903.layout import CHILDREN, YEARS, ssda903_layout

_LAYOUTS = tuple(ssda903_layout(year) for year in YEARS)

children = TableRef(CHILDREN, _LAYOUTS)
header = TableRef("Header", _LAYOUTS)
episodes = TableRef("Episodes", _LAYOUTS)
reviews = TableRef("Reviews", _LAYOUTS)
uasc = TableRef("UASC", _LAYOUTS)
oc2 = TableRef("OC2", _LAYOUTS)
oc3 = TableRef("OC3", _LAYOUTS)
ad1 = TableRef("AD1", _LAYOUTS)
placed_adoption = TableRef("PlacedAdoption", _LAYOUTS)
prev_perm = TableRef("PrevPerm", _LAYOUTS)
missing_spells = TableRef("Missing", _LAYOUTS)
sw_episodes = TableRef("SWEpisodes", _LAYOUTS)
dolo = TableRef("DoLo", _LAYOUTS)

header_last = TableRef("Header_last", _LAYOUTS)
episodes_last = TableRef("Episodes_last", _LAYOUTS)
uasc_last = TableRef("UASC_last", _LAYOUTS)
oc3_last = TableRef("OC3_last", _LAYOUTS)
placed_adoption_last = TableRef("PlacedAdoption_last", _LAYOUTS)
missing_spells_last = TableRef("Missing_last", _LAYOUTS)
dolo_last = TableRef("DoLo_last", _LAYOUTS)
