"""Where the platform touches the outside: files, databases, sockets to other people."""
