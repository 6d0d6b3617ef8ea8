// ok: spells-commands-in-pieces
debug('could not read the file at "%s"', place);
