"""The dissemination report, first and second, in both editions: record, views, chapters, printed pages."""
