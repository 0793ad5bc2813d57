"""Child growth arithmetic in numpy: ages, z-scores, categories, recheck, weight gain. No database, no page and no clock is known here."""
