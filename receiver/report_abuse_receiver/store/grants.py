"""Grants: what the two roles of PostgreSQL may do, in one table; a host without the desk has the lesser one (S7).

`report_abuse_public` may put down what a child's visit writes, and look back at no more than the pages need: never at a
word, a wrapped key, a decision, a fact or the audit. `report_abuse_desk` may do all that the receiver does, and owns
nothing: it takes no trigger away. What a table gives the public role stands beside it as its `info`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from report_abuse_receiver.store.types import May

PUBLIC_ROLE, DESK_ROLE = "report_abuse_public", "report_abuse_desk"


#: Of the migrations, and none of ours: whether the tables are of this release.
_BOOKKEEPING = {"alembic_version": May(select="version_num")}

#: A table or sequence, a column where it is about one, and SELECT, INSERT, UPDATE, DELETE or USAGE.
Right = tuple[str, str | None, str]

#: Neither is an error: another database of this cluster was faster, or this user may not make roles.
_MAKE_ROLE = """DO $$ BEGIN CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL; END $$"""
_OURS = text("""
    SELECT relname, relkind = 'S' FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'S') AND pg_has_role(relowner, 'USAGE')
""")
_GRANTED = text("""
    SELECT c.relname, NULL, x.privilege_type FROM pg_class c, aclexplode(c.relacl) x
    WHERE c.relnamespace = current_schema()::regnamespace AND x.grantee = (:role)::regrole
    UNION ALL
    SELECT c.relname, a.attname, x.privilege_type
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x
    WHERE c.relnamespace = current_schema()::regnamespace AND x.grantee = (:role)::regrole
""")
_EFFECTIVE = text("""
    SELECT c.relname, a.attname, p.name
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,
         unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) p(name)
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
      AND has_column_privilege(c.oid, a.attnum, p.name)
""")


def grant(conn: Connection) -> None:
    """Make both roles and give each what it may do, no more and no less; nothing is done where it stands already.

    A user who may not make roles goes without, and one who does not own the tables leaves them as they are.
    """
    if conn.dialect.name == "sqlite":
        return
    for role in (PUBLIC_ROLE, DESK_ROLE):
        if not exists(conn, role):
            conn.exec_driver_sql(_MAKE_ROLE.format(role=role))
    ours = {name: bool(is_sequence) for name, is_sequence in conn.execute(_OURS)}
    for role, rights in ((PUBLIC_ROLE, of_public()), (DESK_ROLE, _of_desk(ours))):
        if exists(conn, role):
            _grant(conn, role, rights, ours)


def exists(conn: Connection, role: str) -> bool:
    """Whether the cluster has this role."""
    return conn.scalar(text("SELECT to_regrole(:role) IS NOT NULL"), {"role": role}) is True


def of_public() -> set[Right]:
    """Every right of the public role."""
    from report_abuse_receiver.store.schema import TABLES  # only here: what makes figures loads no table of reports

    declared = {name: table.info["public"] for name, table in TABLES.items() if "public" in table.info}
    return {right for name, may in (_BOOKKEEPING | declared).items() for right in _rights(name, may)}


def granted(conn: Connection, role: str) -> set[Right]:
    """What a role was given by name."""
    return {(name, column, privilege) for name, column, privilege in conn.execute(_GRANTED, {"role": role})}


def too_mighty(conn: Connection) -> bool:
    """Whether this user may look at, fill or change any column that the public role may not; on SQLite all do."""
    if conn.dialect.name == "sqlite":
        return True
    may = {(name, column, privilege) for name, column, privilege in conn.execute(_EFFECTIVE)}
    return not may <= of_public()


def _rights(table: str, may: May) -> Iterator[Right]:
    columns = {"SELECT": may.select, "INSERT": may.insert, "UPDATE": may.update}
    yield from ((table, column, privilege) for privilege, names in columns.items() for column in names.split())
    if may.delete:
        yield table, None, "DELETE"
    if may.numbered:
        yield f"{table}_id_seq", None, "USAGE"


def _of_desk(ours: Mapping[str, bool]) -> set[Right]:
    all_of = {True: ("USAGE",), False: ("SELECT", "INSERT", "UPDATE", "DELETE")}
    return {(name, None, privilege) for name, is_sequence in ours.items() for privilege in all_of[is_sequence]}


def _grant(conn: Connection, role: str, rights: set[Right], ours: Mapping[str, bool]) -> None:
    now, wanted = _by_name(granted(conn, role)), _by_name(rights)
    for name in ours:
        if now[name] == wanted[name]:
            continue
        kind = "SEQUENCE" if ours[name] else "TABLE"
        conn.exec_driver_sql(f'REVOKE ALL ON {kind} "{name}" FROM {role}')
        if wanted[name]:
            conn.exec_driver_sql(f'GRANT {", ".join(sorted(wanted[name]))} ON {kind} "{name}" TO {role}')


def _by_name(rights: set[Right]) -> Mapping[str, set[str]]:
    found = defaultdict[str, set[str]](set)
    for name, column, privilege in rights:
        found[name].add(f'{privilege} ("{column}")' if column else privilege)
    return found
