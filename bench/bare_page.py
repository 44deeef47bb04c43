"""`python -m bench.bare_page`: a chat page as somebody would begin one: a text box and the model."""

from __future__ import annotations

import gradio
from sentence_transformers import SentenceTransformer

from corpus.tokens import model_folder


def main() -> None:
    """Serve it on a free port until it is ended; its address is the first line that it prints."""
    model = SentenceTransformer(str(model_folder()), device="cpu")
    model.encode(["Is everything ready?"])
    with gradio.Blocks(analytics_enabled=False) as page:
        gradio.Textbox(label="Your question")
    _, address, _ = page.launch(server_name="127.0.0.1", quiet=True, prevent_thread_lock=True)
    print(f"Open {address}", flush=True)
    page.block_thread()


if __name__ == "__main__":
    main()
