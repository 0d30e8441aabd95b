"""Texts without an identifier to the papers that they speak of: from the store, and from sources where it does not know."""
