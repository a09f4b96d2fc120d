"""Alembic's migrations, run at start by the store's engine."""
