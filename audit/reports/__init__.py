"""Documents that look across the steps: their records, their mapping and their book. No decision is taken here."""
