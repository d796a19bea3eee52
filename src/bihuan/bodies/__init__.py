"""Bodies (议事协调机构 and its office): seats as a document prints them, each held by whoever holds the post today."""
