"""The review at a terminal: evidence → a list and a page for each script → decisions → records, all in one go."""
