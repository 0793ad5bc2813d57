"""Registry files opened safely: from a path to the text of every data cell with its row. What the cells mean is decided in rules."""

from audit.steps.intake.reader.registry import RegistryFile, read_registry, read_rows

__all__ = ["RegistryFile", "read_registry", "read_rows"]
