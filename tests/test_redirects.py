"""sources/redirects.py: where redirects may lead. What else it promises, test_arxiv.py tries on a server."""

import pytest

from bibtool.errors import UnavailableError
from bibtool.sources.redirects import redirected

AGENCIES = ("api.crossref.org",)
REDIRECTS = {
    "path": ("https://doi.org/10.1/x", "/y?z", "https://doi.org/y?z"),
    "same host": ("http://127.0.0.1:80/a", "http://127.0.0.1:80/b", "http://127.0.0.1:80/b"),
    "agreed host": ("https://doi.org/10.1/x", "https://api.crossref.org/v1", "https://api.crossref.org/v1"),
    "agreed host by http": ("https://doi.org/10.1/x", "http://api.crossref.org/v1", None),
    "agreed host from http": ("http://doi.org/10.1/x", "https://api.crossref.org/v1", None),
    "agreed host, another port": ("https://doi.org/10.1/x", "https://api.crossref.org:8443/v1", None),
    "agreed host as a password": ("https://doi.org/10.1/x", "https://api.crossref.org@evil.example/", None),
    "another host": ("https://doi.org/10.1/x", "https://evil.example/", None),
    "another host without a scheme": ("https://doi.org/10.1/x", "//evil.example/", None),
    "less secure": ("https://doi.org/10.1/x", "http://doi.org/10.1/x", None),
    "another port": ("http://127.0.0.1:80/a", "http://127.0.0.1:81/a", None),
    "a file": ("http://127.0.0.1:80/a", "file:///etc/passwd", None),
}


@pytest.mark.parametrize(("url", "target", "moved"), REDIRECTS.values(), ids=REDIRECTS)
def test_redirects_stay_where_they_may(url: str, target: str, moved: str | None) -> None:
    if moved is None:
        with pytest.raises(UnavailableError, match="redirects elsewhere"):
            redirected(url, target, AGENCIES)
    else:
        assert redirected(url, target, AGENCIES) == moved
