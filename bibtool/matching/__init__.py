"""Texts that carry no identifier, and the records that they may speak of: cut into pieces, folded, compared. Nothing here reads or asks."""
