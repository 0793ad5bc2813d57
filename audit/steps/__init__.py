"""The steps of the audit in order; a later step may read an earlier one, never the reverse."""
