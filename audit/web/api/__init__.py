"""The workspace for programs: the same cases, moves and documents as the pages, by token and as JSON. No page and no rule is in here."""
