"""The numbers of the growth standards, as files; no rule and no arithmetic is in here (see `audit.growth.standards`)."""
