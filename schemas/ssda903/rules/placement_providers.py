"""Episodes: who provides the placement."""

from collections.abc import Collection

import polars as pl

from schemas.rules import Row, Rule, rule
from schemas.ssda903.rules.terms import FOR_ADOPTION, FOSTERING, TEMPORARY, among, other_placements
from schemas.ssda903.tables import episodes

_WITH_PARENTS = "P1"
_T4_LEFT_RULE_178_IN = 2026


def _no_provider(year: int) -> tuple[str, ...]:
    """List the placements that nobody provides, as the department's note on rule 178 has them."""
    temporary = TEMPORARY if year < _T4_LEFT_RULE_178_IN else [place for place in TEMPORARY if place != "T4"]
    return (*temporary, *other_placements(year))


@rule(
    "178",
    episodes.PLACE_PROVIDER,
    episodes.PLACE,
    summary="The provider of the placement is no code of the list, or nobody provides such a placement.",
    hint="Use PR0 to PR5, or clear the provider for this type of placement.",
)
def provider_not_allowed(episode: Row) -> pl.Expr:
    """A blank provider passes. Unconfirmed: from 2026 a provider for T4 passes here, though rule 213 flags it."""
    nobody = among(episode.PLACE, _no_provider(episode.period.year))
    return ~episode.valid_code("PLACE_PROVIDER") | (episode.PLACE_PROVIDER.is_not_null() & nobody)


@rule(
    "213",
    episodes.PLACE_PROVIDER,
    episodes.PLACE,
    summary="A temporary or other placement has a provider.",
    hint="Clear the provider, or correct the type of placement.",
)
def provider_not_needed(episode: Row) -> pl.Expr:
    """T0 to T4, from 2026 also Z11 to Z14; Z1 of the years before passes here, though rule 178 flags it."""
    others = [place for place in other_placements(episode.period.year) if place != "Z1"]
    return episode.PLACE_PROVIDER.is_not_null() & among(episode.PLACE, [*TEMPORARY, *others])


@rule(
    "526",
    episodes.PLACE,
    episodes.PLACE_PROVIDER,
    summary="The provider of the placement is missing.",
    hint="Say who provides the placement.",
)
def provider_missing(episode: Row) -> pl.Expr:
    """T0 to T4 and placements of other kinds (Z) of the year pass; a blank type of placement does not."""
    nobody = (*TEMPORARY, *other_placements(episode.period.year))
    return episode.PLACE_PROVIDER.is_null() & ~among(episode.PLACE, nobody)


def _does_not_provide(code: str, provider: str, who: str, places: Collection[str]) -> Rule:
    @rule(
        code,
        episodes.PLACE,
        episodes.PLACE_PROVIDER,
        summary=f"{who} ({provider}) cannot provide this type of placement.",
        hint="Correct the provider or the type of placement.",
    )
    def does_not_provide(episode: Row) -> pl.Expr:
        """A blank type of placement passes."""
        return (episode.PLACE_PROVIDER == provider) & among(episode.PLACE, places)

    return does_not_provide


_NOT_BY_AUTHORITIES = (_WITH_PARENTS, "R2", "R5")
own_authority_does_not = _does_not_provide("527", "PR1", "The authority itself", _NOT_BY_AUTHORITIES)
other_authority_does_not = _does_not_provide("528", "PR2", "Another authority", _NOT_BY_AUTHORITIES)
public_body_does_not = _does_not_provide(
    "529", "PR3", "Another public body", (*FOR_ADOPTION, *FOSTERING, "K1", "K2", _WITH_PARENTS)
)
private_firm_does_not = _does_not_provide("530", "PR4", "A private firm", (_WITH_PARENTS,))
voluntary_body_does_not = _does_not_provide("531", "PR5", "A voluntary body", (_WITH_PARENTS,))


@rule(
    "550",
    episodes.PLACE,
    episodes.PLACE_PROVIDER,
    summary="Parents (PR0) provide a placement that is not with them.",
    hint="Use P1 for a placement with parents, or correct the provider.",
)
def parents_provide_another_placement(episode: Row) -> pl.Expr:
    """P1 passes; a blank type of placement does not."""
    return (episode.PLACE_PROVIDER == "PR0") & episode.PLACE.ne_missing(_WITH_PARENTS)
