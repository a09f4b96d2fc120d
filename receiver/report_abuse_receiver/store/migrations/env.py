"""Alembic runs on the connection that `engine.migrate` hands it, inside that transaction."""

from alembic import context

from report_abuse_receiver.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
