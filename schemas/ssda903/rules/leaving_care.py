"""Episodes: how care ended."""

from collections.abc import Collection

import polars as pl

from schemas.rules import Row, Rule, rule
from schemas.ssda903.rules.terms import ADOPTED, SPECIAL_GUARDIANSHIP, among
from schemas.ssda903.tables import episodes, header
from schemas.vocabulary import years_after

_FIELDS = (episodes.REC, episodes.DEC, header.DOB)
_HINT = "Correct why or when the episode ended, or the date of birth."


def _from_age(code: str, reasons: Collection[str], age: int, what: str) -> Rule:
    @rule(code, *_FIELDS, summary=f"{what} before the age of {age}.", hint=_HINT)
    def too_young(episode: Row) -> pl.Expr:
        """The birthday itself passes."""
        return among(episode.REC, reasons) & (episode.DEC < years_after(episode.of(header).DOB, age))

    return too_young


def _to_age(code: str, reasons: Collection[str], age: int, what: str) -> Rule:
    @rule(code, *_FIELDS, summary=f"{what} at the age of {age} or over.", hint=_HINT)
    def too_old(episode: Row) -> pl.Expr:
        """The day before the birthday passes, the birthday does not."""
        return among(episode.REC, reasons) & (episode.DEC >= years_after(episode.of(header).DOB, age))

    return too_old


adopted_as_adult = _to_age("386", ADOPTED, 18, "A child is adopted")
independent_too_young = _from_age("387", ["E5", "E6"], 14, "A child moves to independent living")
adult_services_too_young = _from_age("389", ["E7"], 16, "A child moves to care funded by adult services")
special_guardianship_as_adult = _to_age("407", SPECIAL_GUARDIANSHIP, 18, "A child gets a special guardian")
stayed_with_carers_too_young = _from_age("460", ["E17"], 18, "A child is said to have stayed with carers as an adult")
