"""`python -m index`: add, update and remove documents, and see what is there."""

from __future__ import annotations

import sys

from corpus.command import dispatch

COMMANDS = {
    "add": ("index.add_command", "add documents or update them"),
    "remove": ("index.remove_command", "remove documents by their ids"),
    "sync": ("index.sync_command", "make the index equal to a folder"),
    "list": ("index.list_command", "show the documents that are in the index"),
    "check": ("index.check_command", "prove that the index is whole"),
    "copy": ("index.copy_command", "bring an index in a folder to Milvus"),
    "rollback": ("index.rollback_command", "go back to the generation before the current one"),
}

if __name__ == "__main__":
    sys.exit(dispatch("index", "Add, update and remove documents, and see what is in the index.", COMMANDS))
