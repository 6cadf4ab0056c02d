"""Referral episodes: their own dates, codes and flags."""

from datetime import date

import polars as pl

from schemas.cin.tables import details, identifiers
from schemas.rules import Row, rule
from schemas.vocabulary import missing, no, outside, present, yes
from schemas.working_days import working_days_before

_SOURCE_ASKED_FROM = date(2013, 4, 1)
_PREGNANCY = "-280d"


@rule(
    "8555Q",
    details.CINreferralDate,
    identifiers.PersonDeathDate,
    summary="The referral came after the child's date of death.",
    hint="See which of the two dates is wrong; explain if both are right.",
)
def referred_after_death(episode: Row) -> pl.Expr:
    """A referral on the day of death passes."""
    return episode.CINreferralDate > episode.of(identifiers).PersonDeathDate


@rule(
    "8568",
    details.ReferralNFA,
    summary="The no further action flag is missing or is neither yes nor no.",
    hint="Record 1 where the referral ended in no further action, 0 where it went further.",
)
def flag_unreadable(episode: Row) -> pl.Expr:
    """1, 0, true and false are read, in any case."""
    return missing(episode.ReferralNFA)


@rule(
    "8569Q",
    details.CINreferralDate,
    details.ReferralNFA,
    summary="A referral that ended in no further action dates from before the census year.",
    hint="Leave it out of the return, or correct the date or the flag.",
)
def old_referral_without_action(episode: Row) -> pl.Expr:
    """The last working day before 1 April still passes."""
    return yes(episode.ReferralNFA) & (episode.CINreferralDate < working_days_before(episode.period.start, 1))


@rule(
    "8585Q",
    details.ReasonForClosure,
    identifiers.PersonDeathDate,
    one_per=identifiers,
    summary="An episode was closed because the child died, but there is no date of death.",
    hint="Record when the child died, or choose another reason if the child did not.",
)
def death_without_date(episode: Row) -> pl.Expr:
    """Any episode with reason RC2 counts."""
    return (episode.ReasonForClosure == "RC2") & missing(episode.of(identifiers).PersonDeathDate)


@rule(
    "8600",
    details.CINreferralDate,
    summary="The referral date is missing or after the census end.",
    hint="Record when the referral was received; one received after 31 March belongs in the next return.",
)
def referral_date_missing_or_late(episode: Row) -> pl.Expr:
    """A referral on 31 March passes."""
    return missing(episode.CINreferralDate) | (episode.CINreferralDate > episode.period.end)


@rule(
    "8606",
    details.CINreferralDate,
    identifiers.PersonBirthDate,
    identifiers.ExpectedPersonBirthDate,
    summary="The referral came more than 40 weeks before the birth or the expected birth.",
    hint="Check the referral date against the date of birth or the expected one.",
)
def referred_before_pregnancy(episode: Row) -> pl.Expr:
    """280 days before pass. Either birth date can fail."""
    child = episode.of(identifiers)
    before_birth = episode.CINreferralDate < child.PersonBirthDate.dt.offset_by(_PREGNANCY)
    return before_birth | (episode.CINreferralDate < child.ExpectedPersonBirthDate.dt.offset_by(_PREGNANCY))


@rule(
    "8610",
    details.PrimaryNeedCode,
    details.ReferralNFA,
    summary="The referral went further but has no primary need.",
    hint="Record the child's primary need at this referral.",
)
def need_missing(episode: Row) -> pl.Expr:
    """Not asked where the flag is missing or odd."""
    return no(episode.ReferralNFA) & missing(episode.PrimaryNeedCode)


@rule(
    "8620",
    details.CINclosureDate,
    summary="The closure date of the episode lies outside the census year.",
    hint="Leave the episode out if it closed before 1 April; send it without the date if it closed after 31 March.",
)
def closed_outside_the_year(episode: Row) -> pl.Expr:
    """Both ends of the year pass."""
    return outside(episode.CINclosureDate, episode.period)


@rule(
    "8630",
    details.CINreferralDate,
    details.CINclosureDate,
    summary="The closure date is earlier than the referral date.",
    hint="Check both dates against the case and correct the one that is wrong.",
)
def closed_before_referral(episode: Row) -> pl.Expr:
    """Closing on the day of the referral passes."""
    return episode.CINclosureDate < episode.CINreferralDate


@rule(
    "8640",
    details.ReasonForClosure,
    summary="The reason for closure is not a code of the list.",
    hint="Choose one of the reasons RC1 to RC9.",
)
def reason_unknown(episode: Row) -> pl.Expr:
    """Absence is left to rule 8805."""
    return ~episode.valid_code("ReasonForClosure")


@rule(
    "8650",
    details.PrimaryNeedCode,
    summary="The primary need is not a code of the list.",
    hint="Choose one of the needs N0 to N9.",
)
def need_unknown(episode: Row) -> pl.Expr:
    """Absence is left to rule 8610."""
    return ~episode.valid_code("PrimaryNeedCode")


@rule(
    "8805",
    details.ReasonForClosure,
    details.CINclosureDate,
    summary="The episode is closed but has no reason for closure.",
    hint="Record why the episode was closed.",
)
def closed_without_reason(episode: Row) -> pl.Expr:
    """A closure date that cannot be read counts as none."""
    return present(episode.CINclosureDate) & missing(episode.ReasonForClosure)


@rule(
    "8810",
    details.CINclosureDate,
    details.ReasonForClosure,
    summary="The episode has a reason for closure but no closure date.",
    hint="Record when the episode was closed, or remove the reason.",
)
def reason_without_closure(episode: Row) -> pl.Expr:
    """A closure date that cannot be read counts as none."""
    return present(episode.ReasonForClosure) & missing(episode.CINclosureDate)


@rule(
    "8866",
    details.ReferralSource,
    details.CINreferralDate,
    summary="The source of the referral is missing or not a code of the list.",
    hint="Choose the code that says who made the referral; 10 stands for not known.",
)
def source_unknown(episode: Row) -> pl.Expr:
    """Asked of referrals from 1 April 2013; 5D came with the 2023 collection."""
    listed = episode.valid_code("ReferralSource").fill_null(value=False)
    return (episode.CINreferralDate >= _SOURCE_ASKED_FROM) & ~listed
