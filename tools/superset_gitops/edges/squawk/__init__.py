"""The edge to squawk, which knows what a migration locks and breaks."""
