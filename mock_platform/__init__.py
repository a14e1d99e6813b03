"""A spec-first mock platform: OpenAPI files decide, handlers fill in, callbacks arrive."""
