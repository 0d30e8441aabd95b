"""Bibliographies in YAML: CSL's items, as pandoc takes them in a document's metadata, and Hayagriva's entries. What is written tells them
apart: both go by the same suffixes."""

from collections.abc import Iterator

from bibtool.entries.csl import csl_items
from bibtool.entries.hayagriva import read_hayagriva
from bibtool.errors import InputError
from bibtool.reference import Reference


def read_yaml(text: str) -> Iterator[tuple[str, Reference] | InputError]:
    """The entries in order, each as (citation key, reference) or as the error that says what is wrong with it.

    Items of CSL are a list, or stand under `references`; everything else is a mapping of Hayagriva's entries by their keys.
    Raises InputError where the text is neither, or the package that reads YAML is missing.
    """
    try:
        import yaml
    except ImportError as error:
        raise InputError("YAML needs the package pyyaml: pip install '.[yaml]'") from error
    # Every scalar as text: a citation key may look like a number or a date. These loaders make texts, lists and mappings only.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        documents = list(yaml.load_all(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"no YAML: line {line}: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"no YAML: {' '.join(str(error).split())}") from error
    first = documents[0] if documents else None
    if isinstance(first, dict) and not isinstance(first.get("references"), list):
        yield from read_hayagriva(first)
        return
    items = first.get("references") if isinstance(first, dict) else first
    if not isinstance(items, list):
        raise InputError("neither a list of CSL's items, nor a mapping of Hayagriva's entries")
    yield from csl_items(items)
