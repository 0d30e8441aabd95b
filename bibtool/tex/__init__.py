"""TeX's language: text, mathematics and the tables of its symbols."""
