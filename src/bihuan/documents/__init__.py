"""Forms and letters: templates as data, typed sheets, PDF and Word, kept with their digests."""
