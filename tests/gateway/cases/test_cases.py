"""Our case files: versions stay, people are found without their names in clear, and matching sees each change."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from adapters.case.demo.moving import moving_family, papers
from case_family import family, record
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.cases import files, links
from gateway.cases import papers as kept_papers
from gateway.cases.digests import Digests, What, digests, numbers
from gateway.cases.imports import import_case, import_papers, with_what_transfers_brought
from gateway.cases.population import population
from gateway.matching.candidate import Candidate
from gateway.matching.pairs import Basis, Link, undo
from gateway.store.engine import writing
from gateway.store.store import Store
from schemas.case.record import CaseFile
from schemas.case.text import write_case
from schemas.errors import Rejected
from store_builder import NOW, SENDER

STEWARD = Actor(SENDER, Role.DATA_STEWARD, "00000000-0000-4000-8000-000000000001")
TODAY = date(2026, 11, 25)


def put(store: Store, case: CaseFile) -> files.Held:
    return import_case(store, STEWARD, write_case(case).encode(), NOW)


def brought(case: CaseFile) -> CaseFile:
    """Say of the father's record and of a plan that a message brought them."""
    dad = case.somebody("dad")
    via = dad.model_copy(update={"provenance": dad.provenance.model_copy(update={"via": "m-1"})})
    plan = record("cp_plans", "plan", person="eva", start_date=TODAY)
    from_there = plan.model_copy(update={"provenance": plan.provenance.model_copy(update={"via": "m-1"})})
    people = tuple(via if person.id == "dad" else person for person in case.person)
    return case.with_records("person", people).with_records("cp_plans", (from_there,))


def test_an_import_is_the_next_version_and_the_same_again_is_none(store: Store) -> None:
    assert [put(store, family()).version, put(store, family()).version] == [1, 1]
    changed = family(cp_plans=[record("cp_plans", "plan", person="eva", start_date=TODAY)])
    assert put(store, changed).version == 2
    assert [len(held.file.cp_plans) for held in files.versions(store, "f1")] == [0, 1]
    assert files.names(store) == ("f1",)


def test_nothing_of_a_file_is_in_the_database_in_clear(store: Store) -> None:
    case = moving_family(1, TODAY)
    put(store, case)
    child = case.children[0]
    with writing(store.engine) as connection:
        rows = [
            " ".join(map(str, row))
            for table in ("documents", "case_names", "audit_pending")
            for row in connection.execute(text(f"SELECT * FROM {table}")).all()
        ]
    told = (child.forename, child.surname, child.nhs_number, child.upn, child.id)
    assert not any(value in row for row in rows for value in told if value)


def test_people_are_found_by_id_and_by_every_number(store: Store) -> None:
    case = moving_family(1, TODAY)
    put(store, case)
    known = digests(store, NOW)
    child = case.children[0]
    for name in (child.id, f"NHS_NUMBER:{child.nhs_number}", f"UPN:{child.upn}"):
        assert files.of_person(store, known, name) == (case.id,)
    assert files.of_person(store, known, "nobody") == ()
    assert list(numbers(case, child.id))[:1] == [f"NHS_NUMBER:{child.nhs_number}"]


def test_digests_are_of_this_store_alone_and_of_one_kind_of_name(store: Store) -> None:
    known = digests(store, NOW)
    assert known.of(What.PERSON, "p") == digests(store, NOW).of(What.PERSON, "p")
    assert known.of(What.PERSON, "p") != known.of(What.NUMBER, "p")
    assert known.of(What.PERSON, "p") != Digests(b"another key").of(What.PERSON, "p")


def test_what_a_transfer_brought_stays_until_our_system_has_it() -> None:
    before = brought(family())
    case = with_what_transfers_brought(family(), before)
    assert [plan.id for plan in case.cp_plans] == ["plan"]
    own = family(cp_plans=[record("cp_plans", "plan", person="eva", start_date=date(2026, 1, 1))])
    assert with_what_transfers_brought(own, before).cp_plans == own.cp_plans


def test_somebody_whom_a_transfer_brought_stays_with_the_records_about_them() -> None:
    before = brought(family())
    people = tuple(person for person in family().person if person.id != "dad")
    ties = tuple(tie for tie in family().relationships if "dad" not in tie.subjects)
    without_dad = CaseFile(id="f1", person=people, relationships=ties)
    assert {person.id for person in with_what_transfers_brought(without_dad, before).person} == {
        "mum",
        "dad",
        "eva",
        "jon",
    }


def test_what_our_system_no_longer_has_goes() -> None:
    before = family(cp_plans=[record("cp_plans", "plan", person="eva", start_date=TODAY)])
    assert with_what_transfers_brought(family(), before).cp_plans == ()


def test_what_is_no_case_file_is_refused_and_so_is_who_may_not(store: Store) -> None:
    with pytest.raises(Rejected, match="This is no case record"):
        import_case(store, STEWARD, b"{}", NOW)
    operator = Actor(SENDER, Role.OPERATOR, STEWARD.staff)
    with pytest.raises(Rejected, match=r"^Your role may not import case files\.$"):
        import_case(store, operator, b"{}", NOW)
    with pytest.raises(Rejected, match=r"^Your role may not import case files\.$"):
        import_papers(store, operator, (), NOW)


def test_documents_are_kept_where_a_file_names_them(store: Store) -> None:
    put(store, moving_family(1, TODAY))
    known = papers()
    assert import_papers(store, STEWARD, [*known.values(), b"named by nobody"], NOW) == 1
    for digest, content in known.items():
        assert kept_papers.fetch(store, digest) == content
    assert kept_papers.fetch(store, "0" * 64) is None


def test_a_file_that_we_do_not_hold_is_said_to_be_none(store: Store) -> None:
    with pytest.raises(Rejected, match=r"^We hold no such case file\.$"):
        files.held(store, "nowhere")
    assert files.find(store, "nowhere") is None


@pytest.fixture
def one(sqlite_store: Store) -> Store:
    put(sqlite_store, family())
    return sqlite_store


def test_matching_sees_who_is_new_and_who_is_gone(one: Store) -> None:
    index = population(one).index(one, TODAY)
    assert len(index) == 2
    put(one, CaseFile(id="f2", person=(record("person", "ida", kind="CHILD", surname="Marsh"),)))  # type: ignore[arg-type]  # a person
    assert len(population(one).index(one, TODAY)) == 3
    only_eva = CaseFile(id="f1", person=tuple(person for person in family().person if person.id == "eva"))
    put(one, only_eva)
    assert len(population(one).index(one, TODAY)) == 2


def test_matching_sees_a_link_and_that_it_was_undone(one: Store) -> None:
    known = digests(one, NOW)
    link = Link(f"{SENDER}|t1", "eva", Basis.PERSON, "", "", 1.0, "w1", NOW)

    def keep(found: Link) -> None:
        with writing(one.engine) as connection:
            links.keep(one, connection, known, found, NOW)

    keep(link)
    (eva,) = [each for each in _people(one) if each.reference == "eva"]
    assert eva.known_as == {f"{SENDER}|t1"}
    keep(undo(link, "w2", NOW, "twins"))
    (eva,) = [each for each in _people(one) if each.reference == "eva"]
    assert eva.known_as == frozenset()
    assert [each.standing.value for each in links.history(one, known, link.theirs)] == ["linked", "undone"]


def _people(store: Store) -> tuple[Candidate, ...]:
    return population(store).index(store, TODAY).strangers(10, ())
