# The gateway: one image for the API, the workers, the schedule and the commands. docs/deployment.md explains it.

FROM python:3.11-slim-bookworm AS build
COPY requirements/run.txt /run.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r /run.txt \
    && /opt/venv/bin/pip uninstall --yes pip setuptools
COPY schemas /app/schemas
COPY adapters /app/adapters
COPY gateway /app/gateway
COPY workers /app/workers
# The file system is read-only later on.
RUN python -m compileall -q /app

FROM python:3.11-slim-bookworm
# Named volumes take the owner and the mode of the folders that they are put over.
RUN groupadd --gid 10001 gateway \
    && useradd --uid 10001 --gid gateway --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin gateway \
    && install -d -o gateway -g gateway -m 0700 /data /data/keys /data/inbox /data/alerts
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/health/ready', timeout=8)"]
ENTRYPOINT ["python", "-m", "gateway.cli"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--no-worker"]
