"""The doors: the commands, by what they are about; `cli.py` opens the one that is asked for."""
