from __future__ import annotations

import pytest

from gateway.matching.candidate import candidate, partner_reference, postcode, sector


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ls1 4ab", "LS14AB"),
        ("EC1A 1BB", "EC1A1BB"),
        (" M1  1AE", "M11AE"),
        ("ZZ99 3VZ", ""),
        ("XXXX", ""),
        ("LS1", ""),
        ("", ""),
    ],
)
def test_a_postcode_is_written_one_way_or_left_out(text: str, expected: str) -> None:
    assert postcode(text) == expected


def test_a_sector_is_the_outward_part_and_a_digit() -> None:
    assert sector(postcode("LS1 4AB")) == "LS14"
    assert sector(postcode("EC1A 1BB")) == "EC1A1"


def test_what_has_not_its_form_is_left_out() -> None:
    made = candidate(
        "ours-1",
        family=["", "Marsh"],
        given=["Baby"],
        sex="U",
        nhs_number="999 000 0019",
        nhs_verified=True,
        former_nhs_numbers=["999 000 0026", "12"],
        upns=["h801200001001", "G80120000101A", "B801200001001"],
        postcodes=["LS1 4AB", "nowhere"],
        uprns=["000123", "0"],
    )
    assert [name.whole for name in made.families] == ["marsh"]
    assert made.givens == frozenset()
    assert (made.sex, made.nhs_number, made.nhs_verified) == ("", "", False)
    assert made.former_nhs_numbers == {"9990000026"}
    assert made.upns == {"H801200001001"}
    assert made.postcodes == {"LS14AB"}
    assert made.uprns == {"123"}


def test_an_nhs_number_is_read_with_its_spaces() -> None:
    assert candidate("ours-1", nhs_number="999 000 0018").nhs_number == "9990000018"


def test_two_partners_may_use_one_reference() -> None:
    assert partner_reference("urn:a", "7") != partner_reference("urn:b", "7")
