"""The built-in commands and what each is for; the module of the same name does it."""

COMMANDS = {
    "export": "documents to a bibliography: every arXiv identifier in them, one entry each",
    "get": "identifiers to a bibliography",
    "scan": "where identifiers stand in documents",
    "cache": "the records that are kept: info, path, clear, import",
    "plugins": "every component, and the plugin that it comes from",
}
