"""Deliveries: from addresses to verified bytes, in npm's own cache layout."""
