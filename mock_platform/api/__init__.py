"""HTTP in, HTTP out. The only room where connexion is spoken; it translates and validates only."""
