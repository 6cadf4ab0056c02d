"""Which roles exclude each other, and that the tables of rights hold together."""

from __future__ import annotations

from itertools import combinations

import pytest

from gateway.duties import DUTIES, Duty
from gateway.operator.permissions import RULES, Permission
from gateway.operator.roles import AUDITED, SEPARATE, Role, checked
from schemas.errors import Rejected

TOGETHER = [{Role.OFFICER, Role.DUTY}, {Role.OFFICER, Role.MANAGER}, {Role.DUTY, Role.MANAGER}]


@pytest.mark.parametrize("pair", list(combinations(Role, 2)), ids=str)
def test_only_roles_that_handle_case_data_go_together(pair: tuple[Role, Role]) -> None:
    if set(pair) in TOGETHER:
        assert checked(pair) == set(pair)
        return
    with pytest.raises(Rejected, match="One person cannot have these roles"):
        checked(pair)


@pytest.mark.parametrize("names", [[], ["nothing"], ["duty", "nothing"]])
def test_what_is_no_role_is_refused(names: list[str]) -> None:
    with pytest.raises(Rejected, match="There is no such role"):
        checked(names)


def test_every_role_has_its_name_in_the_audit_log_and_no_two_the_same() -> None:
    assert set(AUDITED) == set(Role)
    assert len(set(AUDITED.values())) == len(Role)


def test_every_permission_has_a_rule_and_somebody_who_has_it() -> None:
    assert set(RULES) == set(Permission)
    assert all(rule.reach for rule in RULES.values())
    assert len({rule.meaning for rule in RULES.values()}) == len(RULES)


def test_who_runs_the_platform_or_audits_it_sees_no_case_data() -> None:
    case_data = ("returns.", "cases.", "transfers.", "matching.", "subjects.", "agreements.check")
    for permission, rule in RULES.items():
        if permission.startswith(case_data):
            assert not {Role.ENGINEER, Role.AUDITOR} & set(rule.reach), permission


def test_a_permission_is_given_to_no_role_whose_step_would_refuse_it() -> None:
    steps = {
        Permission.CASES_IMPORT: (Duty.IMPORT,),
        Permission.TRANSFERS_PREPARE: (Duty.PREPARE, Duty.SEND),
        Permission.TRANSFERS_AUTHORISE: (Duty.AUTHORISE,),
        Permission.TRANSFERS_RECALL: (Duty.RECALL,),
        Permission.TRANSFERS_SEE: (Duty.SEE, Duty.COMPLETE),
        Permission.TRANSFERS_ANSWER: (Duty.ANSWER, Duty.SETTLE),
        Permission.MATCHING_DECIDE: (Duty.MATCH,),
        Permission.SUBJECTS_REPORT: (Duty.ACCESS,),
        Permission.RETURNS_PREPARE: (Duty.RETURN,),
        Permission.RETURNS_SIGN: (Duty.SIGN_OFF,),
    }
    assert {duty for duties in steps.values() for duty in duties} == set(Duty)
    for permission, duties in steps.items():
        for role in RULES[permission].reach:
            assert all(AUDITED[role] in DUTIES[duty] for duty in duties), (permission, role)


def test_an_auditor_changes_nothing() -> None:
    changes = {permission for permission, rule in RULES.items() if Role.AUDITOR in rule.reach}
    assert {item for item in changes if not item.endswith((".read", ".verify"))} == {
        Permission.SELF_CHANGE,
        Permission.TOKENS_MAKE,
        Permission.TOKENS_REVOKE,
    }


def test_every_separation_says_why() -> None:
    assert all(why.endswith(".") and one and others for one, others, why in SEPARATE)
