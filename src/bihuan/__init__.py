"""Bihuan 闭环: from a citizen's request to its striking off, with the clause behind every step."""
