"""Made-up families to match: twins, brothers and sisters, people of the same name, hidden addresses. No real person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from gateway.matching.candidate import Candidate, Restriction, candidate, relative
from schemas.identifiers import nhs_check_digit, upn_check_letter

_FIRST_DAY = date(2008, 9, 1)
_DAYS = 6600
_SIZES = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)
_TWINS = 0.03
_HAS_NHS, _VERIFIED, _HAS_UPN = 0.9, 0.7, 0.75
_RESTRICTED = 0.02
_SPREAD = 0.75
_DOUBLE, _SECOND_NAME, _MOTHER_SAME_NAME, _TWO_PARENTS = 0.06, 0.15, 0.6, 0.7
_FIRST_TWO = 2
_FROM_UPN = 1_000


@dataclass(frozen=True, slots=True)
class Origin:
    """A pool of names, the commonest first."""

    name: str
    share: float
    families: tuple[str, ...]
    girls: tuple[str, ...]
    boys: tuple[str, ...]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ORIGINS = (
    Origin(
        "British and Irish",
        0.62,
        _names(
            "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker "
            "White Roberts Green Hall Wood Jackson Clarke Harris Clark Turner Hill Moore Cooper Ward Morris "
            "King Watson O'Brien Murphy Kelly O'Connor Byrne Fletcher Marsh Pickering Thistlethwaite Ramsbottom "
            "Featherstone Winterbourne Ackroyd Bottomley Sugden Hebblethwaite Copley Dransfield Earnshaw "
            "Greenhalgh Haigh Illingworth Jagger Kershaw Lumb Micklethwaite Naylor Oldroyd Priestley Rawnsley "
            "Sutcliffe Tordoff Uttley Varley Whiteley"
        ),
        _names(
            "Olivia Amelia Isla Ava Ivy Freya Lily Florence Mia Willow Rosie Sophia Isabella Grace Daisy Sienna "
            "Poppy Elsie Emily Ella Evelyn Phoebe Evie Charlotte Harper Millie Matilda Maya Sophie Alice Emilia "
            "Isabelle Ruby Luna Maisie Aria Penelope Mila Bonnie Eva Hallie Eliza Ada Violet Esme Arabella "
            "Imogen Jessica Delilah Chloe Anna Hannah Bella Ellie Megan Lucy Holly Kayleigh Caitlin Niamh Orla"
        ),
        _names(
            "Oliver George Arthur Noah Muhammad Leo Oscar Harry Archie Jack Henry Charlie Freddie Theodore "
            "Thomas Finley Theo Alfie Jacob William Isaac Tommy Joshua James Lucas Alexander Arlo Roman Edward "
            "Elijah Teddy Mohammed Max Adam Albie Ethan Logan Joseph Sebastian Benjamin Harrison Mason Rory "
            "Reuben Luca Louie Samuel Reggie Jayden Kayden Brayden Callum Liam Connor Declan Kian Ryan Tyler "
            "Dylan Nathan"
        ),
    ),
    Origin(
        "South Asian",
        0.17,
        _names(
            "Khan Ahmed Hussain Ali Begum Patel Singh Kaur Akhtar Shah Miah Uddin Rahman Malik Iqbal Mahmood "
            "Bibi Chaudhry Sharma Kumar Mehta Desai Chowdhury Siddiqui Mirza Qureshi Bhatti Rashid Aslam Nawaz "
            "Raja Gill Dhillon Sandhu"
        ),
        _names(
            "Aisha Fatima Zainab Maryam Khadija Amina Hafsa Sana Iqra Safa Noor Zara Zahra Anaya Priya Simran "
            "Jasleen Meera Riya Ananya Hira Sumaiya Ruqayyah Inaya Alisha Aaliyah Mahnoor Laiba"
        ),
        _names(
            "Mohammed Muhammad Ibrahim Yusuf Ali Hassan Hussain Omar Hamza Zain Bilal Ahmed Adam Ismail Haroon "
            "Rayan Arjun Rohan Aarav Dev Harpreet Gurpreet Jaspreet Amir Usman Zakariya Eesa Musa"
        ),
    ),
    Origin(
        "Black African and Caribbean",
        0.09,
        _names(
            "Adeyemi Okafor Mensah Mohamed Abdi Campbell Okonkwo Osei Boateng Hassan Warsame Eze Balogun Owusu "
            "Asante Nwosu Ogunleye Bangura Kamara Sesay Tesfaye Haile Francis Joseph-Baptiste Ndlovu Moyo "
            "Chikwanha"
        ),
        _names(
            "Chiamaka Temiloluwa Adaeze Ayaan Hodan Amara Esther Grace Naomi Blessing Ama Efua Abena Zuri Nia "
            "Imani Oluwaseun Ifeoma Makena Halima Hawa Fatoumata Selam Tendai"
        ),
        _names(
            "Emmanuel David Samuel Daniel Joshua Oluwatobi Chukwuemeka Kwame Kofi Kwabena Abdi Mohamed Yusuf "
            "Ayodele Tobi Femi Malachi Elijah Isaiah Tendai Tafadzwa Abdirahman Mahad Dawit"
        ),
    ),
    Origin(
        "East European",
        0.08,
        _names(
            "Nowak Kowalski Kowalska Wiśniewska Wójcik Kamiński Lewandowski Zielińska Szymański Woźniak Popescu "
            "Ionescu Popa Dumitru Stan Kazlauskas Petrauskas Bērziņš Ivanova Horváth Kováč Nováková Dvořák "
            "Krasniqi Hoxha"
        ),
        _names(
            "Zuzanna Julia Zofia Hanna Maja Lena Alicja Oliwia Natalia Wiktoria Maria Andreea Ioana Elena "
            "Gabija Emilija Sofija Karolina Adela Eliška Antonia Bianca"
        ),
        _names(
            "Jakub Antoni Jan Szymon Aleksander Filip Mikołaj Wojciech Kacper Adam Michał Andrei Alexandru "
            "Ștefan Matei Lukas Matas Jonas Tomáš Matěj Luca David"
        ),
    ),
    Origin(
        "Chinese, Vietnamese and other",
        0.04,
        _names(
            "Nguyen Chen Wang Li Zhang Tran Pham Wong Lam Cheung Le Hoang Yildiz Demir Haddad Nasser Karimi Hosseini"
        ),
        _names("Mei Linh Xin Yi Hui Anh Thu Jia Elif Zeynep Leila Sara Nour Maryam Parisa"),
        _names("Wei Minh Jun Hao Tuan Duc Ming Emir Yusuf Mehmet Omar Ali Reza Amir Kian"),
    ),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up person as they truly are; `family_number` tells who are brothers and sisters."""

    number: int
    family_number: int
    origin: str
    family: str
    given: str
    born: date
    sex: str
    nhs: str
    verified: bool
    upn: str
    postcodes: tuple[str, ...]
    uprn: str
    carers: tuple[tuple[str, str, date], ...]
    twin: bool = False
    restriction: Restriction = Restriction.NORMAL
    former_family: str = ""
    siblings: tuple[tuple[str, str, date], ...] = field(default=())


def people(count: int, seed: int) -> Iterator[Made]:
    """Make so many people, family by family; the same seed makes the same people."""
    rng = Random(f"matching {seed}")  # noqa: S311  # made-up data, no secret
    made = families = 0
    while made < count:
        families += 1
        for person in _family(families, made + 1, min(rng.choice(_SIZES), count - made), rng):
            made += 1
            yield person


def other_person(like: Made, number: int, rng: Random) -> Made:
    """Make somebody else with numbers of their own, and all else as `like` has it."""
    return replace(like, number=number, nhs=nhs_number(number), upn=_upn(number, rng) if like.upn else "")


def given_name(person: Made, rng: Random, sex: str) -> str:
    """Choose a given name of the same origin that is not among the person's."""
    (origin,) = (one for one in ORIGINS if one.name == person.origin)
    pool = origin.girls if sex == "F" else origin.boys
    return rng.choice([name for name in pool if name not in person.given.split()])


def held(person: Made) -> Candidate:
    """Write a person as our own record has them."""
    return candidate(
        f"ours-{person.number}",
        family=[name for name in (person.family, person.former_family) if name],
        given=[person.given],
        births=[person.born],
        sex=person.sex,
        nhs_number=person.nhs,
        nhs_verified=person.verified,
        upns=[person.upn] if person.upn else (),
        postcodes=person.postcodes,
        uprns=[person.uprn],
        carers=[relative(*carer) for carer in person.carers],
        siblings=[relative(*sibling) for sibling in person.siblings],
        restriction=person.restriction,
        multiple_birth=False,  # seldom recorded: the rules have to do without
    )


def nhs_number(number: int) -> str:
    """Make the NHS number of a person of ours, in the range for tests; one in eleven bodies is passed over."""
    body = 999_000_000 + number % 900_000
    digit = nhs_check_digit(f"{body:09d}")
    return f"{body:09d}{digit}" if digit else ""


def place(rng: Random) -> tuple[str, str]:
    """Make a postcode and a property number."""
    area, district = rng.choice(("LS", "BD", "HX", "WF", "HD", "S", "M", "OL")), rng.randint(1, 29)
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    code = f"{area}{district} {rng.randint(1, 9)}{rng.choice(letters)}{rng.choice(letters)}"
    return code, str(rng.randint(10_000_000, 99_999_999))


def _family(number: int, first: int, size: int, rng: Random) -> Iterator[Made]:
    origin = rng.choices(ORIGINS, [one.share for one in ORIGINS])[0]
    surname = _draw(origin.families, rng)
    if rng.random() < _DOUBLE:
        surname = f"{surname}-{_draw(origin.families, rng)}"
    postcode, uprn = place(rng)
    parents = _parents(origin, surname, rng)
    members = list(_children(origin, surname, size, rng))
    restricted = rng.choice((Restriction.HIDDEN_ADDRESS, Restriction.WATCHED)) if rng.random() < _RESTRICTED else None
    for offset, (given, born, sex, twin) in enumerate(members):
        own = first + offset
        has_nhs = rng.random() < _HAS_NHS
        others = tuple((surname, name, day) for name, day, _, _ in members if name != given)
        yield Made(
            number=own,
            family_number=number,
            origin=origin.name,
            family=surname,
            given=given,
            born=born,
            sex=sex,
            nhs=nhs_number(own) if has_nhs else "",
            verified=has_nhs and rng.random() < _VERIFIED,
            upn=_upn(own, rng) if rng.random() < _HAS_UPN else "",
            postcodes=(postcode,),
            uprn=uprn,
            carers=parents,
            twin=twin,
            restriction=restricted or Restriction.NORMAL,
            siblings=others,
        )


def _children(origin: Origin, surname: str, size: int, rng: Random) -> Iterator[tuple[str, date, str, bool]]:
    taken: set[str] = {surname}
    born = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
    twins = size > 1 and rng.random() < _TWINS * 2
    for place_in_family in range(size):
        sex = rng.choice("FM")
        given = _draw(origin.girls if sex == "F" else origin.boys, rng)
        while given in taken:
            given = rng.choice(origin.girls if sex == "F" else origin.boys)
        taken.add(given)
        if rng.random() < _SECOND_NAME:
            given = f"{given} {_draw(origin.girls if sex == 'F' else origin.boys, rng)}"
        is_twin = twins and place_in_family < _FIRST_TWO
        if place_in_family and not (is_twin and place_in_family == 1):
            born -= timedelta(days=rng.randint(320, 1500))
        yield given, born, sex, is_twin


def _parents(origin: Origin, surname: str, rng: Random) -> tuple[tuple[str, str, date], ...]:
    def born() -> date:
        return date(1970, 1, 1) + timedelta(days=rng.randrange(12_000))

    mother_name = surname if rng.random() < _MOTHER_SAME_NAME else _draw(origin.families, rng)
    mother = (mother_name, _draw(origin.girls, rng), born())
    father = (surname, _draw(origin.boys, rng), born())
    return (mother, father) if rng.random() < _TWO_PARENTS else (mother,)


def _draw(pool: tuple[str, ...], rng: Random) -> str:
    """Choose a name, the first ones more often."""
    return pool[min(int(rng.random() ** (1 / _SPREAD) * len(pool)), len(pool) - 1)]


def _upn(number: int, rng: Random) -> str:
    authority, year = rng.choice((201, 330, 380, 383, 801)), rng.randint(10, 24)
    body = f"{authority}{number // _FROM_UPN % 10_000:04d}{year}{number % 1000:03d}"
    return f"{upn_check_letter(body)}{body}"
