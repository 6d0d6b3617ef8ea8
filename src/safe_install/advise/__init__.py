"""The room that says what the world knows of a package: advice, which decides nothing."""
