"""References that somebody else wrote down: entries of .bib files, items of CSL-JSON."""
