"""Alembic's entry: runs the migrations on the engine that the program hands over. There is no other way to start it."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

engine = context.config.attributes["engine"]


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """A new migration names the plain type under our own: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes["metadata"],
        render_as_batch=False,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
