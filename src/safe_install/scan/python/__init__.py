"""Python text: what it imports, starts, hides, reads from the environment, contacts and writes."""
