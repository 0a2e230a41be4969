"""A site whose sources are reached over every transport at once, with the servers of all their senders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest import mock

from servers import development_api, https_folder, postgres, s3, sftp
from servers.development_api import DevelopmentApi, Extract
from servers.https_folder import HttpsFolder
from servers.postgres import Postgres
from servers.s3 import S3Server
from servers.sftp import SftpServer

from core.store import compact

SFTP = ("household", "vehicles", "bank_abc", "bank_boc", "bank_psbc")
HTTPS = ("planning", "tax", "bank_icbc", "bank_ccb")
S3 = ("land", "housing", "bank_sdrcb")
#: Sources that get their lists over the same transport; the others' wait in the store.
BOXES = ("household", "bank_abc", "tax", "bank_sdrcb")
SECRETS = {
    "CHAKONG_TEST_PASSWORD": sftp.PASSWORD,
    "CHAKONG_TEST_ACCESS_KEY": s3.ACCESS_KEY,
    "CHAKONG_TEST_SECRET_KEY": s3.SECRET_KEY,
    "CHAKONG_TEST_SHARED_KEY": development_api.KEY,
}


@dataclass(frozen=True)
class Exchange:
    """`drops` is what the agencies have; `deliver` puts a date of it where the court reads. `config`: chakong.toml."""

    drops: Path
    config: Path
    ssh: SftpServer
    web: HttpsFolder
    bucket: S3Server
    api: DevelopmentApi
    register: Postgres

    def deliver(self, day: date) -> None:
        """SFTP and HTTPS serve the folder itself; the others hold what they share in their own way."""
        for source in S3:
            # A control file is written last.
            for path in sorted((self.drops / source).glob(f"{compact(day)}/*"), key=lambda path: path.suffix == ".ok"):
                self.bucket.put(str(path.relative_to(self.drops)), path.read_bytes())
        pages = self.drops / "development" / compact(day)
        if pages.is_dir():
            self.api.extracts[compact(day)] = Extract.of_folder(pages)
        for archive in (self.drops / "enterprises" / compact(day)).glob("*.zip"):
            self.register.put(archive)

    def received(self, source: str, day: date) -> dict[str, bytes]:
        """What stands in the inbox of a source for a date, by name."""
        folder = f"lists/{source}/{compact(day)}"
        if source in S3:
            return self.bucket.read(folder)
        return {path.name: path.read_bytes() for path in (self.drops / folder).iterdir()}

    def configure(self, changes: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Write chakong.toml; `changes`: source -> keys with other values (as TOML) than those that work."""
        lines = []
        for name, table in self._tables().items():
            lines.append(f"[sources.{name}]")
            lines += [f"{key} = {value}" for key, value in {**table, **(changes or {}).get(name, {})}.items()]
        self.config.write_text("\n".join(lines), encoding="utf-8")

    def _tables(self) -> dict[str, dict[str, str]]:
        password = {"password": '{env = "CHAKONG_TEST_PASSWORD"}'}
        ssh = {"url": f'"{self.ssh.url()}"', "known_hosts": f'"{self.ssh.known_hosts}"', **password}
        web = {"url": f'"{self.web.url()}"', "ca_file": f'"{self.web.ca_file}"', **password}
        bucket = {
            "url": f'"s3://{s3.BUCKET}"',
            "endpoint": f'"{self.bucket.endpoint()}"',
            "access_key": '{env = "CHAKONG_TEST_ACCESS_KEY"}',
            "secret_key": '{env = "CHAKONG_TEST_SECRET_KEY"}',
        }
        api = {
            "url": f'"{self.api.url}"',
            "ca_file": f'"{self.api.ca_file}"',
            "app_id": f'"{development_api.APP}"',
            "shared_key": '{env = "CHAKONG_TEST_SHARED_KEY"}',
        }
        boxes = dict.fromkeys(("household", "bank_abc"), f'"{self.ssh.url(path="/lists")}"')
        boxes |= {"tax": f'"{self.web.url()}/lists"', "bank_sdrcb": f'"s3://{s3.BUCKET}/lists"'}
        by_source = {**dict.fromkeys(SFTP, ssh), **dict.fromkeys(HTTPS, web), **dict.fromkeys(S3, bucket)}
        register = {"url": f'"{self.register.url()}"', **password}
        with_box = {
            source: {**table, "outbox": boxes[source]} for source, table in by_source.items() if source in boxes
        }
        default = {"default": {"url": f'"{self.drops}"'}}
        return {**default, **by_source, **with_box, "development": api, "enterprises": register}


@contextmanager
def exchange(drops: Path, folder: Path) -> Iterator[Exchange]:
    """Run the servers and point CHAKONG_CONFIG at the site that reads from them; the rest of it reads `drops`."""
    places = {name: folder / name for name in ("sftp", "https", "s3", "api")}
    for place in places.values():
        place.mkdir(parents=True)
    config = folder / "chakong.toml"
    (drops / "lists").mkdir(exist_ok=True)
    with ExitStack() as stack:
        running = Exchange(
            drops,
            config,
            ssh=stack.enter_context(sftp.sftp_server(drops, places["sftp"])),
            web=stack.enter_context(https_folder.https_folder(drops, places["https"])),
            bucket=stack.enter_context(s3.s3_server(places["s3"])),
            api=stack.enter_context(development_api.serving(DevelopmentApi(), places["api"])),
            register=stack.enter_context(postgres.postgres()),
        )
        running.configure()
        stack.enter_context(mock.patch.dict(os.environ, {**SECRETS, "CHAKONG_CONFIG": str(config)}))
        yield running
