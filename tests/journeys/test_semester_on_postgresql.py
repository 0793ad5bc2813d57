"""The same semester, and the same tests of what it leaves, on PostgreSQL. A file of its own, so that both can run at once."""

from tests.journeys.test_semester import *  # noqa: F403

DATABASE = "postgresql"
