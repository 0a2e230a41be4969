"""The line between us and a server: a TCP proxy that cuts connections after so many bytes, or carries few a second."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class Line:
    """`cuts`: after how many bytes from the server each coming connection is cut, first to come first; then none is.
    `per_second`: bytes from the server in a second; None = as they come. `sent` counts them per connection."""

    port: int = 0
    cuts: list[int] = field(default_factory=list)
    per_second: int | None = None
    sent: list[int] = field(default_factory=list)


@contextlib.contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line to a server on this machine."""
    line = Line()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line.port = int(listener.getsockname()[1])
        Thread(target=_accept, args=(listener, line, port), daemon=True).start()
        yield line


def _accept(listener: socket.socket, line: Line, port: int) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return  # the line is gone
        server = socket.create_connection(("127.0.0.1", port))
        line.sent.append(0)
        cut = line.cuts.pop(0) if line.cuts else None
        Thread(target=_carry_back, args=(server, client, line, len(line.sent) - 1, cut), daemon=True).start()
        Thread(target=_carry_on, args=(client, server), daemon=True).start()


def _carry_on(client: socket.socket, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := client.recv(65_536):
            server.sendall(block)
    _end(client, server)


def _carry_back(server: socket.socket, client: socket.socket, line: Line, place: int, cut: int | None) -> None:
    with contextlib.suppress(OSError):
        while cut is None or line.sent[place] < cut:
            most = 65_536 if cut is None else min(65_536, cut - line.sent[place])
            if line.per_second is not None:
                most = min(most, max(line.per_second // 10, 1))
                time.sleep(0.1)
            block = server.recv(most)
            if not block:
                break
            client.sendall(block)
            line.sent[place] += len(block)
    _end(client, server)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
