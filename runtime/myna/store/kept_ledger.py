"""What is done to objects that a server keeps for its clients, as SQL. Runs in the store's thread."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select

from .database import Database
from .records import KeptObject
from .schema import kept_objects

_T = kept_objects.c


class KeptLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, made: KeptObject, most: int, most_bytes: int) -> None:
        """Keep `made`, and let go of the oldest objects of its owner beyond `most`, or `most_bytes` together."""
        size = len(made.body.encode())
        row = {name: getattr(made, name) for name in made.__struct_fields__}
        with self._database.write() as connection:
            connection.execute(insert(kept_objects).values(**row, size=size))
            _make_room(connection, made.owner, most, most_bytes)

    def get(self, object_id: str, owner: str, kind: str, now: float) -> KeptObject | None:
        """None also where it is another one's, or has expired."""
        wanted = and_(_T.id == object_id, _T.owner == owner, _T.kind == kind, _T.expires > now)
        with self._database.read() as connection:
            row = connection.execute(select(kept_objects).where(wanted)).first()
        return None if row is None else _object(row)

    def children(self, parent: str, owner: str, now: float) -> list[KeptObject]:
        """What belongs to `parent`, oldest first."""
        wanted = and_(_T.parent == parent, _T.owner == owner, _T.expires > now)
        query = select(kept_objects).where(wanted).order_by(_T.created, _T.id)
        with self._database.read() as connection:
            return [_object(row) for row in connection.execute(query)]

    def delete(self, object_id: str, owner: str, kind: str) -> bool:
        """Delete an object and what belongs to it; whether there was one. Nothing of it is left in the files."""
        with self._database.write() as connection:
            wanted = and_(_T.id == object_id, _T.owner == owner, _T.kind == kind)
            found = connection.execute(delete(kept_objects).where(wanted)).rowcount
            if found:
                connection.execute(delete(kept_objects).where(and_(_T.parent == object_id, _T.owner == owner)))
        if found:
            self._empty_log()
        return bool(found)

    def forget(self, now: float) -> int:
        """Delete what has expired; how many."""
        with self._database.write() as connection:
            gone: int = connection.execute(delete(kept_objects).where(_T.expires <= now)).rowcount
        if gone:
            self._empty_log()
        return gone

    def _empty_log(self) -> None:
        """Pages are overwritten when they are freed; the write-ahead log would keep them for a while. Where another
        process is just reading, the next time will do."""
        if self._database.sqlite:
            self._database.pragma("PRAGMA wal_checkpoint(TRUNCATE)")


def _make_room(connection: Connection, owner: str, most: int, most_bytes: int) -> None:
    count, size = connection.execute(select(func.count(), func.sum(_T.size)).where(_T.owner == owner)).one()
    if count <= most and (size or 0) <= most_bytes:
        return
    newest = select(_T.id, _T.size).where(_T.owner == owner).order_by(_T.created.desc(), _T.id.desc())
    kept, total = 0, 0
    too_many: list[str] = []
    for object_id, bytes_ in connection.execute(newest):
        kept, total = kept + 1, total + bytes_
        # The newest stays, whatever its size: it was just promised.
        if kept > 1 and (kept > most or total > most_bytes):
            too_many.append(object_id)
    gone: ColumnElement[bool] = or_(_T.id.in_(too_many), _T.parent.in_(too_many))
    connection.execute(delete(kept_objects).where(and_(_T.owner == owner, gone)))


def _object(row: Row[tuple[object, ...]]) -> KeptObject:
    return KeptObject(row.id, row.owner, row.kind, row.parent, row.created, row.expires, row.body)
