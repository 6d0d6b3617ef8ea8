"""Text that a file carries in disguise, decoded so that it can be read: bounded, and never run."""
