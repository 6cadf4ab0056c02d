"""docker-compose.yml, read by a YAML parser: whether it is what it should be. No engine is at hand to run it."""

from __future__ import annotations

import ipaddress
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml  # type: ignore[import-untyped]  # it ships no types

from gateway import settings
from gateway.cli.commands import application

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {"migrate", "second-migrate", "admin", "second-admin"}
OURS = [name for name, service in SERVICES.items() if "build" in service]
every = pytest.mark.parametrize("name", SERVICES)


def names(value: list[str] | dict[str, Any]) -> list[str]:
    return list(value)


def sources(service: dict[str, Any]) -> list[tuple[str, str]]:
    """List the secrets of a service: what it is called in the file, and in the container."""
    given = service.get("secrets", [])
    return [(item, item) if isinstance(item, str) else (item["source"], item["target"]) for item in given]


def test_the_services_of_one_authority_and_of_the_second_are_the_same() -> None:
    api = {"gateway", "nginx", "operators", "operators-nginx"}
    one = {"migrate", "worker", "beat", "database", "broker", "admin", *api}
    assert set(SERVICES) == one | {f"second-{name}" for name in one}
    for name in one:
        assert SERVICES[f"second-{name}"]["image"] == SERVICES[name]["image"]
        assert SERVICES[f"second-{name}"]["profiles"][0].startswith("second")
    assert [name for name in one if "profiles" in SERVICES[name]] == ["admin"]


@every
def test_an_image_has_a_tag_that_names_a_version(name: str) -> None:
    assert re.fullmatch(r"[a-z-]+:\d+\.?[\w.-]*", SERVICES[name]["image"])


@every
def test_a_service_has_no_right_that_it_does_not_need(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] > 0
    user, _, group = service["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert not {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices", "env_file"} & set(service)
    assert "docker.sock" not in str(service)


@every
def test_a_service_says_whether_it_is_well(name: str) -> None:
    check = SERVICES[name].get("healthcheck", {})
    if name in ONCE:
        assert check == {"disable": True}
    elif name.endswith("gateway"):
        assert check == {}, "the image says how"
    else:
        assert check["test"][0] in {"CMD", "CMD-SHELL"}
        assert check["interval"]
        assert check["retries"] > 0


@every
def test_no_secret_stands_in_the_file(name: str) -> None:
    service = SERVICES[name]
    for variable, value in service.get("environment", {}).items():
        if re.search(r"PASS|SECRET|KEY|TOKEN", variable):
            assert str(value).startswith(("/run/secrets/", "/data/")), variable
        assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), variable
    reachable = {f"/run/secrets/{target}" for _, target in sources(service)}
    mentioned = set(re.findall(r"/run/secrets/\w+", str(service.get("environment", {}))))
    assert mentioned <= reachable


def test_every_secret_is_a_file_of_its_own_in_the_folder_that_git_ignores() -> None:
    used = {source for service in SERVICES.values() for source, _ in sources(service)}
    assert used == set(COMPOSE["secrets"])
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./deploy/secrets/{name}"}
    assert (ROOT / "deploy/secrets/.gitignore").read_text(encoding="utf-8").splitlines()[0] == "*"


@pytest.mark.parametrize(
    ("front", "file", "key"),
    [("nginx", "nginx.conf", "tls_key"), ("operators-nginx", "operators.conf", "operators_tls_key")],
)
def test_nginx_has_the_secrets_that_its_configuration_names_and_nobody_else_its_key(
    front: str, file: str, key: str
) -> None:
    named = set(re.findall(r"/run/secrets/(\w+)", (ROOT / "deploy" / "nginx" / file).read_text(encoding="utf-8")))
    for name in (front, f"second-{front}"):
        assert {target for _, target in sources(SERVICES[name])} == named
        assert file in str(SERVICES[name]["entrypoint"])
    holders = {name for name, service in SERVICES.items() if any(target == key for _, target in sources(service))}
    assert holders == {front, f"second-{front}"}


@pytest.mark.parametrize("name", OURS)
def test_our_services_name_settings_and_commands_that_exist(name: str) -> None:
    known = {setting.variable for setting in settings.SETTINGS} | {"PGPASSFILE"}
    assert set(SERVICES[name]["environment"]) <= known
    command = SERVICES[name].get("command", ["serve"])
    commands = typer.main.get_command(application()).commands  # type: ignore[attr-defined]  # the top command is a group
    if command != ["--help"]:
        options = {option for parameter in commands[command[0]].params for option in parameter.opts}
        assert {word for word in command[1:] if word.startswith("--")} <= options


@every
def test_what_a_service_names_is_declared(name: str) -> None:
    service = SERVICES[name]
    assert set(names(service["networks"])) <= set(COMPOSE["networks"])
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    for volume in service.get("volumes", []):
        source, target, *mode = volume.split(":")
        if source.startswith("./"):
            assert (ROOT / source).is_dir()
            assert mode == ["ro"]
        else:
            assert source in COMPOSE["volumes"]
            assert target.startswith(("/data", "/var/lib/postgresql"))


def test_only_nginx_can_be_called_and_databases_and_brokers_have_no_way_out() -> None:
    fronts = {"nginx", "second-nginx", "operators-nginx", "second-operators-nginx"}
    assert {name for name, service in SERVICES.items() if "ports" in service} == fronts
    inner = {name for name, network in COMPOSE["networks"].items() if (network or {}).get("internal")}
    assert inner == {"inside", "second-inside", "front", "second-front", "desk", "second-desk"}
    for name in ("database", "broker", "beat", "gateway"):
        assert set(names(SERVICES[name]["networks"])) <= inner
        assert set(names(SERVICES[f"second-{name}"]["networks"])) <= inner


def test_the_two_authorities_share_nothing_but_the_way_between_them() -> None:
    for kind in ("networks", "volumes"):
        first, second = (
            {
                str(item).partition(":")[0]
                for name, service in SERVICES.items()
                if name.startswith("second") is second
                for item in names(service.get(kind, []))
            }
            for second in (False, True)
        )
        assert first & second <= {"outside", "people", "./deploy/nginx"}
    public = {"directory_roots", "partner_authorities"}
    first_secrets, second_secrets = (
        {
            source
            for name, service in SERVICES.items()
            if name.startswith("second") is second
            for source, _ in sources(service)
        }
        for second in (False, True)
    )
    assert first_secrets & second_secrets == public


@pytest.mark.parametrize("prefix", ["", "second-"])
def test_the_gateway_believes_the_address_of_its_nginx_alone(prefix: str) -> None:
    (address,) = (
        network["ipv4_address"]
        for network in SERVICES[f"{prefix}nginx"]["networks"].values()
        if "ipv4_address" in network
    )
    environment = SERVICES[f"{prefix}gateway"]["environment"]
    assert (environment["ICS_GATEWAY_TRUST_PROXY"], environment["ICS_GATEWAY_PROXY_NETWORKS"]) == ("1", f"{address}/32")
    (subnet,) = (config["subnet"] for config in COMPOSE["networks"][f"{prefix}front"]["ipam"]["config"])
    assert ipaddress.ip_address(address) in ipaddress.ip_network(subnet)
    front = SERVICES[f"{prefix}gateway"]["networks"][f"{prefix}front"]
    assert prefix == "" or front["aliases"] == ["gateway"]


def test_nobody_starts_before_the_tables_fit() -> None:
    for name in ("gateway", "worker", "beat"):
        for prefix in ("", "second-"):
            needs = SERVICES[prefix + name]["depends_on"]
            assert needs[f"{prefix}migrate"] == {"condition": "service_completed_successfully"}
            assert needs[f"{prefix}broker"] == {"condition": "service_healthy"}


def test_secrets_are_made_once_readable_by_their_owner_alone(tmp_path: Path) -> None:
    script = ROOT / "deploy" / "make_secrets.sh"
    for _ in range(2):
        subprocess.run([script, tmp_path, "second_"], check=True)
        made = {path.name: path.read_text(encoding="ascii") for path in tmp_path.iterdir()}
    assert set(made) == {"second_database_password", "second_database_passfile", "second_store_key"}
    assert set(made) <= set(COMPOSE["secrets"])
    assert made["second_database_passfile"] == f"database:5432:gateway:gateway:{made['second_database_password']}"
    assert re.fullmatch(r"[0-9a-f]{64}\n", made["second_store_key"])
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o400}


@pytest.mark.parametrize("prefix", ["", "second-"])
def test_partners_and_people_never_come_to_the_other_s_door(prefix: str) -> None:
    for door, behind, network in (("nginx", "gateway", "front"), ("operators-nginx", "operators", "desk")):
        assert f"{prefix}{network}" in names(SERVICES[prefix + door]["networks"])
        others = {
            name for name, service in SERVICES.items() if f"{prefix}{network}" in names(service.get("networks", []))
        }
        assert others == {prefix + door, prefix + behind}
    assert "people" not in names(SERVICES[f"{prefix}nginx"]["networks"])
    assert "outside" not in names(SERVICES[f"{prefix}operators-nginx"]["networks"])
    assert "--operator-port" not in str(SERVICES[f"{prefix}gateway"].get("command"))
    assert "--no-partners" in SERVICES[f"{prefix}operators"]["command"]
