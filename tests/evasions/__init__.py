"""The 48 ways round a static inspection that are known, and what is seen of each all the same."""
