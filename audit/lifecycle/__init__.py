"""The spine: statuses, guards, the transition table, rights, and the history. Not what a step asks or stores."""
