"""Many records at once into the store: a snapshot, a feed, a harvest."""
