"""The YAML documents of this package, and contracts that lie elsewhere."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from core.errors import ContractError

# A safe loader, in C where PyYAML has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(name: str) -> dict[str, Any]:
    """A YAML document that lies in this package."""
    return parse(resources.files("data_contracts").joinpath(name).read_text(encoding="utf-8"), name)


def read_yaml_at(path: Path) -> dict[str, Any]:
    """A YAML document anywhere; ContractError when it cannot be read or is none."""
    try:
        return parse(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError("the contract cannot be read", where=str(path), do="correct the path") from error


def parse(text: str, name: str) -> dict[str, Any]:
    """The mapping that `text` holds; `name` is for the error."""
    try:
        document = yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise ContractError("not YAML", where=name, do="correct the file") from error
    if not isinstance(document, dict):
        raise ContractError("not a YAML mapping", where=name, do="restore the file")
    return document
