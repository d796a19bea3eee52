"""The citizens' side: a small site for each jurisdiction, under /p/<jurisdiction>/."""
