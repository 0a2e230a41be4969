"""A real S3 server: SeaweedFS, with one bucket and one identity."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyarrow import fs

ACCESS_KEY, SECRET_KEY, BUCKET = "AKCOURT", "a secret of tests", "drops"
#: Switched off: these services take the same port for every server of the machine.
SERVED_ON_ONE_PORT = ("-s3.port.iceberg=0", "-s3.port.lance=0")
ROLES = ("master", "volume", "filer", "s3")


@dataclass(frozen=True)
class S3Server:
    port: int

    def endpoint(self, port: int | None = None) -> str:
        return f"http://127.0.0.1:{port or self.port}"

    def put(self, path: str, content: bytes) -> None:
        """Write an object of the bucket, as a sender does."""
        with _client(self.port).open_output_stream(f"{BUCKET}/{path}") as stream:
            stream.write(content)

    def read(self, folder: str) -> dict[str, bytes]:
        """The objects of a folder, by name."""
        client = _client(self.port)
        found = client.get_file_info(fs.FileSelector(f"{BUCKET}/{folder}"))
        return {info.base_name: client.open_input_stream(info.path).read() for info in found}


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """Run the server on free ports with its data in `folder` until the block ends."""
    identity = {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}
    actions = ["Admin", "Read", "List", "Write"]
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [{"name": "court", "credentials": [identity], "actions": actions}]}))
    ports = _free_ports(2 * len(ROLES))
    options = [
        option
        for place, role in enumerate(ROLES)
        for option in (f"-{role}.port={ports[2 * place]}", f"-{role}.port.grpc={ports[2 * place + 1]}")
    ]
    weed = Path(sys.executable).with_name("weed")
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(
            [weed, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3", *options,
             f"-s3.config={config}", "-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=20",
             "-volume.minFreeSpace=0", *SERVED_ON_ONE_PORT],
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        port = ports[2 * ROLES.index("s3")]
        _await_bucket(port, process)
        yield S3Server(port)
    finally:
        process.kill()
        process.wait()


def _await_bucket(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Make the bucket and write into it, as soon as all parts of the server work together."""
    until = time.monotonic() + seconds
    while True:
        try:
            _client(port).create_dir(BUCKET)
            S3Server(port).put("ready", b"yes")
        except OSError:
            if time.monotonic() > until or process.poll() is not None:
                raise
            time.sleep(0.2)
        else:
            return


def _client(port: int) -> fs.S3FileSystem:
    return fs.S3FileSystem(
        access_key=ACCESS_KEY, secret_key=SECRET_KEY, region="us-east-1", scheme="http",
        endpoint_override=f"127.0.0.1:{port}", allow_bucket_creation=True,
    )  # fmt: skip


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
