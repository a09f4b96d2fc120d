"""What sealing costs: the processor time of one report, sealed for the vault and the recovery key (S7)."""

import statistics
import time

import pytest

from report_abuse_receiver.ground.keys.vault import new_private_key, seal
from tests.proofs import page

REPORTS = 2_000
#: Bytes: a short report, a long story, and about the longest there is.
SIZES = (900, 12_000, 60_000)


@pytest.mark.proof
def test_sealing_takes_less_than_a_millisecond() -> None:
    recipients = [new_private_key().public_key() for _ in range(2)]
    costs = {size: cost(size, recipients) for size in SIZES}
    page.write(
        "Sealing a report",
        [
            f"Processor time of one report, median of {REPORTS:,}: a data key, ChaCha20-Poly1305 over padded words,",
            f"and HPKE ({recipients[0].suite}) for the vault and for the recovery key.",
            "",
            *page.table(
                ("bytes of words", "ms"), [(f"{size:,}", f"{1000 * took:.2f}") for size, took in costs.items()]
            ),
        ],
        libraries=["cryptography"],
    )
    assert costs[SIZES[0]] < 0.001


def cost(size: int, recipients: list) -> float:
    """Seconds of processor time, median."""
    words, took = b"x" * size, []
    for number in range(REPORTS):
        before = time.process_time()
        seal(words, reference=f"R{number}", recipients=recipients)
        took.append(time.process_time() - before)
    return statistics.median(took)
