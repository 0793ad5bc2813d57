"""Reference pages that the code writes about itself, from its own tables. Prose for people is in docs/panduan, not here."""
