"""沙箱: what others sent is parsed and decoded in a process that can be ended, with bounds on time and memory."""
