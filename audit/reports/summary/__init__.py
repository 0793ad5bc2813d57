"""The one page for the head of the district."""
