"""Holding units to account (问责): clues with their evidence, heard, verified by people, and handed over."""
