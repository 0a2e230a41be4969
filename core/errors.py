"""The error tree: small, and every error says what happened, where, and what to do next.

    ChakongError
    ├── TransientError        worth a retry: connection cut, server busy, file still being written
    └── TerminalError         a retry changes nothing
        ├── UsageError        wrong or missing arguments (exit code 2)
        ├── RefusedError      who asks may not
        ├── SettingsError     the site's configuration contradicts itself
        ├── ContractError     a data contract is malformed
        ├── SenderError       a sender cannot be used in this run; carries the verdict
        ├── DeliveryError     a delivered file cannot be taken; carries the file verdict
        ├── StoreError        the store is unreadable or of another version
        ├── NotFoundError     a query names nothing that is published
        └── ConflictError     somebody else has decided meanwhile; look again

Messages carry ids, file names and counts only, never a name, an ID number, an address or an account.
"""

from __future__ import annotations


class ChakongError(Exception):
    """`what` happened, `where` (file, table, row, field) and what to `do` next; all in one line each."""

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        self.what, self.where, self.do = what, where, do
        super().__init__(self.__str__())

    def __str__(self) -> str:
        where = f" [{self.where}]" if self.where else ""
        do = f" -> {self.do}" if self.do else ""
        return f"{self.what}{where}{do}"

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders (Prefect, Dask): rebuild from the three parts.
        return (_rebuild, (type(self), self.what, self.where, self.do, self.__dict__.copy()))


def _rebuild(cls: type[ChakongError], what: str, where: str, do: str, state: dict[str, object]) -> ChakongError:
    error = cls.__new__(cls)
    ChakongError.__init__(error, what, where=where, do=do)
    error.__dict__.update(state)
    return error


class TransientError(ChakongError):
    """A retry may succeed. `after`: seconds the other side asked us to wait before it, 0 when it asked nothing."""

    def __init__(self, what: str, *, where: str = "", do: str = "", after: float = 0) -> None:
        self.after = after
        super().__init__(what, where=where, do=do)


class TerminalError(ChakongError):
    """A retry changes nothing."""


class UsageError(TerminalError):
    """Wrong or missing arguments."""


class RefusedError(TerminalError):
    """Who asks may not, or not on this ground."""


class SettingsError(TerminalError):
    """The site's configuration is wrong."""


class ContractError(TerminalError):
    """A data contract is malformed."""


class SenderError(TerminalError):
    """A sender refuses us, cannot prove who it is, or has not answered after all tries; others are not touched by it.

    `verdict` is a sender reason code such as ``access_denied``.
    """

    def __init__(self, what: str, *, verdict: str, where: str = "", do: str = "") -> None:
        self.verdict = verdict
        super().__init__(what, where=where, do=do)


class DeliveryError(TerminalError):
    """A delivered file cannot be taken. `verdict` is a file reason code such as ``hash_mismatch``."""

    def __init__(self, what: str, *, verdict: str, where: str = "", do: str = "") -> None:
        self.verdict = verdict
        super().__init__(what, where=where, do=do)


class StoreError(TerminalError):
    """The store cannot be read or written as expected."""


class NotFoundError(TerminalError):
    """The query names nothing that is published."""


class ConflictError(TerminalError):
    """What the caller saw when he decided does not stand any more."""
