"""The web pages that show what is served and what it does: overview, orders, deliveries, inboxes.

Flask and Jinja, no build step, nothing from elsewhere. Services and ports are handed in; this room
decides nothing but how things look and who may look at them.
"""
