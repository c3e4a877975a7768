"""The command line: one thin command each over the library."""
