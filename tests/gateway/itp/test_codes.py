from __future__ import annotations

import pytest

from gateway.itp.codes import TABLE, Code, Refused, answered
from schemas.errors import GatewayError, Held, Misconfigured, Permanent, Rejected, Transient

EXPECTED = {
    "itp-400-malformed": Rejected,
    "itp-401-signature": Transient,
    "itp-401-replay": Transient,
    "itp-403-org-mismatch": Misconfigured,
    "itp-403-partner-status": Misconfigured,
    "itp-404-unknown": Transient,
    "itp-409-conflict": Permanent,
    "itp-410-expired": Held,
    "itp-413-too-large": Rejected,
    "itp-415-schema": Rejected,
    "itp-422-key": Rejected,
    "itp-422-manifest": Permanent,
    "itp-422-policy": Held,
    "itp-422-content": Held,
    "itp-429-slow": Transient,
    "itp-503-busy": Transient,
}


def test_the_codes_are_those_of_the_protocol() -> None:
    assert sorted(Code) == sorted(EXPECTED)
    assert set(TABLE) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_the_status_is_the_one_in_the_code(code: Code) -> None:
    assert TABLE[code].status == int(code.split("-")[1])


@pytest.mark.parametrize(("code", "then"), EXPECTED.items())
def test_an_answer_becomes_the_error_that_the_runner_acts_on(code: str, then: type[GatewayError]) -> None:
    error = answered(Code(code))
    assert type(error) is then
    assert error.message == f"{code}: {TABLE[Code(code)].meaning}"
    assert error.hint == TABLE[Code(code)].action


def test_what_the_security_officer_must_hear_of_is_marked() -> None:
    alerts = {code for code, entry in TABLE.items() if entry.alert}
    assert alerts == {Code.SIGNATURE, Code.ORG_MISMATCH, Code.CONFLICT, Code.MANIFEST}
    assert all("alert" in TABLE[code].action for code in alerts)


def test_a_refusal_goes_back_to_the_sender_with_its_code_and_what_to_do() -> None:
    error = Refused(Code.EXPIRED, "The message is past its expiry.")
    assert isinstance(error, Rejected)
    assert (error.code, error.message) == (Code.EXPIRED, "The message is past its expiry.")
    assert error.hint == "A person decides."
