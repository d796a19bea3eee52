"""地点名录: the places of a jurisdiction, from its districts down to villages and communities."""
