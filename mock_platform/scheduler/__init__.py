"""When a callback is sent, by whom, and what follows from the answer."""
