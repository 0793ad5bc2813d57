"""The one door through which a case changes, the facts it looks at, and what is due."""
