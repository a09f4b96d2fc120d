"""Envelopes of long ago open with the oldest `cryptography` that setup.cfg allows, and with the newest there is."""

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.parts.source import ROOT, SHIPPED

GOLDEN = ROOT / "tests" / "golden"
#: Opens each golden envelope, then seals and opens one of its own for both keys, with what is installed beside it.
OPENING = """
import base64, json, sys
from pathlib import Path
import cryptography
from report_abuse_receiver.ground.keys.vault import Envelope, PrivateKey, WrappedKey, open_envelope, seal, wrap_again

keys = []
for path in sorted(Path(sys.argv[1]).glob("envelope-*.json")):
    kept = json.loads(path.read_text("utf-8"))
    key = PrivateKey.from_bytes(base64.b64decode(kept["private_key"]))
    wrapped = WrappedKey(kept["kid"], kept["suite"], base64.b64decode(kept["wrapped"]))
    envelope = Envelope(base64.b64decode(kept["body"]), (wrapped,))
    if open_envelope(envelope, reference=kept["reference"], key=key).decode() != kept["words"]:
        raise SystemExit(f"{path} does not hold its words")
    keys.append(key)
recipients = [key.public_key() for key in keys]
fresh = seal(b"words", reference="4HK-2MP-9TC", recipients=recipients)
again = Envelope(fresh.body, wrap_again(fresh, reference="4HK-2MP-9TC", key=keys[0], recipients=recipients))
opened = {open_envelope(one, reference="4HK-2MP-9TC", key=key) for one in (fresh, again) for key in keys}
print(len(keys), opened == {b"words"}, cryptography.__version__)
"""


def floor() -> str:
    """The oldest release that receiver/setup.cfg allows."""
    read = configparser.ConfigParser()
    read.read(ROOT / "receiver" / "setup.cfg")
    found = re.search(r"^cryptography>=(\d+)$", read["options"]["install_requires"], re.MULTILINE)
    return f"{found[1]}.0.0" if found else ""


@pytest.mark.proof
@pytest.mark.timeout(900)
@pytest.mark.parametrize("wanted", [f"=={floor()}", ""], ids=["oldest", "newest"])
def test_golden_envelopes_open_with_the_oldest_and_the_newest_library(wanted: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path], check=True)
    python = tmp_path / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--upgrade", f"cryptography{wanted}"]
    subprocess.run(install, check=True)
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(str(one) for one in SHIPPED)}
    told = subprocess.run(
        [python, "-c", OPENING, GOLDEN], env=environ, check=True, capture_output=True, text=True
    ).stdout.split()
    print(f"\ncryptography {told[2]} opens {told[0]} golden envelopes")
    assert told[:2] == ["2", "True"]
    assert told[2] == floor() or not wanted
