"""What the world knows."""
