"""The invented district: families, growth, registry files. Nobody in here lives; no real register was read to make it."""
