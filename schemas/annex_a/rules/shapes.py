"""The rules that every list has, each made from what the layout declares of the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import polars as pl

from schemas.annex_a.layout import ASKED_FOR, CHILD_ID, LISTS, SCOPES
from schemas.annex_a.rules.terms import cells, fields_of, in_scope, together
from schemas.fields import Field, Kind
from schemas.figures import whole_years
from schemas.findings import Severity
from schemas.rules import Census, FieldRef, Rule, TableRef, linked_rule, text
from schemas.tables import TYPED, Table

_BORN = "birth_date"


def code(table: TableRef, number: int) -> str:
    """Give the code of a rule: AX, the number of its list in two digits, its own in two."""
    return f"AX{LISTS.index(table.name) + 1:02}{number:02}"


def of_list(table: TableRef, module: str) -> tuple[Rule, ...]:
    """Make the rules on blanks, forms, choices, dates to come and repeats, to stand in the module of a list."""
    rules = (_blank(table), _unreadable(table), _unknown_choice(table), _after_the_day(table), _twice(table))
    return tuple(replace(rule, module=module) for rule in rules)


def of_window(table: TableRef, module: str) -> Rule:
    """Make the rule on the time that a list covers."""
    return replace(_out_of_scope(table), module=module)


def of_child(table: TableRef, module: str) -> tuple[Rule, ...]:
    """Make the rules on the age and on dates before birth."""
    return tuple(replace(rule, module=module) for rule in (_age_differs(table), _before_birth(table)))


def _every(table: TableRef, fields: tuple[Field, ...]) -> tuple[FieldRef, ...]:
    return tuple(FieldRef(table.name, field.name) for field in fields)


def _check(
    table: TableRef, fields: tuple[Field, ...], fails: Callable[[Field], pl.Expr], says: str
) -> Callable[[Census], pl.LazyFrame]:
    """Make a check that looks at each of the fields in turn; `says` follows the heading of the field."""

    def check(census: Census) -> pl.LazyFrame:
        rows = census.rows(table)
        parts = [cells(rows, table.name, field, fails(field), f"{field.tag}: {says}.") for field in fields]
        return together(parts, table.name)

    return check


def _blank(table: TableRef) -> Rule:
    wanted = tuple(field for field in table.newest if field.required and (table.name, field.name) not in ASKED_FOR)
    check = _check(table, wanted, _is_blank, "blank")
    check.__doc__ = "Only white space is blank. What may be blank is said in the page on Annex A."
    return linked_rule(
        code(table, 1),
        *_every(table, wanted),
        summary=f"{table.name}: a value that must be given is blank.",
        hint="Give the value in the case system, then build the list again.",
    )(check)


def _is_blank(field: Field) -> pl.Expr:
    return pl.col(text(field.name) if field.kind in TYPED else field.name).is_null()


def _unreadable(table: TableRef) -> Rule:
    fields = (*fields_of(table.newest, Kind.DATE), *fields_of(table.newest, Kind.INTEGER), *_with_pattern(table.newest))
    check = _check(table, fields, _does_not_fit, "not readable")
    check.__doc__ = "Dates of spreadsheets and dates with the year first are read; #MULTIVALUE and the like are not."
    return linked_rule(
        code(table, 2),
        *_every(table, fields),
        summary=f"{table.name}: a value does not have the form of its column.",
        hint="Write dates as dd/mm/yyyy, numbers as whole numbers from 0, postcodes as AB1 2CD.",
    )(check)


def _with_pattern(table: Table) -> tuple[Field, ...]:
    return tuple(field for field in table if field.pattern)


def _does_not_fit(field: Field) -> pl.Expr:
    if field.pattern:
        return ~pl.col(field.name).str.contains(f"^(?:{field.pattern})$")
    return pl.col(text(field.name)).is_not_null() & pl.col(field.name).is_null()


def _unknown_choice(table: TableRef) -> Rule:
    fields = fields_of(table.newest, Kind.CHOICE)

    def check(census: Census) -> pl.LazyFrame:
        """Other spellings of a choice are understood; the code in front of a text tells it."""
        year = census.period.year
        rows = census.rows(table)
        parts = [
            cells(rows, table.name, field, _is_off_list(field, year), f"{field.tag}: not a choice.") for field in fields
        ]
        return together(parts, table.name)

    return linked_rule(
        code(table, 3),
        *_every(table, fields),
        summary=f"{table.name}: a value is none of the choices of its column.",
        hint="Choose one of the values that Ofsted's workbook offers.",
    )(check)


def _is_off_list(field: Field, year: int) -> pl.Expr:
    values = field.codes.values(year) if field.codes else ()
    return pl.col(text(field.name)).is_not_null() & ~pl.col(field.name).is_in(values).fill_null(value=False)


def _after_the_day(table: TableRef) -> Rule:
    fields = fields_of(table.newest, Kind.DATE)

    def check(census: Census) -> pl.LazyFrame:
        """The day itself passes."""
        rows, day = census.rows(table), census.at
        parts = [
            cells(rows, table.name, field, pl.col(field.name) > day, f"{field.tag} is later than {day:%d/%m/%Y}.")
            for field in fields
        ]
        return together(parts, table.name)

    return linked_rule(
        code(table, 4),
        *_every(table, fields),
        summary=f"{table.name}: a date is after the day on which the data were taken.",
        hint="Correct the date; what is only planned stays blank.",
    )(check)


def _out_of_scope(table: TableRef) -> Rule:
    scope = SCOPES[table.name]
    ends = scope.end or scope.start

    def check(census: Census) -> pl.LazyFrame:
        """A record of the same day of the month at the start of the window passes."""
        found = census.rows(table).filter(~in_scope(scope, census.at))
        return found.select(pl.col(table.name).alias(f"{table.name}.{ends}"))

    return linked_rule(
        code(table, 5),
        FieldRef(table.name, ends),
        summary=f"{table.name}: a record is from before the last {scope.months} months, which the list covers.",
        hint="Leave the record out of the list, or correct its date.",
    )(check)


def _twice(table: TableRef) -> Rule:
    scope = SCOPES[table.name]
    who = CHILD_ID if table.newest.has(CHILD_ID) else "adopter_id"
    keys = (who,) if scope.one_per_child or who != CHILD_ID else (who, scope.start)

    def check(census: Census) -> pl.LazyFrame:
        """Letter case of an identifier does not count; records without one are not compared."""
        rows = census.rows(table).with_columns(pl.col(who).str.to_uppercase()).drop_nulls(keys)
        repeated = rows.filter(pl.len().over(keys) > 1).with_columns(issue=pl.struct(keys))
        return repeated.select("issue", *(pl.col(table.name).alias(f"{table.name}.{name}") for name in keys))

    about = "somebody stands" if len(keys) == 1 else "a child stands with one date"
    rule = linked_rule(
        code(table, 6),
        *(FieldRef(table.name, name) for name in keys),
        summary=f"{table.name}: {about} in it more than once.",
        hint="Keep the latest record of the child." if len(keys) == 1 else "Leave out what was recorded twice.",
        severity=Severity.ERROR if len(keys) == 1 else Severity.QUERY,
    )
    return rule(check)


def _age_differs(table: TableRef) -> Rule:
    def check(census: Census) -> pl.LazyFrame:
        """Age in whole years on the day on which the data were taken; an unborn child has none."""
        right = whole_years(pl.col(_BORN), pl.lit(census.at))
        found = census.rows(table).filter((pl.col("age") != right) | (pl.col("age").is_null() & (right >= 0)))
        place = pl.col(table.name)
        detail = pl.format("On {} it is {}.", pl.lit(f"{census.at:%d/%m/%Y}"), right)
        return found.select(
            place.alias(f"{table.name}.age"), place.alias(f"{table.name}.{_BORN}"), detail.alias("detail")
        )

    return linked_rule(
        code(table, 7),
        FieldRef(table.name, "age"),
        FieldRef(table.name, _BORN),
        summary=f"{table.name}: the age is not the one that the date of birth gives.",
        hint="Correct the date of birth, or count the age again on the day on which the data were taken.",
        severity=Severity.QUERY,
    )(check)


def _before_birth(table: TableRef) -> Rule:
    fields = tuple(_born_first(table))

    def check(census: Census) -> pl.LazyFrame:
        """Referrals, assessments, enquiries and plans may come before birth; what needs the child may not."""
        rows = census.rows(table)
        parts = [
            cells(rows, table.name, field, pl.col(field.name) < pl.col(_BORN), f"{field.tag} is before birth.")
            for field in fields
        ]
        return together(parts, table.name)

    return linked_rule(
        code(table, 8),
        FieldRef(table.name, _BORN),
        *_every(table, fields),
        summary=f"{table.name}: a date is before the child was born.",
        hint="Correct the date or the date of birth.",
    )(check)


_BEFORE_BIRTH = {
    "List 1": ("contact_date",),
    "List 2": ("start_date", "completion_date"),
    "List 3": ("referral_date",),
    "List 4": ("start_date", "authorised_date"),
    "List 5": ("start_date", "conference_date"),
    "List 6": ("start_date", "seen_date", "closure_date"),
    "List 7": ("start_date", "visit_date", "review_date", "end_date"),
    "List 10": ("decision_date",),
}


def _born_first(table: TableRef) -> Iterator[Field]:
    early = {_BORN, *_BEFORE_BIRTH.get(table.name, ())}
    return (field for field in fields_of(table.newest, Kind.DATE) if field.name not in early)
