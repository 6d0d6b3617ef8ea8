"""Where coding agents are met."""
