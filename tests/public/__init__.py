"""The citizens' side."""
