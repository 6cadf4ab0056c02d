"""The tasks: each calls one step of the gateway, which keeps its result in the database."""

from __future__ import annotations

from gateway.pipeline.run import STEPS, run_message
from gateway.pipeline.schedule import JOBS, Job
from workers.app import app
from workers.process import open_exchange, owner


def _step(name: str) -> None:
    def task(message: int) -> None:
        run_message(open_exchange(), owner(), name, message)

    app.task(task, name=name)


def _job(job: Job) -> None:
    def task() -> None:
        job.do(open_exchange(), owner())

    app.task(task, name=job.name, expires=job.every.total_seconds())


for _name in STEPS:
    _step(_name)
for _each in JOBS:
    _job(_each)
