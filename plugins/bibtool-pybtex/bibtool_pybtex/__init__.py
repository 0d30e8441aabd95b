"""bibtool inside pybtex and bibtexparser. Nothing is imported here: bibt loads this module, and has no use for those libraries."""

BIBTOOL_HOOKS = 1
