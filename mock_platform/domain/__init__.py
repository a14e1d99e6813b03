"""The rules of the two services. No framework, no I/O, no log lines."""
