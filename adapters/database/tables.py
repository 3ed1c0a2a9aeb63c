"""The tables. Journal, orders, lines, outbox and replies are appended to and never changed.

The journal is the truth; every other table but `shop`, `locations`, `products` and `api_keys` can
be made again from it. Rows are keyed by the engine's sequence, so that they are written at the end
of their table: keys in random order would touch most pages of a big table on every commit.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

# SQLite keys a table by its rowid only where the type reads exactly INTEGER.
Whole = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

shop = Table(
    "shop",
    metadata,
    Column("shop", Whole, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("header", LargeBinary, nullable=False),  # of the journal's stream form
    Column("skus", Whole, nullable=False),  # how many the engine has room for
    Column("locations", Whole, nullable=False),
    Column("created_us", Whole, nullable=False),
    Column("stock_sequence", Whole, nullable=False),  # `stock` is true as of this sequence
)

locations = Table(
    "locations",
    metadata,
    Column("location", Whole, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    Column("selling", Boolean, nullable=False),  # counts into what is available to sell
)

products = Table(
    "products",
    metadata,
    Column("product_id", Whole, primary_key=True, autoincrement=False),
    Column("sku", Whole, nullable=False, unique=True),  # the engine's number
    Column("name", Text, nullable=False, unique=True),  # the shop's code for it
)

journal = Table(
    "journal",
    metadata,
    Column("first_sequence", Whole, primary_key=True, autoincrement=False),
    Column("count", Whole, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("crc32", Whole, nullable=False),
    Column("previous", LargeBinary, nullable=False),  # SHA-256 of the payload before
    Column("hash", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("first_sequence", Whole, primary_key=True, autoincrement=False),
    Column("count", Whole, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # EVENT records of one batch
)

orders = Table(
    "orders",
    metadata,
    Column("sequence", Whole, primary_key=True, autoincrement=False),
    Column("order_id", Whole, nullable=False, unique=True),
    Column("party_id", Whole, nullable=False),
    Column("placed_us", Whole, nullable=False),
    Column("channel", Whole, nullable=False),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("sequence", Whole, primary_key=True, autoincrement=False),
    Column("order_id", Whole, ForeignKey("orders.order_id"), nullable=False),
    Column("line", Whole, nullable=False),
    Column("sku", Whole, nullable=False),
    Column("location", Whole, nullable=False),
    Column("quantity", Whole, nullable=False),
    Column("amount_minor", Whole, nullable=False),
)

stock = Table(
    "stock",
    metadata,
    Column("location", Whole, primary_key=True, autoincrement=False),
    Column("sku", Whole, primary_key=True, autoincrement=False),
    Column("available", Whole, nullable=False),
    Column("committed", Whole, nullable=False),
    Column("reserved", Whole, nullable=False),
    Column("damaged", Whole, nullable=False),
    Column("safety_stock", Whole, nullable=False),
    Column("quality_control", Whole, nullable=False),
    Column("incoming", Whole, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("sequence", Whole, primary_key=True, autoincrement=False),  # of the chain's last command
    Column("shop", Whole, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),  # of the request without id and time
    Column("status", Whole, nullable=False),  # of the HTTP answer
    Column("reply", LargeBinary, nullable=False),
    UniqueConstraint("shop", "key"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),  # HMAC-SHA256(pepper, secret)
    Column("role", Text, nullable=False),
    Column("created_us", Whole, nullable=False),
)
