"""Legal gateways: what makes sharing lawful, by the codes that messages carry, and which wait for commencement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

NONE_COMMENCED: Mapping[str, date] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Gateway:
    """A provision that allows or requires sharing; `unconfirmed` says what was not seen in its text.

    One that `waits` is enacted and is not used until an installation states the day on which it commenced.
    """

    code: str
    law: str
    use: str
    waits: bool = False
    unconfirmed: str = ""

    def in_force(self, on: date, commenced: Mapping[str, date] = NONE_COMMENCED) -> bool:
        """Tell whether the provision may be relied on that day; `commenced` gives days of commencement by code."""
        since = commenced.get(self.code)
        return not self.waits if since is None else since <= on


DUTY_TO_SHARE = Gateway(
    "LG-CA04-16LA",
    "Children Act 2004 s16LA, inserted by the Children's Wellbeing and Schools Act 2026 s4",
    "duty to share what bears on a child's safeguarding or welfare",
    waits=True,
    unconfirmed="the day of commencement, and that it also applies when another covered body asks",
)

GATEWAYS: Mapping[str, Gateway] = MappingProxyType(
    {
        gateway.code: gateway
        for gateway in (
            Gateway("LG-CA89-17", "Children Act 1989 s17", "services for children in need"),
            Gateway("LG-CA89-20/22/22A-D", "Children Act 1989 ss20, 22 and 22A to 22D", "accommodation and placements"),
            Gateway("LG-CA89-23A-E", "Children Act 1989 ss23A to 23E and 24 to 24D", "care leavers"),
            Gateway("LG-CA89-27", "Children Act 1989 s27", "help between authorities on request"),
            Gateway(
                "LG-CA89-47",
                "Children Act 1989 s47",
                "enquiries into significant harm: listed bodies must assist (subsections 9 to 11), and the authority "
                "where the child ordinarily lives is consulted (12)",
            ),
            Gateway("LG-CA89-67", "Children Act 1989 s67 and Schedule 8", "private fostering"),
            Gateway(
                "LG-CA89-85/86",
                "Children Act 1989 ss85 and 86",
                "children in long stays in health, education or care-home settings",
            ),
            Gateway("LG-CA04-10/11", "Children Act 2004 ss10 and 11", "cooperation and safeguarding arrangements"),
            Gateway(
                "LG-CA04-16H",
                "Children Act 2004 s16H",
                "information for safeguarding partners",
                unconfirmed="its scope for individual cases",
            ),
            DUTY_TO_SHARE,
            Gateway(
                "LG-CPPR10",
                "Care Planning, Placement and Case Review (England) Regulations 2010",
                "notices about looked-after children",
            ),
            Gateway("LG-ACA02", "Adoption and Children Act 2002; SI 2005/389 and SI 2005/888", "adoption records"),
            Gateway(
                "LG-IA16-69/70/72",
                "Immigration Act 2016 ss69, 70 and 72",
                "transfer of unaccompanied asylum-seeking children",
            ),
            Gateway("LG-CDA98-115", "Crime and Disorder Act 1998 s115", "youth justice and police"),
            Gateway("LG-SEND14-15", "SEND Regulations 2014 reg 15", "education, health and care plans"),
            Gateway(
                "LG-EA96-436A..",
                "Education Act 1996 s436A; ss436B to 436G are enacted and not commenced",
                "missing education or not in school",
            ),
        )
    }
)
"""The duty to share is the dated switch: name the day under `DUTY_TO_SHARE.code` once it is commenced."""

SHARING_TEST: tuple[tuple[str, str], ...] = (
    ("relevant", "Is it relevant to safeguarding the child or promoting the child's welfare?"),
    ("recipient", "Is the recipient a covered body, and of which class?"),
    ("function", "May it help the recipient with one of its relevant functions, and which?"),
    ("detriment", "Would disclosure harm the child more than not disclosing?"),
)
"""The four-part test of the duty to share. Sharing and not sharing are both recorded, with who decided and why."""

CONDITIONS: tuple[tuple[str, str], ...] = (
    ("UK GDPR Art 6(1)(c)", "legal obligation"),
    ("UK GDPR Art 6(1)(e)", "public task"),
    ("UK GDPR Art 9(2)(g), DPA 2018 Sch 1 para 18", "safeguarding of children and of individuals at risk"),
    ("UK GDPR Art 9(2)(g), DPA 2018 Sch 1 para 6", "statutory purposes"),
    ("UK GDPR Art 9(2)(h), DPA 2018 Sch 1 para 2", "health or social care"),
    ("UK GDPR Art 10, DPA 2018 Sch 1", "criminal-offence data"),
)
"""What a local authority may rely on in data protection. Consent is rarely the right basis."""
