"""Who may do what: every address of the running application, by every role, on own, team's and foreign objects.

The table says it a second time, without the code: one letter for the role (Officer, Duty, Manager, Engineer,
Governance, Auditor), one for how far it reaches (own, team, all). An address that is not in the table fails.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

import operator_objects as objects
from gateway.api.operator import openapi
from gateway.api.operator.app import create_operator_app
from gateway.api.operator.gate import Open
from gateway.api.operator.routes import Routes, access_of, served
from gateway.operator.accounts import Account
from gateway.operator.permissions import RULES, Permission
from gateway.operator.roles import Role
from itp_exchange import ANN
from operator_rig import PASSWORD, Rig, code, rig
from store_builder import numbered, opened

NOBODY = ""
"""For whom nobody has to be signed in."""
EVERYBODY = "Oo Do Mo Eo Go Ao"
TABLE: dict[str, str] = {
    "GET /api/sign-in": NOBODY,
    "POST /api/sign-in": NOBODY,
    "POST /api/password": NOBODY,
    "GET /api/sign-in/oidc": NOBODY,
    "GET /api/sign-in/oidc/callback": NOBODY,
    "POST /api/sign-out": EVERYBODY,
    "GET /api/me": EVERYBODY,
    "POST /api/me/password": EVERYBODY,
    "GET /api/tokens": "Oo Do Mo Eo Ga Aa",
    "POST /api/tokens": EVERYBODY,
    "DELETE /api/tokens/{token_id}": "Oo Do Mo Eo Ga Ao",
    "GET /api/accounts": "Ga Aa",
    "GET /api/accounts/{account_id}": "Ga Aa",
    "POST /api/accounts": "Ga",
    "POST /api/accounts/{account_id}/roles": "Ga",
    "POST /api/accounts/{account_id}/clearances": "Ga",
    "POST /api/accounts/{account_id}/close": "Ga",
    "POST /api/accounts/{account_id}/invite": "Ga",
    "GET /api/break-glass": "Do Mo Ga Aa",
    "GET /api/break-glass/{emergency_id}": "Do Mo Ga Aa",
    "POST /api/break-glass": "Da Ma",
    "POST /api/break-glass/{emergency_id}/review": "Ga",
    "POST /api/returns/checks": "Oo",
    "GET /api/returns/checks": "Ot",
    "GET /api/returns/checks/{check_id}": "Ot",
    "GET /api/returns/checks/{check_id}/report/{report_format}": "Ot",
    "DELETE /api/returns/checks/{check_id}": "Oo",
    "POST /api/returns": "Ot",
    "GET /api/returns": "Ot Mt",
    "GET /api/returns/{return_id}": "Ot Mt",
    "POST /api/returns/{return_id}/check": "Ot",
    "POST /api/returns/{return_id}/notes": "Ot",
    "GET /api/returns/{return_id}/notes": "Ot Mt",
    "POST /api/returns/{return_id}/sign-off": "Ot Mt",
    "POST /api/returns/{return_id}/pack": "Ot",
    "POST /api/returns/{return_id}/submitted": "Ot",
    "POST /api/returns/{return_id}/answer": "Ot",
    "GET /api/returns/{return_id}/files/{file_number}/report/{report_format}": "Ot Mt",
    "GET /api/returns/{return_id}/files/{file_number}/upload/{part}": "Ot",
    "POST /api/returns/{return_id}/files/{file_number}/errors": "Ot",
    "GET /api/returns/{return_id}/files/{file_number}/errors": "Ot Mt",
    "POST /api/cases": "Da Ma",
    "POST /api/search/cases": "Da Ma",
    "POST /api/transfers": "Dt Mt",
    "POST /api/search/transfers": "Dt Mt",
    "GET /api/transfers/{reference}": "Dt Mt",
    "GET /api/transfers/{reference}/preview": "Dt Mt",
    "POST /api/transfers/{reference}/authorise": "Dt Mt",
    "POST /api/transfers/{reference}/send": "Dt Mt",
    "POST /api/transfers/{reference}/cancel": "Dt Mt",
    "POST /api/transfers/{reference}/release": "Dt Mt",
    "POST /api/transfers/{reference}/recall": "Dt Mt",
    "POST /api/transfers/{reference}/stand-down": "Dt Mt",
    "GET /api/transfers/{reference}/arrival": "Dt Mt",
    "GET /api/transfers/{reference}/page": "Dt Mt",
    "POST /api/transfers/{reference}/see": "Dt Mt",
    "POST /api/transfers/{reference}/accept": "Mt",
    "POST /api/transfers/{reference}/decline": "Mt",
    "POST /api/transfers/{reference}/complete": "Dt Mt",
    "POST /api/transfers/{reference}/differences/{number}": "Mt",
    "POST /api/transfers/{reference}/answer-recall": "Mt",
    "POST /api/transfers/{reference}/nothing-to-tell": "Dt Mt",
    "GET /api/reviews": "Da Ma",
    "GET /api/reviews/{review_id}": "Da Ma",
    "POST /api/reviews/{review_id}/decide": "Da Ma",
    "POST /api/subject-access": "Ga",
    "GET /api/agreements": "Oa Da Ma Ga Aa",
    "GET /api/agreements/{agreement_id}": "Oa Da Ma Ga Aa",
    "POST /api/agreement-checks": "Da Ma",
    "GET /api/partners": "Da Ma Ea Ga",
    "GET /api/partners/{organisation}": "Da Ma Ea Ga",
    "POST /api/partners/{organisation}/hold": "Ea",
    "POST /api/partners/{organisation}/resume": "Ea",
    "POST /api/search/messages": "Ma Ea Ga",
    "GET /api/messages/{number}": "Ma Ea Ga",
    "POST /api/messages/{number}/release": "Ea",
    "POST /api/messages/{number}/hold": "Ea",
    "POST /api/messages/{number}/owner": "Ea",
    "POST /api/messages/{number}/return": "Ma",
    "POST /api/messages/{number}/discard": "Ma",
    "GET /api/messages/replays": "Ma Ea Ga",
    "POST /api/messages/replays/plan": "Ma Ea Ga",
    "POST /api/messages/replays": "Ea",
    "POST /api/messages/replays/{replay_id}/pause": "Ea",
    "POST /api/messages/replays/{replay_id}/resume": "Ea",
    "GET /api/holds": "Ea Ga Aa",
    "POST /api/holds": "Ga",
    "POST /api/holds/{number}/lift": "Ga",
    "GET /api/alerts": "Ma Ea Ga",
    "POST /api/alerts/close": "Ea",
    "POST /api/search/audit": "Ga Aa",
    "POST /api/audit/verify": "Ea Ga Aa",
}
BY_PERSON = {
    "POST /api/sign-out",
    "POST /api/me/password",
    "POST /api/tokens",
    "POST /api/accounts",
    "POST /api/accounts/{account_id}/roles",
    "POST /api/accounts/{account_id}/clearances",
    "POST /api/accounts/{account_id}/close",
    "POST /api/accounts/{account_id}/invite",
    "POST /api/break-glass",
    "POST /api/break-glass/{emergency_id}/review",
    "POST /api/returns/{return_id}/sign-off",
    "POST /api/transfers/{reference}/authorise",
    "POST /api/transfers/{reference}/release",
    "POST /api/transfers/{reference}/recall",
    "POST /api/transfers/{reference}/stand-down",
    "GET /api/transfers/{reference}/arrival",
    "GET /api/transfers/{reference}/page",
    "POST /api/transfers/{reference}/see",
    "POST /api/transfers/{reference}/accept",
    "POST /api/transfers/{reference}/decline",
    "POST /api/transfers/{reference}/complete",
    "POST /api/transfers/{reference}/differences/{number}",
    "POST /api/transfers/{reference}/answer-recall",
    "POST /api/reviews/{review_id}/decide",
    "POST /api/subject-access",
    "POST /api/messages/{number}/return",
    "POST /api/messages/{number}/discard",
    "POST /api/holds",
    "POST /api/holds/{number}/lift",
}
"""What no program does, whatever its token."""
LETTERS = {role.value[0].upper(): role for role in Role}
REACHED = {"o": ("own",), "t": ("own", "team"), "a": ("own", "team", "foreign")}
MAKERS: dict[str, objects.Maker] = {
    "token_id": objects.token,
    "emergency_id": objects.emergency,
    "check_id": objects.check,
    "return_id": objects.draft_return,
    "reference": objects.transfer,
}
"""Objects that are somebody's, by the name of their parameter."""
SHARED: dict[str, objects.Maker] = {
    "account_id": objects.account,
    "number": objects.dead_letter,
    "review_id": objects.review,
    "replay_id": objects.going_replay,
    "organisation": lambda _rig, _owner: str(ANN.organisation),
    "agreement_id": lambda _rig, _owner: "a-1",
    "report_format": lambda _rig, _owner: "json",
    "file_number": lambda _rig, _owner: "1",
    "part": lambda _rig, _owner: "zip",
}
"""Objects that are nobody's."""
REASON = {"reason": "duplicate"}
BODIES: dict[str, Any] = {
    "POST /api/me/password": {"old": PASSWORD, "new": "another long password"},
    "POST /api/tokens": {"label": "test", "scopes": ["self.read"], "days": 1},
    "POST /api/accounts/{account_id}/roles": {"roles": ["manager"], "team": "north"},
    "POST /api/accounts/{account_id}/clearances": {"classes": ["X2"]},
    "POST /api/break-glass": {
        "object_id": f"conversation:{numbered(1)}",
        "reason": "child-at-risk",
        "words": "Why.",
        "hours": 1,
    },
    "POST /api/break-glass/{emergency_id}/review": {"verdict": "justified"},
    "POST /api/search/cases": {"person": "eva"},
    "POST /api/transfers": {**objects.WANTED, "partners": [ANN.organisation]},
    "POST /api/search/transfers": {},
    "POST /api/transfers/{reference}/release": {"person": "eva", "places": ["address"], **REASON},
    "POST /api/transfers/{reference}/recall": REASON,
    "POST /api/transfers/{reference}/accept": {"effective": "2026-11-25"},
    "POST /api/transfers/{reference}/decline": REASON,
    "POST /api/transfers/{reference}/complete": {"outcome_on": "2026-11-25"},
    "POST /api/transfers/{reference}/differences/{number}": {"take": True},
    "POST /api/transfers/{reference}/answer-recall": {"delete": True},
    "POST /api/reviews/{review_id}/decide": {"verdict": "different", "reason": "none"},
    "POST /api/subject-access": {"person": "eva"},
    "POST /api/transfers/{reference}/authorise": {"digest": "0" * 64},
    "POST /api/agreement-checks": {**objects.WANTED, "partner": ANN.organisation},
    "POST /api/search/messages": {},
    "POST /api/messages/{number}/release": REASON,
    "POST /api/messages/{number}/hold": REASON,
    "POST /api/messages/{number}/owner": {"owner": "operator"},
    "POST /api/messages/{number}/return": REASON,
    "POST /api/messages/{number}/discard": REASON,
    "POST /api/messages/replays/plan": {},
    "POST /api/messages/replays": {"which": {"reason": "nothing-has-this"}},
    "POST /api/messages/replays/{replay_id}/resume": {},
    "POST /api/holds": {
        "scope": "conversation",
        "value": numbered(1),
        "reason": "inquiry",
        "review_by": "2099-01-01T00:00:00Z",
    },
    "POST /api/search/audit": {},
    "POST /api/returns/{return_id}/sign-off": {"seen": "0" * 64},
    "POST /api/returns/{return_id}/submitted": {},
    "POST /api/returns/{return_id}/answer": {"answer": "queried"},
}
RAW: dict[str, tuple[bytes, str]] = {
    "POST /api/returns/checks": (b"<x/>", "application/xml"),
    "POST /api/returns": (objects.CENSUS, "application/xml"),
    "POST /api/returns/{return_id}/notes": (b"rule,child,note\r\n", "text/csv"),
    "POST /api/returns/{return_id}/files/{file_number}/errors": (b"Rule,Type\r\n8925,Error\r\n", "text/csv"),
    "POST /api/cases": (objects.CASE.encode(), "application/json"),
}
"""Bodies that are files."""
# What is allowed and does not work all the same.
OTHERWISE: dict[tuple[str, str], tuple[int, str]] = {
    # Nobody is their own second person.
    ("POST /api/transfers/{reference}/authorise", "own"): (422, "api-422-rejected"),
    ("POST /api/transfers/{reference}/release", "own"): (422, "api-422-rejected"),
    # Nothing of the child is hidden.
    ("POST /api/transfers/{reference}/release", "team"): (422, "api-422-rejected"),
    ("POST /api/break-glass/{emergency_id}/review", "own"): (422, "api-422-rejected"),
    # It was not what was seen, it is not authorised, it is held, it is not done, it is not paused: who asks may know.
    ("POST /api/transfers/{reference}/authorise", "team"): (409, "api-409-held"),
    ("POST /api/transfers/{reference}/send", "own"): (422, "api-422-rejected"),
    ("POST /api/transfers/{reference}/send", "team"): (422, "api-422-rejected"),
    ("POST /api/messages/{number}/hold", "own"): (409, "api-409-not-allowed"),
    ("GET /api/returns/checks/{check_id}/report/{report_format}", "own"): (409, "api-409-not-allowed"),
    ("GET /api/returns/checks/{check_id}/report/{report_format}", "team"): (409, "api-409-not-allowed"),
    ("POST /api/messages/replays/{replay_id}/resume", "own"): (422, "api-422-rejected"),
}
for _step in (
    *("recall", "stand-down", "see", "accept", "decline", "complete", "differences/{number}", "nothing-to-tell"),
    *("answer-recall", "arrival"),
):
    # The object is a draft of ours: it came from nobody, and was not sent.
    _method = "GET" if _step == "arrival" else "POST"
    for _whose in ("own", "team"):
        OTHERWISE[f"{_method} /api/transfers/{{reference}}/{_step}", _whose] = (422, "api-422-rejected")
for _step in ("notes", "pack", "submitted", "answer", "sign-off"):
    # The object is a draft; what was seen of it is not what is signed.
    for _whose in ("own", "team"):
        _told = "api-409-held" if _step == "sign-off" else "api-409-not-allowed"
        OTHERWISE[f"POST /api/returns/{{return_id}}/{_step}", _whose] = (409, _told)
for _part in ("GET report/{report_format}", "GET upload/{part}", "POST errors", "GET errors"):
    _method, _, _rest = _part.partition(" ")
    for _whose in ("own", "team"):
        _name = f"{_method} /api/returns/{{return_id}}/files/{{file_number}}/{_rest}"
        OTHERWISE[_name, _whose] = (409, "api-409-not-allowed")
ROUTES = {
    f"{method} {route.path}": route for route in served(openapi.router().routes) for method in route.methods or ()
}


@dataclass
class People:
    """A gateway with somebody of each role in the team north, a colleague there, and somebody in the south."""

    rig: Rig
    of_role: dict[Role, Account]
    mate: Account
    stranger: Account
    shared: dict[str, str] = field(default_factory=dict)

    def owner(self, role: Role, whose: str) -> Account:
        return {"own": self.of_role[role], "team": self.mate, "foreign": self.stranger}[whose]

    def browser(self, role: Role) -> httpx.Client:
        return self.rig.of(self.of_role[role])

    def path(self, name: str, owner: Account) -> str:
        """Fill in the parameters of a route, with an object of that owner."""
        path = name.partition(" ")[2]
        makers = {**SHARED, **MAKERS}
        if "/holds/" in path:
            makers["number"] = objects.hold
        for parameter, maker in makers.items():
            if f"{{{parameter}}}" in path:
                path = path.replace(f"{{{parameter}}}", maker(self.rig, owner))
        return path

    def ask(self, client: httpx.Client, name: str, path: str) -> httpx.Response:
        """Send a good request."""
        if name in RAW:
            content, kind = RAW[name]
            return client.post(path, content=content, headers={"content-type": kind})
        body = BODIES.get(name)
        if name == "POST /api/accounts":
            body = {"name": objects.name(), "roles": ["duty"]}
        if name == "POST /api/alerts/close":
            body = objects.alert(self.rig)
        return client.request(name.partition(" ")[0], path, json=body)


@pytest.fixture(scope="module")
def people(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    folder = tmp_path_factory.mktemp("matrix")
    store = opened(f"sqlite:///{shutil.copy(sqlite_template, folder / 'store.sqlite')}")
    at = rig(store, folder)
    of_role = {role: at.account(f"{role.value}.one", role, team="north") for role in Role}
    made = People(
        at, of_role, at.account("mate.one", Role.DUTY, team="north"), at.account("far.one", Role.DUTY, team="s")
    )
    objects.with_agreement(at)
    yield made
    store.engine.dispose()


def allowed(name: str) -> dict[Role, tuple[str, ...]]:
    """Read a line of the table: by role, whose objects are within reach."""
    return {LETTERS[word[0]]: REACHED[word[1]] for word in TABLE[name].split()}


def test_the_table_has_every_address_of_the_application_and_no_other(people: People) -> None:
    running = {
        f"{method} {route.path}" for route in served(people.rig.app.app.routes) for method in route.methods or ()
    }
    assert running == set(TABLE)


def test_only_signing_in_is_open(people: People) -> None:
    assert {name for name, route in ROUTES.items() if isinstance(access_of(route), Open)} == {
        name for name, line in TABLE.items() if line == NOBODY
    }


CLOSED = sorted(name for name, line in TABLE.items() if line != NOBODY)


@pytest.mark.parametrize("name", CLOSED)
def test_nobody_without_a_session_or_with_a_wrong_token(people: People, name: str) -> None:
    path = (
        people.path(name, people.stranger)
        if "{" not in name
        else name.partition(" ")[2].replace("{", "").replace("}", "")
    )
    assert code(people.ask(people.rig.browser(), name, path)) == (401, "api-401-sign-in")
    wrong = people.rig.browser(authorization="Bearer icsgw_wrong")
    assert code(people.ask(wrong, name, path)) == (401, "api-401-sign-in")


@pytest.mark.parametrize("name", CLOSED)
def test_a_role_that_may_not_is_refused_whoever_made_the_object(people: People, name: str) -> None:
    for role in set(Role) - set(allowed(name)):
        for whose in ("own", "foreign"):
            answer = people.ask(people.browser(role), name, _any_path(people, name, role, whose))
            assert code(answer) == (403, "api-403-permission"), (role, whose)


def _any_path(people: People, name: str, role: Role, whose: str) -> str:
    """Give a path with an object; a refusal changes none, so that one will do for all requests of a parameter."""
    owner = people.owner(role, whose)
    key = f"{name.partition(' ')[2]} {owner.id}"
    if key not in people.shared:
        people.shared[key] = people.path(name, owner)
    return people.shared[key]


@pytest.mark.parametrize("name", CLOSED)
def test_a_role_that_may_reaches_as_far_as_the_table_says(people: People, name: str) -> None:
    ownable = any(f"{{{parameter}}}" in name for parameter in MAKERS)
    for role, reached in allowed(name).items():
        for whose in ("own", "team", "foreign") if ownable else ("own",):
            if name in {"POST /api/sign-out", "POST /api/me/password"}:
                client = people.rig.somebody(role)
            else:
                client = people.browser(role)
            answer = people.ask(client, name, people.path(name, people.owner(role, whose)))
            if whose not in reached:
                assert code(answer) == (404, "api-404-unknown"), (role, whose)
            elif (name, whose) in OTHERWISE:
                assert code(answer) == OTHERWISE[name, whose], (role, whose, answer.text)
            else:
                assert answer.status_code < 300, (role, whose, answer.text)


@pytest.mark.parametrize("name", sorted(set(CLOSED) - BY_PERSON))
def test_a_token_needs_the_scope(people: People, name: str) -> None:
    needed = access_of(ROUTES[name])
    assert isinstance(needed, Permission)
    role = next(iter(allowed(name)))
    account = people.of_role[role]
    for scopes, expected in (([needed], True), ([Permission.SELF_READ], needed is Permission.SELF_READ)):
        text = objects.text_of_token(people.rig, account, scopes)
        program = people.rig.browser(authorization=f"Bearer {text}")
        answer = people.ask(program, name, people.path(name, account))
        if expected:
            assert answer.status_code not in {401, 403}, answer.text
        else:
            assert code(answer) == (403, "api-403-permission")


@pytest.mark.parametrize("name", sorted(BY_PERSON))
def test_what_only_a_person_does_no_token_can_have(people: People, name: str) -> None:
    permission = access_of(ROUTES[name])
    assert isinstance(permission, Permission)
    assert RULES[permission].by_person
    role = next(iter(allowed(name)))
    answer = people.browser(role).post("/api/tokens", json={"label": "test", "scopes": [permission], "days": 1})
    assert code(answer) == (422, "api-422-rejected")


def test_an_address_without_its_access_cannot_be_registered(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    routes = Routes("/api/new", "new")
    with pytest.raises(TypeError, match="access"):
        routes.get("")(lambda: None)  # type: ignore[call-arg]  # that is the point
    routes.router.add_api_route("/api/new", lambda: None, methods=["GET"])
    monkeypatch.setattr(openapi, "ROUTES", (*openapi.ROUTES, routes))
    with pytest.raises(TypeError, match="has no access"):
        create_operator_app(people.rig.desk)
