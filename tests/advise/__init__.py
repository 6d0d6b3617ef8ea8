"""The advise room."""
