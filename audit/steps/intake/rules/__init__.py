"""What is decided about a registry file from plain values: header, cells, rows, who is who. Nothing is read from disk or stored in here."""
