"""The built-in commands and what each is for; the module of the same name does it."""

COMMANDS = {
    "export": "documents to a bibliography: every arXiv identifier in them, one entry each",
    "get": "identifiers to a bibliography",
    "show": "what is known of one paper",
    "search": "papers by words of title and authors",
    "match": "the papers that references, abstracts and titles without an identifier speak of",
    "sync": "a document's bibliography file up to date with what the document cites",
    "lock": "what bibt.lock remembers: upgrade, keep",
    "latex": "a LaTeX document to its PDF, with the right references",
    "watch": "a document's bibliography kept up to date while it is written",
    "convert": "a bibliography of any entry types from one format to another",
    "scan": "where identifiers stand in documents",
    "cache": "the records that are kept: info, path, refresh, import, harvest, clear",
    "styles": "what BibTeX styles print of an arXiv paper: check",
    "plugins": "every component, and the plugin that it comes from",
}
