"""Bulletins (通报): what a quarter was like, drawn up from the ledgers, signed and told to the units; agendas, too."""
