"""Judge: values in, values out, no I/O."""
