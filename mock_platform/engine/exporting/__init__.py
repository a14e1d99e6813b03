"""Makes collections of requests from a contract's examples: each can be sent as it stands."""
