"""The numbers that people and establishments are known by, and how each proves that it was typed right.

A number that passes has the right form; whether it is the right person's it cannot say.
"""

from __future__ import annotations

import re

UPN_ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ"
UPN_LENGTH = 13
ULN_UNKNOWN = "9999999999"
_NEVER_ISSUED = 10
_UPN = re.compile(rf"[{UPN_ALPHABET}][0-9]{{11}}[0-9{UPN_ALPHABET}]")
_TEN_DIGITS = re.compile(r"[0-9]{10}")


def upn_check_letter(body: str) -> str | None:
    """Give the check letter that characters 2 to 13 of a UPN call for; None where they are not such characters.

    A digit counts as itself and a letter, which only the last may be, as its place in the alphabet
    without I, O and S; each is multiplied by its position, and the sum modulo 23 is the letter's place.
    Source: DfE unique pupil number guide.
    """
    if not _UPN.fullmatch(f"{UPN_ALPHABET[0]}{body}"):
        return None
    worth = [int(character) if character.isdigit() else UPN_ALPHABET.index(character) for character in body]
    return UPN_ALPHABET[sum(value * place for place, value in enumerate(worth, start=2)) % len(UPN_ALPHABET)]


def is_upn(text: str, authorities: frozenset[str] | None = None) -> bool:
    """Tell whether a text is a unique pupil number, permanent or temporary, with the right check letter.

    Where `authorities` is given, characters 2 to 4 must be one of them.
    """
    if len(text) != UPN_LENGTH or text[0] != upn_check_letter(text[1:]):
        return False
    return authorities is None or text[1:4] in authorities


def is_temporary_upn(text: str) -> bool:
    """Tell whether a unique pupil number is one that stands until the true one is found: it ends in a letter."""
    return is_upn(text) and text[-1].isalpha()


def nhs_check_digit(nine: str) -> str | None:
    """Give the tenth digit that nine digits of an NHS number call for; None where no number starts so.

    The weights are 10 to 2; 11 less the sum modulo 11 is the digit, 11 counts as 0, and 10 is never
    issued. Source: NHS Data Dictionary, NHS number.
    """
    if not _TEN_DIGITS.fullmatch(f"{nine}0"):
        return None
    digit = 11 - sum(int(character) * weight for character, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return None if digit == _NEVER_ISSUED else str(digit % 11)


def is_nhs_number(text: str) -> bool:
    """Tell whether a text is ten digits without spaces of which the last is the check digit."""
    return bool(_TEN_DIGITS.fullmatch(text)) and len(set(text)) > 1 and text[9] == nhs_check_digit(text[:9])


def is_uln(text: str) -> bool:
    """Tell whether a text is a unique learner number with its check digit, or ten nines for "not known yet".

    The weights are 10 to 2; 10 less the sum modulo 11 is the digit, and a remainder of 0 is never
    issued. Source: individualised learner record, rule DD01.
    """
    if not _TEN_DIGITS.fullmatch(text):
        return False
    remainder = sum(int(digit) * weight for digit, weight in zip(text[:9], range(10, 1, -1), strict=True)) % 11
    return text == ULN_UNKNOWN or (remainder != 0 and int(text[9]) == 10 - remainder)


def is_establishment(text: str, authorities: frozenset[str]) -> bool:
    """Tell whether a text is a DfE establishment number: an authority's three digits, then the school's four."""
    return bool(re.fullmatch(r"[0-9]{7}", text)) and text[:3] in authorities


def is_urn(text: str) -> bool:
    """Tell whether a text is the unique reference of a school (six digits) or of a social care provider.

    A provider has SC and six digits or seven digits, or seven times X where Ofsted does not register it.
    """
    return bool(re.fullmatch(r"[0-9]{6,7}|SC[0-9]{6}|X{7}", text))


def is_social_worker_number(text: str) -> bool:
    """Tell whether a text is a Social Work England number: two letters, then one to ten digits."""
    return bool(re.fullmatch(r"[A-Z]{2}[0-9]{1,10}", text))
