"""From an index to a page that can be opened: the port first, the model next, the address last."""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from typing import TypeVar

import uvicorn

from corpus import QuidError
from corpus.command import say
from index.errors import EngineUnavailable
from index.place import Place, beside
from qa import AnswerSettings, open_answerer
from qa.current import CurrentAnswerer
from qa.feedback import FILE_NAME, FeedbackStore
from qa.language_model import LanguageModel, language_model
from qa.worded import WordingAnswerer
from ui.agents import missing
from ui.bringing import Bringer
from ui.connection import Connection
from ui.credentials import NOBODY, read_keys, read_passwords
from ui.options import Options
from ui.owner import Owner
from ui.server import create_app
from ui.settings import OPEN_LIMITS, Limits, Settings
from ui.settings_file import Owned
from ui.stopping import PATIENCE, Server
from ui.watching import AccessLog

__all__ = ["AddressTaken", "BadAddress", "is_private", "limits_for", "listen", "patiently", "serve"]

ENGINE_PATIENCE = 60.0
Made = TypeVar("Made")


class AddressTaken(QuidError):
    """Something else listens there; `port` is the port that was asked for."""

    def __init__(self, port: int, free: int) -> None:
        super().__init__(f"port {port} is in use, by another chat perhaps; type: python -m ui --port {free}")
        self.port = port


class BadAddress(QuidError):
    """The address is not one that this machine can listen on."""


def serve(options: Options, owned: Owned | None = None) -> int:
    """Serve the documents until Ctrl-C; a QuidError where that can't be done.

    What the options leave open follows from who is served: the person at this machine alone, or others.
    """
    started = time.perf_counter()
    owned = owned or Owned()
    settings = replace(_settings(options), look=owned.look)
    with listen(options.host, options.port) as listening, _log(options) as seen:
        private = is_private(listening, options.allow_site) and not options.behind_proxy
        settings = replace(
            settings,
            limits=limits_for(options, private),
            metrics=options.show_metrics,
            bring=private if options.bring is None else options.bring,
            bring_from_afar=bool(options.bring),
        )
        model = _model(options, settings.limits.seconds)
        answerer = _open(options.index, options.threshold)
        say("loading the page ...")
        folder = beside(options.index)
        folder.mkdir(parents=True, exist_ok=True)
        store = None if options.no_feedback else FeedbackStore(folder / FILE_NAME)
        shown = options.show_evaluation or (private and owned.features.get("evaluation") is not False)
        owner = Owner(folder, answerer) if shown else None
        bringer = Bringer(options.index, answerer.refresh) if settings.bring else None
        answering = WordingAnswerer(answerer, model) if model else answerer
        app = create_app(answering, settings, store=store, owner=owner, seen=seen, bringer=bringer)
        if why := missing():
            say(why)
        config = _config(app, options, settings.limits.seconds)
        server = Server(config, app, _address(options.host, listening), started)
        try:
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            say("stopped")
        finally:
            if bringer:
                bringer.close()
            answerer.close()
    return 0


def _settings(options: Options) -> Settings:
    """What doesn't depend on where the server listens."""
    return Settings(
        sites=options.allow_site,
        behind_proxy=options.behind_proxy,
        keys=read_keys(options.api_key_file) if options.api_key_file else NOBODY,
        passwords=read_passwords(options.login_file) if options.login_file else NOBODY,
    )


def limits_for(options: Options, private: bool) -> Limits:
    """Generous ones for the person at this machine; what the options say holds for anybody."""
    given = {
        "rate": options.rate, "rate_all": options.rate_all, "running": options.running, "waiting": options.waiting,
        "seconds": options.time_limit, "body": options.body_limit,
    }  # fmt: skip
    return replace(
        Limits() if private else OPEN_LIMITS, **{name: value for name, value in given.items() if value is not None}
    )


@contextmanager
def _log(options: Options) -> Iterator[AccessLog | None]:
    """The access log, open as long as this lasts; None where none is wanted."""
    log = AccessLog(options.access_log, questions=options.log_questions) if options.access_log else None
    try:
        yield log
    finally:
        if log:
            log.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that it is ours while the model is loading."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return _bind(family, address)
    except (socket.gaierror, UnicodeError):
        raise BadAddress(f"{host!r} is not an address of this machine; type: python -m ui --host 127.0.0.1") from None
    except PermissionError:
        raise BadAddress(f"port {port} is reserved for the system; type: python -m ui --port 7860") from None
    except OSError as error:
        if _is_free(family, (address[0], 0, *address[2:])):
            raise AddressTaken(port, _next_free(family, address)) from None
        reason = f"can't listen on {host}:{port}: {error.strerror}"
        raise BadAddress(f"{reason}; type: python -m ui --host 127.0.0.1") from None


def is_private(listening: socket.socket, sites: Sequence[str]) -> bool:
    """Whether only people at this machine are served: others come by a web server in front, from a site."""
    return ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback and not sites


def _open(index: Place, threshold: float | None) -> CurrentAnswerer:
    say(f"opening the index in {index} ...")
    settings = AnswerSettings(threshold=threshold)
    answerer = patiently(lambda: CurrentAnswerer(index, lambda place: open_answerer(place, settings=settings)))
    say("loading the model ...")
    patiently(lambda: answerer.ask("Is everything ready?"))
    threading.Thread(target=answerer.make_ready, name="ready", daemon=True).start()
    return answerer


def patiently(work: Callable[[], Made], seconds: float = ENGINE_PATIENCE, pause: float = 1.0) -> Made:
    """What `work` gives, as soon as the engine that holds the index can be reached.

    Whoever starts the engine and the server together has neither wait for the other by hand; after so
    many seconds EngineUnavailable is raised.
    """
    until, said = time.monotonic() + seconds, ""
    while True:
        try:
            return work()
        except EngineUnavailable as error:
            if time.monotonic() + pause > until:
                raise
            if not said:
                said = f"{error} Trying again for {seconds:g} s ..."
                say(said)
            time.sleep(pause)


def _model(options: Options, seconds: float) -> LanguageModel | None:
    """The language model that is to word answers; it leaves time for the answer itself."""
    model = language_model(options.wording_address, options.wording_model, most_seconds=0.6 * seconds)
    if model:
        say(f"answers are worded by {model.name} at {options.wording_address}, where the quotations bear it out")
    return model


def _config(app: object, options: Options, seconds: float) -> uvicorn.Config:
    # Whether a web server in front was called by HTTPS is for uvicorn to read; who called it, for the guard.
    return uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, ws="none", http=Connection,
        timeout_graceful_shutdown=math.ceil(seconds) or PATIENCE,
        proxy_headers=options.behind_proxy, forwarded_allow_ips="*" if options.behind_proxy else None,
        root_path=options.path_prefix,
    )  # type: ignore[arg-type]  # fmt: skip


def _address(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    if host in ("0.0.0.0", "::"):
        say("whoever can reach this machine can ask; --host 127.0.0.1 keeps it to this machine")
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _bind(family: int, address: tuple[object, ...]) -> socket.socket:
    # By its protocol asyncio knows that it must not wait for more to send: 40 ms for each answer otherwise.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Where a server has just stopped, its port can be had again at once; on Windows that would share it.
        if hasattr(socket, "SO_REUSEPORT"):
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        # Only listening tells that nobody else does; the queue holds visitors until the page is ready.
        bound.listen(128)
    except OSError:
        bound.close()
        raise
    return bound


def _is_free(family: int, address: tuple[object, ...]) -> bool:
    try:
        _bind(family, address).close()
    except OSError:
        return False
    return True


def _next_free(family: int, address: tuple[object, ...]) -> int:
    host, port, *rest = address
    nearby = range(int(port) + 1, min(int(port) + 50, 65536))  # type: ignore[call-overload]
    return next((other for other in nearby if _is_free(family, (host, other, *rest))), 0)
