"""What stands between two authorities: it lets everything pass, or nothing, or loses the answer to a request."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_MOST = 65_536


@dataclass
class Proxy:
    """Passes what comes at `port` on to `target`, both on loopback."""

    port: int
    target: int
    parted: bool = False
    """Nothing passes."""
    loses: list[bytes] = field(default_factory=list)
    """Requests that begin so arrive, and their answer does not; each once."""
    lost: int = 0
    unanswered: int = 0
    """Requests that are under way: while there is one, time must not pass faster than it does."""
    _passing: set[asyncio.Task[None]] = field(default_factory=set)

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Pass things on until the block ends."""
        started = threading.Event()
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=self._run, args=(loop, started), daemon=True)
        thread.start()
        assert started.wait(20), "the proxy did not start"
        try:
            yield
        finally:
            loop.call_soon_threadsafe(self._stop.set)
            thread.join(20)

    def _run(self, loop: asyncio.AbstractEventLoop, started: threading.Event) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(self._serve(started))
        finally:
            loop.close()

    async def _serve(self, started: threading.Event) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._accepted, "127.0.0.1", self.port)
        started.set()
        async with server:
            await self._stop.wait()
            # The server closes when nothing is under way: a connection accepted while it closes would never be closed.
            while rest := asyncio.all_tasks() - {asyncio.current_task()}:
                for passing in self._passing:
                    passing.cancel()
                await asyncio.wait(rest, timeout=0.1)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passing = asyncio.create_task(self._pass(reader, writer))
        self._passing.add(passing)
        # To be cancelled at the end is no failure of a connection.
        with suppress(asyncio.CancelledError, OSError):
            await passing
        self._passing.discard(passing)
        await _close(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.parted or self._stop.is_set():
            return
        opening = asyncio.create_task(asyncio.open_connection("127.0.0.1", self.target))
        try:
            there, back = await asyncio.shield(opening)
        except OSError:
            return
        except asyncio.CancelledError:
            with suppress(OSError):
                await _close((await opening)[1])
            raise
        passed = _Passed()
        ways = [
            asyncio.create_task(self._requests(reader, back, passed)),
            asyncio.create_task(self._answers(there, writer, passed)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self.unanswered -= passed.asks
            await _close(back)

    async def _requests(self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, passed: _Passed) -> None:
        while (octets := await reader.read(_MOST)) and not self.parted:
            for request in [one for one in self.loses if octets.startswith(one)]:
                self.loses.remove(request)
                passed.loses = True
            self._asks(passed, asks=True)
            back.write(octets)
            await back.drain()

    async def _answers(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, passed: _Passed) -> None:
        while (octets := await there.read(_MOST)) and not self.parted:
            if passed.loses:
                self.lost += 1
                return
            writer.write(octets)
            await writer.drain()
            self._asks(passed, asks=False)

    def _asks(self, passed: _Passed, *, asks: bool) -> None:
        self.unanswered += asks - passed.asks
        passed.asks = asks


@dataclass
class _Passed:
    """What a connection waits for."""

    asks: bool = False
    loses: bool = False


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
