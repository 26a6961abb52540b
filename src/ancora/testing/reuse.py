"""One database for test after test: brought back to what its template holds, or given up where that cannot be."""

import psycopg
from psycopg import sql

# Rows of many tests lie dead in the files; beyond this a fresh copy is cheaper.
MOST_BYTES = 24 * 2**20

_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
# Where each goes on: its value, and whether that one was given already.
_SEQUENCES = """
SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences
WHERE schemaname = 'public'
"""
# Any change of a table, a column, a constraint, a trigger, a function or a setting shows.
_SHAPE = """
SELECT (SELECT sum(oid::bigint) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
    (SELECT sum(xmin::text::bigint) FROM pg_attribute WHERE attrelid >= 16384),
    (SELECT sum(xmin::text::bigint) FROM pg_constraint), (SELECT sum(xmin::text::bigint) FROM pg_trigger),
    (SELECT sum(xmin::text::bigint) FROM pg_proc WHERE oid >= 16384),
    (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
        WHERE d.datname = current_database())
"""
_ALONE = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> %s
"""
_SIZE = "SELECT pg_database_size(current_database())"


class Reused:
    """A fresh copy of the template, as it was found; `bring_back` after each use."""

    def __init__(self, name: str, dsn: str) -> None:
        """`dsn`: of a superuser, whom no foreign key and no trigger stops."""
        self.name = name
        self._link = psycopg.connect(dsn, autocommit=True, prepare_threshold=0)
        self._link.execute("SET session_replication_role = replica")
        tables = [row[0] for row in self._link.execute(_TABLES)]
        self._filled = self._among(tables)
        kept = set(self._all(self._filled))
        self._filled = self._among([name for name in tables if name not in kept])
        self._kept = self._contents(sorted(kept))
        self._before = (self._all(_SHAPE), self._all(self._kept))
        self._sequences = set(self._all(_SEQUENCES))
        self._most = self._size() + MOST_BYTES

    def bring_back(self, *, spared: int = 0) -> bool:
        """Whether it is now as it was; False: it has to be given up. Ends all connections but one."""
        self._link.execute(_ALONE, [spared])
        if (self._all(_SHAPE), self._all(self._kept)) != self._before or self._size() > self._most:
            return False
        changes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in self._all(self._filled)]
        changes += self._rewound()
        if changes:
            self._link.execute(sql.SQL("; ").join(changes), prepare=False)
        return True

    def close(self) -> None:
        self._link.close()

    def _rewound(self) -> list[sql.Composed]:
        moved = {row[0] for row in self._all(_SEQUENCES) if row not in self._sequences}
        change = sql.SQL("SELECT setval({}, {}, {})")
        return [
            change.format(sql.Literal(f'"{name}"'), sql.Literal(value), sql.Literal(was_given))
            for name, value, was_given in self._sequences
            if name in moved
        ]

    def _all(self, query) -> list:
        rows = self._link.execute(query).fetchall()
        return [row[0] for row in rows] if rows and len(rows[0]) == 1 else rows

    def _size(self) -> int:
        return self._all(_SIZE)[0]

    @staticmethod
    def _among(names: list[str]) -> sql.Composed:
        """Those that hold rows."""
        one = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
        return sql.SQL(" UNION ALL ").join(one.format(sql.Literal(name), sql.Identifier(name)) for name in names)

    @staticmethod
    def _contents(names: list[str]) -> sql.Composed:
        one = sql.SQL("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t")
        return sql.SQL(" UNION ALL ").join(one.format(sql.Identifier(name)) for name in names)
