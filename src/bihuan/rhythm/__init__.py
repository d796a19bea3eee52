"""Regular work (节律): what a regulation wants done in every period, and the logs that tell that it was done."""
