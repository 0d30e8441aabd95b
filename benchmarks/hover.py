"""How long `bibt lsp` takes to answer a hover whose paper is kept: `python benchmarks/hover.py`."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

SNAPSHOT = Path(__file__).resolve().parent.parent / "fixtures" / "arxiv" / "snapshot.jsonl"
LINES = 500  # of running text, each with one identifier
HOVERS = 200


def send(stream: IO[bytes], message: dict[str, Any]) -> None:
    """One message of the protocol."""
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    stream.flush()


def receive(stream: IO[bytes], number: int) -> dict[str, Any]:
    """The answer to the request of that number; what else arrives is passed over."""
    while True:
        length = 0
        while line := stream.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(stream.read(length))
        if message.get("id") == number and "method" not in message:
            return message


def main() -> int:
    """Prints the median, the 95th centile and the first answer."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BIBT_CACHE_DIR": folder, "BIBT_ARXIV_URL": "http://127.0.0.1:9/"}
        bibt = [sys.executable, "-m", "bibtool"]
        subprocess.run([*bibt, "cache", "import", str(SNAPSHOT)], env=environment, check=True, capture_output=True)
        with subprocess.Popen([*bibt, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as server:
            assert server.stdin
            assert server.stdout
            send(server.stdin, {"id": 0, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}})
            receive(server.stdout, 0)
            uri, text = (Path(folder) / "notes.md").as_uri(), "A line of text that mentions arXiv:2404.07839 once.\n" * LINES
            document = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
            send(server.stdin, {"method": "textDocument/didOpen", "params": {"textDocument": document}})
            taken = []
            for number in range(1, HOVERS + 1):
                position = {"line": number, "character": 35}
                params = {"textDocument": {"uri": uri}, "position": position}
                started = time.perf_counter()
                send(server.stdin, {"id": number, "method": "textDocument/hover", "params": params})
                assert "RecurrentGemma" in receive(server.stdout, number)["result"]["contents"]["value"]
                taken.append(1000 * (time.perf_counter() - started))
            send(server.stdin, {"id": HOVERS + 1, "method": "shutdown"})
            receive(server.stdout, HOVERS + 1)
            send(server.stdin, {"method": "exit"})
    centiles = statistics.quantiles(taken, n=20)
    print(f"hover of a kept paper, in a text of {LINES} lines, in ms:")
    print(f"median {statistics.median(taken):.1f}, 95 % under {centiles[-1]:.1f}, the first {taken[0]:.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
