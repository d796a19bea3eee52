"""推送: what happens is told to other systems. Nobody calls it: it reads the stream of the record."""
