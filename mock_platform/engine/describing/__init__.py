"""Says what people want to know of a contract, as values: what a page shows, before it has a look.

Everything here is text, numbers and tuples; nothing is markup. Texts of the contract may be
CommonMark, and are hostile until whoever shows them has made sure of the opposite.
"""
