"""The wheels, built from a clean tree: each holds all of its package and nothing else, and works alone."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest

import report_abuse
from tests.parts.source import ROOT

ANY_KEY = "ra_live_button_acme_k1_p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
#: Distribution → the folder it is built from, the folder of its package, its package.
BUILT = {
    "report-abuse": (".", "sdk", "report_abuse"),
    "report-abuse-receiver": ("receiver", "receiver", "report_abuse_receiver"),
}
CLIENT = {"requests", "urllib3", "idna", "certifi", "charset-normalizer"}
INSTALLERS = {"pip", "setuptools"}

Wheels = Mapping[str, Path]

each = pytest.mark.parametrize("name", BUILT)


def _tree() -> list[str]:
    """What a commit of this tree would hold: tracked and untracked files, without those that git ignores."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Wheels:
    """Both wheels as a release would build them."""
    clean, out = tmp_path_factory.mktemp("clean"), tmp_path_factory.mktemp("wheels")
    for path in _tree():
        (clean / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, clean / path)
    for name, (folder, *_) in BUILT.items():
        _run(sys.executable, "-m", "build", "--wheel", "--outdir", out / name, clean / folder)
    return {name: next((out / name).glob("*.whl")) for name in BUILT}


@pytest.fixture(scope="module")
def sdk_alone(wheels: Wheels, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh virtual environment with the SDK in it and no extra."""
    return _installed(tmp_path_factory.mktemp("sdk"), wheels["report-abuse"])


@pytest.fixture(scope="module")
def receiver_alone(wheels: Wheels, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh virtual environment with the receiver in it; the SDK is found beside it."""
    beside = wheels["report-abuse"].parent
    return _installed(tmp_path_factory.mktemp("receiver"), wheels["report-abuse-receiver"], "--find-links", beside)


@each
def test_a_wheel_holds_every_file_of_its_package_and_no_other(wheels: Wheels, name: str) -> None:
    _, folder, package = BUILT[name]
    there = [Path(path).relative_to(folder) for path in _tree() if Path(path).is_relative_to(Path(folder, package))]
    packed = [one for one in _names(wheels[name]) if not one.partition("/")[0].endswith(".dist-info")]
    assert sorted(packed) == sorted(path.as_posix() for path in there)
    assert [one for one in _names(wheels[name]) if one.endswith("/licenses/LICENSE")]


@each
def test_a_wheel_is_what_an_index_takes(wheels: Wheels, name: str) -> None:
    _run(sys.executable, "-m", "twine", "check", "--strict", wheels[name])
    # W004: migrations are named by their numbers, and found by Alembic in their folder.
    _run(Path(sys.executable).with_name("check-wheel-contents"), "--ignore", "W004", wheels[name])


@each
def test_a_wheel_says_what_it_is(wheels: Wheels, name: str) -> None:
    told = _metadata(wheels[name])
    assert (told["Name"], told["Version"], told["License-Expression"]) == (name, report_abuse.__version__, "MIT")
    assert told["Author"]
    assert "Typing :: Typed" in told.get_all("Classifier", [])
    assert "](" not in told.get_payload().replace("](https://", "")


def test_the_sdk_alone_brings_itsdangerous_alone(sdk_alone: Path) -> None:
    assert _listed(sdk_alone) == {"report-abuse", "itsdangerous"}


def test_the_sdk_alone_mints_a_link_and_says_its_version(sdk_alone: Path) -> None:
    command = sdk_alone.with_name("report-abuse")
    environ = {"REPORT_ABUSE_URL": "https://report.example", "REPORT_ABUSE_KEY": ANY_KEY}
    link = _run(command, "link", "chat", **environ)
    assert link == "https://report.example/r/r1.acme.k1.eyJwIjoiY2hhdCJ9.sz_A6-n96cLd-4_hoJWjPA8_KVFEpdPyZ_NlQiE674c\n"
    assert _run(command, "--version") == f"report-abuse {report_abuse.__version__}\n"
    assert not sdk_alone.with_name("report-abuse-receiver").exists()


def test_its_extra_for_clients_brings_requests(wheels: Wheels, sdk_alone: Path) -> None:
    _run(sdk_alone, "-m", "pip", "install", "--quiet", f"{wheels['report-abuse']}[client]")
    assert _listed(sdk_alone) == {"report-abuse", "itsdangerous"} | CLIENT


def test_the_receiver_alone_looks_at_itself(receiver_alone: Path, tmp_path: Path) -> None:
    command = receiver_alone.with_name("report-abuse-receiver")
    assert _run(command, "--version") == f"report-abuse-receiver {report_abuse.__version__}\n"
    told = _run(command, "doctor", REPORT_ABUSE_HOME=str(tmp_path / "home"))
    assert "nothing was started here yet" in told


def _installed(folder: Path, wheel: Path, *more: object) -> Path:
    _run(sys.executable, "-m", "venv", folder)
    _run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, *more)
    return folder / "bin" / "python"


def _listed(python: Path) -> set[str]:
    listed = _run(python, "-m", "pip", "list", "--format=freeze").split()
    return {line.partition("==")[0].lower().replace("_", "-") for line in listed} - INSTALLERS


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        name = next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        return message_from_string(archive.read(name).decode())


def _names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return [name for name in archive.namelist() if not name.endswith("/")]


def _run(*command: object, **more: str) -> str:
    """Run it away from this tree; show what it said where it fails."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("REPORT_ABUSE_")}
    done = subprocess.run(
        [str(one) for one in command], cwd="/", env=environ | more, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}", pytrace=False)
    return done.stdout
