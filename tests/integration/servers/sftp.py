"""A real SSH server with SFTP on a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import asyncssh

USER, PASSWORD = "court", "a password of tests"


@dataclass(frozen=True)
class SftpServer:
    """`key_file` is the private key of the user, `known_hosts` holds the server's host key under any port."""

    port: int
    host_key: asyncssh.SSHKey
    key_file: Path
    known_hosts: Path

    def url(self, port: int | None = None, path: str = "/") -> str:
        return f"sftp://{USER}@127.0.0.1:{port or self.port}{path}"


@contextmanager
def sftp_server(root: Path, folder: Path) -> Iterator[SftpServer]:
    """Serve `root` as ``/``, for password and key; `folder` takes keys and known_hosts. One loop in one thread."""
    host_key, user_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    user_key.write_private_key(str(folder / "id_court"))
    user_key.write_public_key(str(folder / "authorized"))
    known_hosts(folder / "known_hosts", host_key)

    class Court(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (USER, PASSWORD)

    loop = asyncio.new_event_loop()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=Court,
            server_host_keys=[host_key],
            authorized_client_keys=str(folder / "authorized"),
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root).encode()),
        )

    acceptor = loop.run_until_complete(listen())
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield SftpServer(acceptor.get_port(), host_key, folder / "id_court", folder / "known_hosts")
    finally:
        loop.call_soon_threadsafe(acceptor.close)
        asyncio.run_coroutine_threadsafe(_ended(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _ended() -> None:
    """Let every task of the server end, those of connections still open too."""
    running = asyncio.all_tasks() - {asyncio.current_task()}
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def known_hosts(path: Path, key: asyncssh.SSHKey) -> Path:
    """A file that knows the host under any port, as the court would write it."""
    public = key.export_public_key().decode().strip()
    path.write_text(f"127.0.0.1,[127.0.0.1]:* {public}\n", encoding="utf-8")
    return path
