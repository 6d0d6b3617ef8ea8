"""Two real histories of the large lockfile, and what `diff` tells of them in every format."""
