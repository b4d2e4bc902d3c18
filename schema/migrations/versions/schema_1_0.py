"""Schema 1.0, the first: a new store or server is made from the schema file and begins here.

A revision is named for the schema version that it ends at, so `schema_version` says where a store stands and no
table of Alembic's own is kept. There is no way down: nothing of the record is ever removed.
"""

revision = "1.0"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing: who has no schema yet loads the schema file, which is 1.0 and all that came after."""
