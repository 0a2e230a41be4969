from __future__ import annotations

import inspect
import pickle

import pytest

from core import errors
from core.errors import ChakongError, DeliveryError, TerminalError, TransientError


def test_an_error_says_what_where_and_what_to_do() -> None:
    error = ChakongError("file is cut", where="vehicles_base_full_20261122.txt", do="ask for it again")
    assert str(error) == "file is cut [vehicles_base_full_20261122.txt] -> ask for it again"


def test_errors_survive_another_process() -> None:
    error = pickle.loads(
        pickle.dumps(DeliveryError("bytes differ", verdict="size_mismatch", where="f.csv", do="resend"))
    )
    assert isinstance(error, DeliveryError)
    assert (error.verdict, error.where, error.do) == ("size_mismatch", "f.csv", "resend")


def test_every_error_is_drawn_in_the_tree_and_is_transient_or_terminal() -> None:
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, ChakongError)]
    assert len(classes) >= 8
    for error in classes:
        assert error.__name__ in (errors.__doc__ or "")
        if error is not ChakongError:
            assert issubclass(error, TransientError) != issubclass(error, TerminalError)


@pytest.mark.parametrize("kind", [TransientError, TerminalError])
def test_the_two_halves_can_be_told_apart(kind: type[ChakongError]) -> None:
    with pytest.raises(kind):
        raise kind("x")
