"""What the offices of a district (OPD and their like) are called here: the usual names, the office's own, and places for others.

The codes are the same in every district, so that figures can be compared; only the names are the office's to choose. No database: what
this office chose is read in agency_queries.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from audit.people.roles import AGENCIES, OWN_AGENCIES


def agencies(named: Mapping[str, str]) -> dict[str, str]:
    """Code -> name of every agency there is here, in the order of AGENCIES. named: as `own_names` gives them, or a snapshot keeps them."""
    return {code: named.get(code, usual) for code, usual in AGENCIES.items() if code in named or code not in OWN_AGENCIES}


def agency_words(code: str, named: Mapping[str, str]) -> str:
    """What this agency is called here; the code itself when nobody knows it. named: as for `agencies`."""
    return named.get(code) or AGENCIES.get(code, code)
