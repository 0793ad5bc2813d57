"""The packet of a case: from the frozen snapshot to the page an expert decides from."""
