"""Run Orthanc where this process is, a network namespace of its own, and carry connections in from a unix socket.

Arguments: the unix socket to listen on, Orthanc's port, Orthanc, its configuration. Ends, and Orthanc with it, when
standard input is closed: by the test's end, or by its death.
"""

from __future__ import annotations

import contextlib
import fcntl
import socket
import struct
import subprocess
import sys
import threading

SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1
IFF_RUNNING = 0x40


def main() -> None:
    path, port, *command = sys.argv[1:]
    bring_up_loopback()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as orthanc:
        try:
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            listener.listen(64)
            threading.Thread(target=carry_all, args=(listener, ("127.0.0.1", int(port))), daemon=True).start()
            sys.stdin.buffer.read()
        finally:
            orthanc.kill()


def bring_up_loopback() -> None:
    """Switch on the only network that a new namespace has."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP | IFF_RUNNING))


def carry_all(listener: socket.socket, target: tuple[str, int] | str) -> None:
    """Carry every connection that the listener accepts to the target, an address or a unix socket's path."""
    while True:
        try:
            near, _ = listener.accept()
        except OSError:  # closed
            return
        far = socket.socket(socket.AF_UNIX if isinstance(target, str) else socket.AF_INET)
        try:
            far.connect(target)
        except OSError:
            near.close()
            far.close()
            continue
        left = [2]
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=carry, args=(source, sink, (near, far), left), daemon=True).start()


def carry(source: socket.socket, sink: socket.socket, both: tuple[socket.socket, ...], left: list[int]) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65_536):
            sink.sendall(chunk)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
    left[0] -= 1
    if not left[0]:
        for each in both:
            each.close()


if __name__ == "__main__":
    main()
