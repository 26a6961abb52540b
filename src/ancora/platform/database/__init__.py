"""The database: our own small PostgreSQL, or somebody else's named by an address.

Words. A *place* is the folder that holds a cluster and what belongs to it; a *holder* is a process that needs the
server; the *keeper* is a tiny process that runs the server as long as anybody holds it.

What must always hold: a committed row outlives the death of any process; the server never outlives its last
holder; nothing outside our own folders is created, owned or loosened; every database user has a password.
Only the standard library is imported, so that the launcher and tools may use it before anything else is ready.
"""

from ancora.platform.database.address import settings_from
from ancora.platform.database.errors import DatabaseError
from ancora.platform.database.server import Server

__all__ = ["DatabaseError", "Server", "settings_from"]
