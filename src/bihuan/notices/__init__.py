"""通知: what concerns an official has happened, told in a bell. Nobody calls it: it reads the stream of the record."""
