"""Nothing leads into the local network: which addresses are public, and that the checked one is connected to."""

from __future__ import annotations

import httpcore
import pytest

from corpus.network import Deadline, GuardedBackend, PrivateAddress, is_local_link, is_public


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
        "192.0.0.192", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
        "2002:7f00:1::", "2001:0:7f00:1::", "3fff::1", "5f00::1", "localhost", "",
    ],
)  # fmt: skip
def test_every_other_address_is_not(address: str) -> None:
    assert not is_public(address)


def test_what_is_link_local_is_never_allowed() -> None:
    refused = ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "224.0.0.1", "168.63.129.16", "nonsense"]
    assert all(map(is_local_link, refused))
    assert not any(map(is_local_link, ["127.0.0.1", "10.0.0.1", "::1", "8.8.8.8"]))


class Sockets(httpcore.NetworkBackend):
    """Stands in for the network: notes where a connection goes, and refuses what it is told to."""

    def __init__(self, *refused: str) -> None:
        self.went: list[tuple[str, int]] = []
        self._refused = refused

    def connect_tcp(self, host: str, port: int, *rest: object, **named: object) -> httpcore.NetworkStream:
        self.went.append((host, port))
        if host in self._refused:
            raise httpcore.ConnectError("refused")
        return httpcore.MockStream([])


def backend(sockets: Sockets, *answers: list[str], allow_private: bool = False) -> GuardedBackend:
    """With a name server that gives another answer each time."""
    given = iter(answers)
    return GuardedBackend(allow_private, Deadline(), lambda host, port: next(given), sockets)


def test_a_name_that_changes_its_address_after_the_check_gains_nothing() -> None:
    sockets = Sockets()
    guarded = backend(sockets, ["93.184.216.34"], ["127.0.0.1"])
    guarded.connect_tcp("rebinding.example", 443)
    assert sockets.went == [("93.184.216.34", 443)]
    with pytest.raises(PrivateAddress):
        guarded.connect_tcp("rebinding.example", 443)
    assert sockets.went == [("93.184.216.34", 443)]


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:192.168.0.1"], ["169.254.169.254"]]
)
def test_one_private_address_among_a_hosts_is_enough_to_refuse_it(answer: list[str]) -> None:
    sockets = Sockets()
    with pytest.raises(PrivateAddress, match=r"^host\.example has the address \S+, which is not on the public"):
        backend(sockets, answer).connect_tcp("host.example", 80)
    assert sockets.went == []


def test_the_certificate_is_checked_for_the_name_although_the_address_is_connected_to() -> None:
    named: list[str | None] = []

    class Stream(httpcore.MockStream):
        def start_tls(self, context: object, server_hostname: str | None = None, timeout: object = None) -> Stream:
            named.append(server_hostname)
            return self

    class Secure(Sockets):
        def connect_tcp(self, host: str, port: int, *rest: object, **named: object) -> httpcore.NetworkStream:
            super().connect_tcp(host, port)
            return Stream([b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", b"text"])

    sockets = Secure()
    with httpcore.ConnectionPool(network_backend=backend(sockets, ["93.184.216.34"])) as pool:
        assert pool.request("GET", "https://site.example/").content == b"text"
    assert (sockets.went, named) == ([("93.184.216.34", 443)], ["site.example"])


def test_private_addresses_are_allowed_on_request_and_link_local_ones_never() -> None:
    sockets = Sockets()
    backend(sockets, ["10.0.0.1"], allow_private=True).connect_tcp("intranet", 80)
    with pytest.raises(PrivateAddress):
        backend(sockets, ["169.254.169.254"], allow_private=True).connect_tcp("metadata", 80)
    assert sockets.went == [("10.0.0.1", 80)]


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    sockets = Sockets("2606:4700::1")
    backend(sockets, ["2606:4700::1", "93.184.216.34"]).connect_tcp("host.example", 80)
    assert sockets.went == [("2606:4700::1", 80), ("93.184.216.34", 80)]
    with pytest.raises(httpcore.ConnectError, match="refused"):
        backend(Sockets("8.8.8.8"), ["8.8.8.8"]).connect_tcp("host.example", 80)
    with pytest.raises(httpcore.ConnectError, match="has no address"):
        backend(Sockets(), []).connect_tcp("host.example", 80)


def test_a_name_that_is_not_known_is_said() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(httpcore.ConnectError, match="its host is not known"):
        GuardedBackend(False, Deadline(), unknown, Sockets()).connect_tcp("nowhere.example", 80)


def test_no_socket_of_this_machine_is_opened() -> None:
    with pytest.raises(httpcore.ConnectError):
        backend(Sockets()).connect_unix_socket("/run/docker.sock")


def test_every_step_ends_with_the_deadline() -> None:
    deadline = Deadline()
    stream = GuardedBackend(False, deadline, lambda host, port: ["8.8.8.8"], Sockets()).connect_tcp("host.example", 80)
    deadline.begin(0)
    for step in (lambda: stream.read(1), lambda: stream.write(b"x")):
        with pytest.raises(httpcore.ReadTimeout):
            step()
