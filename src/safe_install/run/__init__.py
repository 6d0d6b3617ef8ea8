"""The only room that starts other people's code."""
