"""Report to text; a renderer gets a Report and nothing else."""
