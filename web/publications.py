"""The published database, opened for reading, and exchanged for a new one while requests run.

A publication is a file that nobody changes; the night renames a new one over it. Whoever reads keeps the one that was
there when the request began. A new file is opened beside, in a thread, and taken when it is ready; the old one is
closed when its last reader has left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

import duckdb

from core.duck import define_macros, sql
from core.errors import ChakongError, StoreError
from core.log import record_failure
from core.settings import Settings
from profiles import query
from profiles.searching import index as search_index
from web.search.index import Index

_Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Reader:
    """One request's view of a publication: a cursor of its own, the index, and the night that published it.

    The cursor reads the published tables: the views of the same names are those columns, and cost a tenth of a
    millisecond each to look through. `prepare` runs a SQL file that makes tables in the session's memory, for the first
    who asks; others wait for him.
    """

    con: duckdb.DuckDBPyConnection
    index: Index
    night: query.Night
    prepare: Callable[[str, str], None]

    @property
    def run(self) -> query.Row | None:
        return self.night.run


class _Publication:
    """One published file in a session of its own.

    Attached to a session in memory: DuckDB gives the same path the same open file twice in one process, also when
    another file stands there by now."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.readers = 0
        self.replaced = False
        self._making = Lock()
        self._made: set[tuple[str, str]] = set()
        # a question reads a handful of rows, and officers ask side by side: more threads would only be in the way
        self._con = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": settings.memory_limit})
        try:
            self._con.execute("ATTACH '{}' AS published (READ_ONLY)".format(str(path).replace("'", "''")))
            self._tables = f"published.data,{self._indexed(settings)}.{search_index.SCHEMA}"
            self.index = Index()
            self.night = query.night(self._cursor())
            self._con.execute("SET enable_external_access = false")
        except BaseException:
            self._con.close()
            raise

    def reader(self) -> Reader:
        return Reader(self._cursor(), self.index, self.night, self._prepare)

    def _prepare(self, package: str, name: str) -> None:
        with self._making:
            if (package, name) not in self._made:
                cursor = self._cursor()
                cursor.execute(sql(package, name))
                cursor.close()
                self._made.add((package, name))

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = self._con.cursor()
        cursor.execute(f"SET search_path = '{self._tables}'")
        return cursor

    def _indexed(self, settings: Settings) -> str:
        """The database that holds the index: the published one, or memory where an earlier version published."""
        found = self._con.execute(
            "SELECT 1 FROM duckdb_schemas() WHERE database_name = 'published' AND schema_name = $name",
            {"name": search_index.SCHEMA},
        )
        if found.fetchall():
            return "published"
        define_macros(self._con, settings)
        search_index.build(self._con, "memory", "published.data")
        return "memory"

    def close(self) -> None:
        self._con.close()


class Publications:
    """The newest publication of a store."""

    def __init__(self, path: Path, settings: Settings) -> None:
        """Opens what is published. StoreError if nothing is, or it cannot be read."""
        self._path, self._settings = path, settings
        self._lock = Lock()
        self._loading: Thread | None = None
        self._stamp = self._look()
        self._current = self._opened()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """The newest publication that is ready, as long as the request lasts."""
        self._refresh()
        with self._lock:
            publication = self._current
            publication.readers += 1
        try:
            yield (reader := publication.reader())
            reader.con.close()
        finally:
            with self._lock:
                publication.readers -= 1
                unused = publication.replaced and publication.readers == 0
            if unused:
                publication.close()

    def settle(self) -> None:
        """Wait until what is published now is what is read."""
        while True:
            self._refresh()
            loading = self._loading
            if loading is None or not loading.is_alive():
                return
            loading.join()

    def close(self) -> None:
        """Close the file; nobody may be reading."""
        self.settle()
        self._current.close()

    def _refresh(self) -> None:
        """Begin to load a file that is not the one that is read; at once for the caller."""
        stamp = self._look(self._stamp)
        with self._lock:
            if stamp == self._stamp or (self._loading is not None and self._loading.is_alive()):
                return
            self._stamp = stamp
            self._loading = Thread(target=self._exchange, name="publication", daemon=True)
            self._loading.start()

    def _exchange(self) -> None:
        try:
            new = self._opened()
        except ChakongError:
            return  # the old one stays; the next file is tried again
        with self._lock:
            old, self._current = self._current, new
            old.replaced = True
            unused = old.readers == 0
        if unused:
            old.close()

    def _opened(self) -> _Publication:
        try:
            return _Publication(self._path, self._settings)
        except duckdb.Error as error:
            raise StoreError(
                f"档案库打不开：{type(error).__name__}",
                where=str(record_failure(error)),
                do="检查存储目录，或重新运行夜间对账",
            ) from None

    def _look(self, otherwise: _Stamp | None = None) -> _Stamp:
        try:
            found = self._path.stat()
        except OSError:
            if otherwise is not None:
                return otherwise
            raise StoreError("还没有已发布的档案库", where=self._path.name, do="先运行一次夜间对账") from None
        return (found.st_ino, found.st_mtime_ns, found.st_size)
