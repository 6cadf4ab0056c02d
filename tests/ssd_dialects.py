"""A dataset as each case management system would hold it, made from one in the standard's own form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from schemas.case.codes import label
from ssd_source import Tables

# What a system does not have: whole case tables, or fields of one. Everything else must come out alike.
GAPS: Mapping[str, frozenset[str]] = {
    "systemc": frozenset(),
    "mosaic": frozenset(
        {
            "family",
            "person.forename",
            "person.surname",
            "professionals.name",
            "cla_immunisations.status_date",
            "cla_convictions.offence",
            "cp_reviews.meeting",
            "cp_plans.other_authority",
        }
    ),
    "eclipse": frozenset({"contacts.outcomes", "involvements.role"}),
}


def _worded(name: str, form: str = "{code} - {words}") -> Callable[[pl.Expr], pl.Expr]:
    def words(code: str) -> str:
        return form.format(code=code, words=label(name, code))

    return lambda column: column.map_elements(words, return_dtype=pl.String)


def _change(tables: Tables, table: str, **columns: pl.Expr) -> None:
    tables[table] = tables[table].with_columns(**columns)


def systemc(standard: Tables) -> Tables:
    """Descriptions instead of codes, names and staff numbers instead of keys, fillers instead of nothing."""
    found = dict(standard)
    staff = found["ssd_professionals"]
    names = dict(zip(staff["prof_professional_id"], staff["prof_professional_name"], strict=True))
    numbers = dict(zip(staff["prof_professional_id"], staff["prof_staff_id"], strict=True))
    people = found["ssd_person"]
    older = dict(zip(people["pers_person_id"], people["pers_legacy_id"], strict=True))
    reason, ended = pl.col("clae_cla_episode_start_reason"), pl.col("clae_cla_episode_ceased_reason")
    _change(
        found,
        "ssd_cla_episodes",
        clae_cla_episode_start_reason=_worded("ReasonForNewEpisode")(reason),
        clae_cla_episode_ceased_reason=_worded("ReasonEpisodeCeased", "{code} {words}")(ended),
    )
    _change(found, "ssd_legal_status", lega_legal_status=_worded("LegalStatus", "{words}")(pl.col("lega_legal_status")))
    for column in ("cppl_cp_plan_initial_category", "cppl_cp_plan_latest_category"):
        _change(found, "ssd_cp_plans", **{column: _worded("CategoryOfAbuse", "{words}")(pl.col(column))})
    participation = pl.col("clar_cla_review_participation")
    _change(found, "ssd_cla_reviews", clar_cla_review_participation=_worded("Participation")(participation))
    _change(
        found,
        "ssd_care_leavers",
        clea_care_leaver_accommodation=_worded("LeaverAccommodation")(pl.col("clea_care_leaver_accommodation")),
        clea_care_leaver_activity=_worded("LeaverActivity", "{code}: {words}")(pl.col("clea_care_leaver_activity")),
        clea_pathway_plan_review_date=pl.col("clea_pathway_plan_review_date").fill_null("1900-01-01 00:00:00"),
    )
    _change(
        found,
        "ssd_cin_assessments",
        cina_assessment_auth_date=pl.col("cina_assessment_auth_date").fill_null("1900-01-01"),
    )
    _change(found, "ssd_sdq_scores", csdq_sdq_reason=pl.col("csdq_sdq_reason").fill_null("SSD_PH"))
    _change(found, "ssd_cin_episodes", cine_referral_worker_id=pl.col("cine_referral_worker_id").replace(names))
    worker = pl.col("s47e_s47_completed_by_worker_id")
    _change(found, "ssd_s47_enquiry", s47e_s47_completed_by_worker_id=worker.replace(numbers))
    _change(found, "ssd_initial_cp_conference", icpc_icpc_worker_id=pl.col("icpc_icpc_worker_id").replace(numbers))
    _change(found, "ssd_permanence", perm_person_id=pl.col("perm_person_id").replace(older))
    _change(
        found,
        "ssd_person",
        pers_sex=pl.col("pers_gender"),
        pers_dob=pl.coalesce("pers_dob", "pers_expected_dob"),
        pers_expected_dob=pl.lit(None, dtype=pl.String),
    )
    return found


_FLAG = r'"([A-Z0-9_]+?)(?:_FLAG)?": "Y"'


def _words(name: str, column: str) -> pl.Expr:
    """Give the flags that are set as a list of words."""
    word = pl.element().str.extract(_FLAG)
    found = pl.col(column).str.extract_all(_FLAG).list.eval(_worded(name, "{words}")(word)).list.join(", ")
    return pl.when(pl.col(column).is_not_null()).then(found)


_OUTCOMES = (
    ("ssd_contacts", "cont_contact_outcome_json", "ContactOutcome"),
    ("ssd_cin_episodes", "cine_referral_outcome_json", "ReferralOutcome"),
    ("ssd_cin_assessments", "cina_assessment_outcome_json", "AssessmentOutcome"),
    ("ssd_s47_enquiry", "s47e_s47_outcome_json", "Section47Outcome"),
    ("ssd_initial_cp_conference", "icpc_icpc_outcome_json", "ConferenceOutcome"),
    ("ssd_cla_care_plan", "lacp_cla_care_plan_json", "CarePlanGoal"),
)
_MOSAIC_LACKS = {
    "ssd_person": ("pers_forename", "pers_surname"),
    "ssd_cp_visits": ("cppv_person_id",),
    "ssd_cp_reviews": ("cppr_person_id", "cppr_cp_review_meeting_id"),
    "ssd_cp_plans": ("cppl_cp_plan_ola",),
    "ssd_cla_placement": ("clap_person_id",),
    "ssd_involvements": ("invo_person_id",),
    "ssd_professionals": ("prof_professional_name",),
    "ssd_cla_convictions": ("clac_cla_conviction_offence",),
    "ssd_cla_immunisations": ("clai_immunisations_status_date",),
}
_TEAMS = (
    ("ssd_cin_episodes", "cine_referral_team"),
    ("ssd_cin_assessments", "cina_assessment_team"),
    ("ssd_cin_plans", "cinp_cin_plan_team"),
    ("ssd_s47_enquiry", "s47e_s47_completed_by_team"),
    ("ssd_involvements", "invo_professional_team"),
)


def mosaic(standard: Tables) -> Tables:
    """Words instead of JSON and codes, other names, missing columns, no person where a plan or period tells."""
    found = dict(standard)
    del found["ssd_family"]
    for table, column, name in _OUTCOMES:
        _change(found, table, **{column: _words(name, column)})
    teams = dict(zip(found["ssd_department"]["dept_team_id"], found["ssd_department"]["dept_team_name"], strict=True))
    for table, column in _TEAMS:
        _change(found, table, **{column: pl.col(column).replace(teams)})
    sexes = {"M": "Male", "F": "Female", "U": "Unknown"}
    _change(
        found,
        "ssd_person",
        pers_sex=pl.col("pers_sex").replace(sexes),
        pers_gender=pl.col("pers_gender").replace(sexes),
    )
    found["ssd_cin_visits"] = _visits_by_plan(found)
    for table, columns in _MOSAIC_LACKS.items():
        found[table] = found[table].drop(columns)
    found["ssd_cin_plans"] = found["ssd_cin_plans"].rename({"cinp_cin_plan_id": "cin_plan_id"})
    found["ssd_cla_care_plan"] = found["ssd_cla_care_plan"].rename({"lacp_table_id": "lacp_cla_care_plan_id"})
    return {table: rows.select(reversed(rows.columns)) for table, rows in found.items()}


def _visits_by_plan(tables: Tables) -> pl.DataFrame:
    plans = tables["ssd_cin_plans"].select(
        pl.col("cinp_person_id").alias("cinv_person_id"), pl.col("cinp_cin_plan_id").alias("cinv_cin_plan_id")
    )
    first = plans.unique("cinv_person_id", keep="first", maintain_order=True)
    return (
        tables["ssd_cin_visits"]
        .join(first, on="cinv_person_id", how="left", maintain_order="left")
        .drop("cinv_person_id")
    )


def eclipse(standard: Tables) -> Tables:
    """OUTCOME_ before the names of flags, nulls among factors, the pupil number as the reason, slips in ethnicity."""
    found = dict(standard)
    for table, column, _ in _OUTCOMES[1:-1]:
        prefixed = pl.col(column).str.replace_all(r'"([A-Z0-9_]+_FLAG)"', '"OUTCOME_$1"')
        _change(found, table, **{column: prefixed})
    _change(found, "ssd_contacts", cont_contact_outcome_json=pl.lit(None, dtype=pl.String))
    factors = (
        pl.col("cinf_assessment_factors_json").str.replace_all(", ", ", null, ").str.replace(r"\]$", ", null, null]")
    )
    _change(found, "ssd_assessment_factors", cinf_assessment_factors_json=factors)
    words = _worded("CategoryOfAbuse", "{words}")
    for column in ("cppl_cp_plan_initial_category", "cppl_cp_plan_latest_category"):
        _change(found, "ssd_cp_plans", **{column: words(pl.col(column))})
    _change(
        found,
        "ssd_person",
        pers_gender=pl.col("pers_gender").replace({"M": "01", "F": "02", "U": "00"}),
        pers_ethnicity=pl.col("pers_ethnicity").replace({"CHNE": "CNHE", "MWBA": "MWBa"}),
        pers_upn_unknown=pl.coalesce("pers_upn", "pers_upn_unknown"),
        pers_dob=pl.coalesce("pers_dob", "pers_expected_dob"),
        pers_is_mother=pl.lit("N"),
    )
    _change(found, "ssd_involvements", invo_professional_role_id=pl.lit("CL_ALLOC_7"))
    found["ssd_cla_reviews"] = found["ssd_cla_reviews"].drop("clar_cla_person_id")
    return found


DIALECTS: Mapping[str, Callable[[Tables], Tables]] = {"systemc": systemc, "mosaic": mosaic, "eclipse": eclipse}
