"""考核指标: facts of what was owed and of what came of it, kept by reading the record, and the figures made of them."""
