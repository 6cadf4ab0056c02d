# Every target makes .venv by itself, from the lock.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test check bench soak soak-feed peer-differences docs xsd lock clean

demo: $(STAMP)
	$(BIN)/ics-gateway demo

# There are more test processes than cores, so that each needs no threads of its own.
test: $(STAMP)
	POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -n auto

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --explicit-package-bases tests
	$(BIN)/lint-imports --no-cache
	$(MAKE) test

bench: $(STAMP)
	$(BIN)/python -m benchmarks.bench

soak: $(STAMP)
	PYTHONPATH=tests $(BIN)/python -m crash.soak

soak-feed: $(STAMP)
	PYTHONPATH=tests $(BIN)/python -m csc_soak

peer-differences: $(STAMP)
	$(BIN)/python -m benchmarks.peer_differences

# Pages and schemas that are made from the code; tests compare them with it.
docs: $(STAMP)
	$(BIN)/ics-gateway rules --format markdown > docs/rules-cin.md
	$(BIN)/ics-gateway rules --return ssda903 --format markdown > docs/rules-ssda903.md
	$(BIN)/ics-gateway rules --return annex-a --format markdown > docs/rules-annex-a.md
	$(BIN)/python -c "from gateway import settings; print(settings.page(), end='')" > docs/settings.md
	$(BIN)/python -c "from gateway.api import openapi; print(openapi.text(), end='')" > docs/openapi.json
	$(BIN)/python -c "from gateway.api.operator import openapi; print(openapi.text(), end='')" > docs/operator-openapi.json
	$(BIN)/python -c "from gateway.operator import page; print(page.page(), end='')" > docs/permissions.md
	$(BIN)/python -c "from gateway.audit import events; print(events.page(), end='')" > docs/audit-events.md
	$(BIN)/python -c "from schemas.processes import page; print(page.page(), end='')" > docs/processes.md
	$(BIN)/python -c "from schemas.case import page; print(page.text(), end='')" > docs/case-records.md
	$(BIN)/python -c "from schemas.annex_a import page; print(page.text(), end='')" > docs/annex-a-lists.md
	$(BIN)/python -c "from adapters.csc_api import page; print(page.text(), end='')" > docs/csc-api-items.md
	$(BIN)/python -c "from adapters.ssd import page; print(page.text(), end='')" > docs/ssd-mapping.md
	$(BIN)/python -c "from adapters.mapping import page; print(page.text(), end='')" > docs/mapping.md
	$(BIN)/python -c "from gateway import settings; print(settings.example(), end='')" > .env.example

xsd: $(STAMP)
	$(BIN)/python -m schemas.cin.xsd
	$(BIN)/python -m schemas.ssda903.xsd

lock:
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --extra dev pyproject.toml -o requirements/dev.txt
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements/run.txt
	cd requirements && uv pip compile --generate-hashes --no-header --no-emit-index-url --python-version 3.11 mesh-sandbox.in -o mesh-sandbox.txt

$(STAMP): requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

clean:
	rm -rf .venv .mesh-sandbox demo .pytest_cache .mypy_cache .ruff_cache
