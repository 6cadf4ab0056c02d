"""The rules, written out for people."""

from __future__ import annotations

from pathlib import Path

from schemas.rules import ReturnDefinition, Rule

_ROOT = Path(__file__).parent.parent


def years(rule: Rule) -> str:
    """Say in which collection years the rule is in force."""
    text = f"{rule.since} on" if rule.until is None else f"{rule.since} to {rule.until}"
    return f"{text} (draft)" if rule.draft else text


def described(rule: Rule) -> dict[str, str]:
    """Give everything there is to know about a rule."""
    return {
        "code": rule.code,
        "years": years(rule),
        "severity": rule.severity.value,
        "means": rule.summary,
        "details": rule.doc,
        "fix": rule.hint,
        "fields": ", ".join(f"{field.table}.{field.field}" for field in rule.fields),
        "group": rule.group,
        "defined in": f"{Path(rule.source_file).relative_to(_ROOT).as_posix()}:{rule.source_line}",
    }


def markdown(definition: ReturnDefinition, rules: tuple[Rule, ...]) -> str:
    """Give the rules as a page, by group."""
    parts = [
        f"# Rules: {definition.title}",
        "",
        "Made from the code by `make docs`. Codes that end in Q are queries, all others errors.",
    ]
    for group in dict.fromkeys(rule.group for rule in rules):
        parts += ["", f"## {group.replace('_', ' ').capitalize()}", ""]
        parts += ["| Rule | Years | What is wrong | Details | How to fix it |", "| --- | --- | --- | --- | --- |"]
        parts += [
            f"| {rule.code} | {years(rule)} | {rule.summary} | {rule.doc} | {rule.hint} |"
            for rule in rules
            if rule.group == group
        ]
    return "\n".join(parts) + "\n"
