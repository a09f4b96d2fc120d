"""An nginx of our own in front of a receiver, configured as docs/operators.md says."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.parts.real import free_port, missing
from tests.parts.running import until_true

OPERATORS = Path(__file__).parents[2] / "docs" / "operators.md"
SETTINGS = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
{location}
    }}
}}
"""


@pytest.fixture
def in_front_of(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Put nginx in front of the base URL of a receiver, or of another nginx; gives its base URL."""
    with ExitStack() as stack:
        yield lambda base_url: _start(stack, tmp_path / "nginx", base_url)


def _start(stack: ExitStack, folder: Path, base_url: str) -> str:
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        missing("nginx", package="nginx")
    port = free_port()
    folder = folder / str(port)
    folder.mkdir(parents=True)
    settings = folder / "nginx.conf"
    settings.write_text(SETTINGS.format(folder=folder, port=port, location=_documented(base_url)), "utf-8")
    command = [program, "-e", str(folder / "error.log"), "-c", str(settings)]
    process = stack.enter_context(subprocess.Popen(command, stdin=subprocess.DEVNULL))
    stack.callback(process.terminate)
    front = f"http://127.0.0.1:{port}"
    until_true(lambda: _answers(front), what="nginx to answer")
    return front


def _documented(base_url: str) -> str:
    """The location block that an operator is told to write, with the address of this receiver in it."""
    found = re.search(r"```nginx\n(.*?)```", OPERATORS.read_text("utf-8"), re.DOTALL)
    if found is None:
        pytest.fail("docs/operators.md shows no nginx configuration", pytrace=False)
    return found[1].replace("http://127.0.0.1:8000", base_url)


def _answers(front: str) -> bool:
    try:
        with requests.get(f"{front}/healthz", timeout=5) as answer:
            return answer.status_code == 200
    except requests.RequestException:
        return False
