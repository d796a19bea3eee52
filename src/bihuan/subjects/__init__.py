"""What lives by a stage table, declared once for every reader."""
