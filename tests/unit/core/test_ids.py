from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.duck import connect
from core.ids import keyed_id
from core.settings import Settings

SETTINGS = Settings(id_key="测试 key")
SESSION = connect(SETTINGS)


@given(st.text(alphabet=st.characters(blacklist_characters="\x00", blacklist_categories=("Cs",))))
def test_sql_and_python_give_the_same_id(text: str) -> None:
    row = SESSION.execute("SELECT keyed_id('D', $text)", {"text": text}).fetchone()
    assert row == (keyed_id(SETTINGS.id_key, "D", text),)


def test_ids_depend_on_key_prefix_and_every_part() -> None:
    ids = {
        keyed_id("k", "D", "ab", "c"),
        keyed_id("k", "D", "a", "bc"),
        keyed_id("k", "A", "ab", "c"),
        keyed_id("l", "D", "ab", "c"),
    }
    assert len(ids) == 4
    assert all(len(each) == 25 for each in ids)
