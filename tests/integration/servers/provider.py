"""A real identity provider (Canaille) on loopback, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
from joserfc.jwk import RSAKey

REQUIREMENTS = Path(__file__).with_name("provider.txt")
CLIENT, SECRET = "chakong", "a secret of the tests"
CONFIG = """\
SECRET_KEY = "of the tests"
PREFERRED_URL_SCHEME = "http"
SERVER_NAME = "127.0.0.1:{port}"
[CANAILLE]
DATABASE = "sql"
JAVASCRIPT = false
HTMX = false
[CANAILLE_SQL]
DATABASE_URI = "sqlite:///{folder}/provider.sqlite"
[CANAILLE_OIDC]
ACTIVE_JWKS = [{keys}]
"""


@contextmanager
def provider(folder: Path, port: int, back: str, people: Mapping[str, str]) -> Iterator[str]:
    """The issuer's address. `people`: user name -> password; `back` is where the one client is sent back to."""
    canaille = _installed(folder / "environment")
    key = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"}, private=True)
    told = ", ".join(f"{name} = {json.dumps(value)}" for name, value in key.as_dict(private=True).items())
    config = folder / "provider.toml"
    config.write_text(CONFIG.format(port=port, folder=folder, keys=f"{{{told}}}"), encoding="utf-8")
    environment = {**os.environ, "CANAILLE_CONFIG": str(config)}

    def run(*arguments: str) -> None:
        subprocess.run([canaille, *arguments], env=environment, check=True, capture_output=True)

    run("install")
    for name, password in people.items():
        run("create", "user", "--user-name", name, "--password", password, "--family-name", "测试",
            "--emails", f"{name}@example.org")  # fmt: skip
    run("create", "client", "--client-id", CLIENT, "--client-secret", SECRET, "--client-name", "查控",
        "--redirect-uris", back, "--scope", "openid", "--scope", "profile", "--grant-types", "authorization_code",
        "--response-types", "code", "--token-endpoint-auth-method", "client_secret_basic")  # fmt: skip
    run("set", "client", CLIENT, "--audience", CLIENT)  # only who is there already can be an audience
    issuer = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [canaille, "run", "--bind", f"127.0.0.1:{port}"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while not _answers(issuer):
            assert server.poll() is None and time.monotonic() < until, "the provider did not start"
            time.sleep(0.1)
        yield issuer
    finally:
        server.terminate()
        server.wait()


def _installed(environment: Path) -> str:
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
    subprocess.run([environment / "bin" / "python", *install], check=True, capture_output=True)
    return str(environment / "bin" / "canaille")


def _answers(issuer: str) -> bool:
    try:
        return httpx.get(f"{issuer}/.well-known/openid-configuration").status_code == 200
    except httpx.TransportError:
        return False
