import threading

from myna.worker.outbox import GATHER, Outbox


class SlowWire:
    """Takes a few bytes at a time, and none while `open` is not set."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.entered = threading.Event()
        self.sends: list[bytes] = []

    def receive(self, limit: int) -> bytes:
        raise AssertionError

    def send(self, data: memoryview) -> int:
        self.entered.set()
        self.open.wait(30)
        self.sends.append(bytes(data[:7]))
        return len(self.sends[-1])


def test_everything_pending_goes_out_in_order_through_short_writes():
    wire = SlowWire()
    wire.open.set()
    outbox = Outbox(wire)
    for n in range(20):
        outbox.put(bytearray(b"frame %02d;" % n))
    outbox.flush()
    assert b"".join(wire.sends) == b"".join(b"frame %02d;" % n for n in range(20))


def test_a_frame_put_while_another_thread_sends_is_sent_by_that_thread():
    wire = SlowWire()
    outbox = Outbox(wire)
    outbox.put(bytearray(b"first"))
    sender = threading.Thread(target=outbox.flush)
    sender.start()
    assert wire.entered.wait(30)
    outbox.put(bytearray(b"second"))
    outbox.flush(wait=False)  # returns, although the wire takes nothing
    assert wire.sends == []
    wire.open.set()
    sender.join(30)
    assert b"".join(wire.sends) == b"firstsecond"


def test_it_says_when_enough_has_gathered():
    outbox = Outbox(SlowWire())
    assert not outbox.put(bytearray(GATHER - 1))
    assert outbox.put(bytearray(1))
