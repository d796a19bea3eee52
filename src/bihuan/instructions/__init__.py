"""Instructions of leaders (批示): what an act rests on that a leader decided, and whether the leader did."""
