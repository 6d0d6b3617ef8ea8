"""What safe-install reads, beside what npm, Node and sh make of the same thing."""
