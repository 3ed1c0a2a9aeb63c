"""The first tables.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

_Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _whole(name: str) -> "sa.Column[int]":
    return sa.Column(name, _Whole, nullable=False)


def _bytes(name: str) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    """Create everything."""
    _create_shop()
    _create_truth()
    _create_projections()


def _create_shop() -> None:
    op.create_table(
        "shop",
        _whole("shop"),
        _text("name"),
        _bytes("header"),
        _whole("skus"),
        _whole("locations"),
        _whole("created_us"),
        _whole("stock_sequence"),
        sa.PrimaryKeyConstraint("shop", name="pk_shop"),
    )
    op.create_table(
        "locations",
        _whole("location"),
        _text("name"),
        sa.Column("selling", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("location", name="pk_locations"),
        sa.UniqueConstraint("name", name="uq_locations_name"),
    )
    op.create_table(
        "products",
        _whole("product_id"),
        _whole("sku"),
        _text("name"),
        sa.PrimaryKeyConstraint("product_id", name="pk_products"),
        sa.UniqueConstraint("sku", name="uq_products_sku"),
        sa.UniqueConstraint("name", name="uq_products_name"),
    )
    op.create_table(
        "api_keys",
        _text("kid"),
        _bytes("digest"),
        _text("role"),
        _whole("created_us"),
        sa.PrimaryKeyConstraint("kid", name="pk_api_keys"),
    )


def _create_truth() -> None:
    op.create_table(
        "journal",
        _whole("first_sequence"),
        _whole("count"),
        _bytes("payload"),
        _whole("crc32"),
        _bytes("previous"),
        _bytes("hash"),
        sa.PrimaryKeyConstraint("first_sequence", name="pk_journal"),
    )
    op.create_table(
        "outbox",
        _whole("first_sequence"),
        _whole("count"),
        _bytes("payload"),
        sa.PrimaryKeyConstraint("first_sequence", name="pk_outbox"),
    )
    op.create_table(
        "idempotency",
        _whole("sequence"),
        _whole("shop"),
        _text("key"),
        _bytes("fingerprint"),
        _whole("status"),
        _bytes("reply"),
        sa.PrimaryKeyConstraint("sequence", name="pk_idempotency"),
        sa.UniqueConstraint("shop", "key", name="uq_idempotency_shop_key"),
    )


def _create_projections() -> None:
    op.create_table(
        "orders",
        _whole("sequence"),
        _whole("order_id"),
        _whole("party_id"),
        _whole("placed_us"),
        _whole("channel"),
        sa.PrimaryKeyConstraint("sequence", name="pk_orders"),
        sa.UniqueConstraint("order_id", name="uq_orders_order_id"),
    )
    op.create_table(
        "order_lines",
        _whole("sequence"),
        _whole("order_id"),
        _whole("line"),
        _whole("sku"),
        _whole("location"),
        _whole("quantity"),
        _whole("amount_minor"),
        sa.PrimaryKeyConstraint("sequence", name="pk_order_lines"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_order_lines_order_id"),
    )
    op.create_table(
        "stock",
        _whole("location"),
        _whole("sku"),
        _whole("available"),
        _whole("committed"),
        _whole("reserved"),
        _whole("damaged"),
        _whole("safety_stock"),
        _whole("quality_control"),
        _whole("incoming"),
        sa.PrimaryKeyConstraint("location", "sku", name="pk_stock"),
    )
