"""What goes out to the field and to the families: gap sheet, visit card, family letter."""
