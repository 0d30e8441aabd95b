"""How high arXiv has numbered the papers of a month: a number beyond that names none.

https://arxiv.org/stats/monthly_submissions, each year's fullest month and a tenth more.
"""

from bibtool.identifiers import ArxivId

_FIRST_YEAR = 2007
_HIGHEST = (6500, 6500, 6500, 7000, 7600, 8600, 9300, 9999, 11500, 11800, 12900, 14300, 15900, 18500, 18800, 19000, 23000, 26500, 30500)


def exists(identifier: ArxivId) -> bool:
    """Whether there can be a paper under a new-style number; those of later years are taken for possible."""
    year = identifier.month[0] - _FIRST_YEAR
    return "/" in identifier.number or year >= len(_HIGHEST) or int(identifier.number[5:]) <= _HIGHEST[year]
