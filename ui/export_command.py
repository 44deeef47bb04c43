"""`python -m ui export`: a folder that any static host serves, in which a browser answers by itself."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.command import say
from index import Index, Place, open_index
from index.errors import in_folder
from qa.datasets import Dataset, read_dataset
from qa.judged import BadDataset
from ui.export_asking import opened_engine
from ui.export_data import make_data
from ui.export_folder import fresh_folder, write_files, write_manifest
from ui.export_measuring import Loss, measure_loss
from ui.export_pages import make_index_page, make_pages
from ui.export_texts import Library, read_library
from ui.look import Look

__all__ = ["add_arguments", "export_pack"]

SHIPPED = Path("qa/questions")


def export_pack(
    folder: Path, index: Place, look: Look, model: bool = False, questions: Path | None = None, measured: bool = True
) -> int:
    """Write the pack and print what it weighs and loses; a QuidError where that can't be done.

    `questions` are judged ones, or a test collection's; without any, those that ship, where they are
    about the documents of the index.
    """
    dataset = read_dataset(questions) if questions else None
    with fresh_folder(folder) as fresh, _opened(index) as opened:
        say(f"packing {opened.manifest.documents} documents ...")
        library = read_library(opened)
        data = make_data(opened, library, model)
        write_files(fresh, {f"data/{name}": content for name, content in data.files.items()})
        write_files(fresh, make_pages(opened, look))
        manifest = data.manifest | {"title": look.title, "measured": None}
        write_manifest(fresh, manifest)
        if measured:
            loss = _loss(fresh, opened, library, dataset)
            manifest["measured"] = _told(loss)
            write_manifest(fresh, manifest)
            if loss:
                _print_loss(loss)
        write_files(fresh, {"index.html": make_index_page(opened, look, manifest)})
    _print_weight(folder, manifest)
    return 0


@contextmanager
def _opened(place: Place) -> Iterator[Index]:
    index = open_index(in_folder(place, "writing a pack"))
    assert isinstance(index, Index)
    try:
        yield index
    finally:
        index.close()


def _loss(pack: Path, index: Index, library: Library, dataset: Dataset | None) -> Loss | None:
    """What the pack loses; None, and why, where that could not be measured."""
    named = dataset is not None
    with opened_engine(pack) as engine:
        if engine is None:
            say("its loss was not measured: that needs Node or Chromium on this machine, and neither was found")
            return None
        try:
            dataset = dataset or read_dataset(SHIPPED)
            from qa.progress import Progress

            return measure_loss(index, library, engine, dataset, Progress("questions", 2 * len(dataset.questions)).show)
        except BadDataset as error:
            if named:
                raise
            say(f"its loss was not measured: {SHIPPED} isn't about these documents; name judged questions with "
                f"--questions FILE ({error})")  # fmt: skip
            return None


def _told(loss: Loss | None) -> dict[str, Any] | None:
    if loss is None:
        return None
    return {"on": loss.server.dataset, "questions": len(loss.server.outcomes), "figures": loss.to_json()}


def _print_loss(loss: Loss) -> None:
    from qa.printing import format_table

    rows = [(f"{len(loss.server.outcomes)} questions of {loss.server.dataset}", "n", "server", "", "pack", "", "", "")]
    for one in loss.to_json():
        chance = "more than chance" if one["p"] < 0.05 else "may be chance"
        ends = [f"{one[side][1]:.3f} to {one[side][2]:.3f}" for side in ("server", "pack")]
        values = [f"{one[side][0]:.3f}" for side in ("server", "pack")]
        difference = f"{one['difference']:+.3f}"
        rows.append((one["measure"], str(one["n"]), values[0], ends[0], values[1], ends[1], difference, chance))
    print("\n".join(format_table(rows, "<>><><><")), end="\n\n")


def _print_weight(folder: Path, manifest: dict[str, Any]) -> None:
    sizes = [sum(one[kind] for one in manifest["files"].values()) / 1e6 for kind in ("bytes", "gzip")]
    print(f"{folder}: {manifest['documents']} documents; {sizes[0]:.1f} MB are loaded when the chat is opened, "
          f"{sizes[1]:.1f} MB where the host compresses")  # fmt: skip
    print(f"Try it: {Path(sys.executable).name} -m http.server --bind 127.0.0.1 --directory {folder} 8000")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said on the command line, besides the index and the settings."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to; a pack that is there is replaced")
    parser.add_argument(
        "--model", action="store_true",
        help="pack the language model as well: 23 MB, and answers nearly as good as the server's",
    )  # fmt: skip
    parser.add_argument(
        "--questions", type=Path, metavar="FILE",
        help="judged questions to measure the pack by, as qa evaluate takes them (default: qa/questions, where these "
        "are about the documents)",
    )  # fmt: skip
    parser.add_argument("--no-measuring", action="store_true", help="leave out how it answers beside the server")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="how the pages look (default: quid.toml)")
