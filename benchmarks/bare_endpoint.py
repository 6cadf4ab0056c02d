"""The raw library that the exchange is held against: FastAPI with one durable insert a request, and nothing else."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import uvicorn
from fastapi import Body, FastAPI
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, insert

from gateway.store.engine import connect, writing

TABLE = Table("bare", MetaData(), Column("id", Integer, primary_key=True), Column("body", LargeBinary))


def main(port: int) -> None:
    """Serve it."""
    engine = connect(os.environ["BARE_DATABASE_URL"])
    TABLE.create(engine, checkfirst=True)
    app = FastAPI()

    @app.post("/")
    def keep(body: Annotated[bytes, Body(media_type="application/octet-stream")]) -> dict[str, bool]:
        with writing(engine) as connection:
            connection.execute(insert(TABLE).values(body=body))
        return {"kept": True}

    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
