"""LaTeX documents to finished ones: the engines run with references that bibt keeps up to date."""
