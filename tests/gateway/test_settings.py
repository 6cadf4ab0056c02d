"""Settings: what the environment says, and the pages made from the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.xml.limits import Limits
from gateway import settings
from schemas.errors import Misconfigured

ROOT = Path(__file__).parents[2]


def test_without_any_variable_the_limits_are_the_readers_own() -> None:
    assert settings.limits({}) == Limits()
    assert settings.value_of(settings.DEBUG, {}) == 0


def test_each_variable_sets_its_own_limit() -> None:
    environment = {
        "ICS_GATEWAY_MAX_FILE_SIZE": "1",
        "ICS_GATEWAY_MAX_TEXT": "2",
        "ICS_GATEWAY_MAX_DEPTH": "3",
        "ICS_GATEWAY_MAX_ELEMENTS": "4",
    }
    assert settings.limits(environment) == Limits(file_size=1, text=2, depth=3, elements=4)


def test_an_empty_variable_counts_as_not_set() -> None:
    assert settings.value_of(settings.MAX_DEPTH, {"ICS_GATEWAY_MAX_DEPTH": ""}) == Limits().depth


@pytest.mark.parametrize("text", ["-1", "1.5", "64 ", "1,000", "many", "\u00b2", "\u0664", "9" * 19, "9" * 5000])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        settings.value_of(settings.MAX_DEPTH, {"ICS_GATEWAY_MAX_DEPTH": text})
    assert caught.value.message == "ICS_GATEWAY_MAX_DEPTH must be a whole number of at most 18 digits."
    assert caught.value.hint == "How deep elements may stand inside each other."


def test_a_setting_that_is_a_text_is_read_as_it_stands() -> None:
    assert settings.text_of(settings.DATABASE_URL, {}) == "sqlite:///ics-gateway.sqlite"
    assert settings.text_of(settings.DATABASE_URL, {"ICS_GATEWAY_DATABASE_URL": ""}) == "sqlite:///ics-gateway.sqlite"
    environment = {"ICS_GATEWAY_DATABASE_URL": "postgresql://host/db"}
    assert settings.text_of(settings.DATABASE_URL, environment) == "postgresql://host/db"


def test_no_key_is_there_by_default() -> None:
    assert settings.text_of(settings.STORE_KEY_FILE, {}) == ""
    assert settings.text_of(settings.STORE_KEYS, {}) == ""


def test_the_example_names_every_setting_with_its_default_switched_off() -> None:
    text = settings.example()
    for setting in settings.SETTINGS:
        assert f"# {setting.help}\n# ICS_GATEWAY_{setting.name}={setting.default}\n" in text
    assert all(not line or line.startswith("#") for line in text.splitlines())


def test_the_page_names_every_setting() -> None:
    assert "| `ICS_GATEWAY_MAX_DEPTH` | 64 | How deep elements may stand inside each other. |" in settings.page()
    assert "| `ICS_GATEWAY_MAX_TEXT` | 1,048,576 | " in settings.page()
    assert "| `ICS_GATEWAY_DATABASE_URL` | `sqlite:///ics-gateway.sqlite` | " in settings.page()
    assert "| `ICS_GATEWAY_STORE_KEYS` | (none) | " in settings.page()
    assert settings.page().count("| `ICS_GATEWAY_") == len(settings.SETTINGS)


def test_no_two_settings_share_a_name() -> None:
    names = [setting.name for setting in settings.SETTINGS]
    assert len(names) == len(set(names))
