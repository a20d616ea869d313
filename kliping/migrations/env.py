"""Alembic's entry: migrations run on the connection that `kliping.database.migrate` hands over."""

from alembic import context

from kliping.staff_tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
