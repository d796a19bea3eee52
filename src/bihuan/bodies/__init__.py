"""Bodies (领导小组 and its office): seats as a document prints them, each held by whoever holds the post today."""
