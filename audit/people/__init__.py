"""Accounts, roles and areas. Not what a role may do to a case: that is the transition table in audit/lifecycle."""
