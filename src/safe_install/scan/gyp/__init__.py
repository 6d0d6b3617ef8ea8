"""gyp files read as the Python literals they are."""
