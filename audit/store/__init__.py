"""Where data is kept: tables, sessions, sealed columns, documents by hash, migrations. Knows no word of the audit."""
