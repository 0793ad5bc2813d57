"""The pages, one module for each matter: what was asked, what is looked up, which page record is drawn."""
