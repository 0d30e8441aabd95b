"""The server on standard input and output. Language Server Protocol 3.17."""

import os
import sys
from functools import partial
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from bibtool import Workspace, __version__
from bibtool_lsp.answers import Answers
from bibtool_lsp.papers import Papers

COMPLETION = types.CompletionOptions(trigger_characters=["@", "{", ",", "<", ":", ".", "/"])
ACTIONS = types.CodeActionOptions([types.CodeActionKind.QuickFix])


class Server(LanguageServer):
    """A server that logs what goes wrong and shows no message for it: whoever uses an editor is writing."""

    def report_server_error(self, error: Exception, source: Any) -> None:
        """A line of the editor's log."""
        self.log(f"{type(error).__name__}: {error}")

    def log(self, line: str) -> None:
        """A line of the editor's log."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Log, line))


def serve(workspace: Workspace) -> None:
    """Serves on standard input and output, which belong to the protocol alone: whatever else is printed goes to stderr."""
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    server = Server("bibtool", __version__)
    papers = Papers(workspace, server.log)
    register(server, Answers(server, papers))
    try:
        server.start_io(sys.stdin.buffer, protocol)
    finally:
        papers.close()


def register(server: LanguageServer, answers: Answers) -> None:
    """Says to the server who answers what."""
    for method, options, answer in (
        (types.INITIALIZE, None, answers.initialized),
        (types.TEXT_DOCUMENT_DID_OPEN, None, answers.opened),
        (types.TEXT_DOCUMENT_DID_CHANGE, None, answers.changed),
        (types.TEXT_DOCUMENT_DID_SAVE, None, answers.saved),
        (types.TEXT_DOCUMENT_DID_CLOSE, None, answers.closed),
        (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, None, answers.files_changed),
        (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, None, answers.folders_changed),
        (types.TEXT_DOCUMENT_HOVER, None, answers.hover),
        (types.TEXT_DOCUMENT_DOCUMENT_LINK, None, answers.links),
        (types.TEXT_DOCUMENT_DEFINITION, None, answers.definition),
        (types.TEXT_DOCUMENT_COMPLETION, COMPLETION, answers.completion),
        (types.TEXT_DOCUMENT_CODE_ACTION, ACTIONS, answers.actions),
    ):
        # pygls writes attributes on what it is given, which a method does not allow.
        server.feature(method, options)(partial(answer))
