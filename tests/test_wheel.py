"""The wheel, built from a clean tree: it holds all that ships and nothing else, and brings the SDK alone."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.parts.source import ROOT, SHIPPED

SDK_NEEDS = {"itsdangerous", "requests", "urllib3", "idna", "certifi", "charset-normalizer"}
ANY_KEY = "ra_live_button_acme_k1_p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
TOP_LEVEL = {"report_abuse", "report_abuse_receiver"}


def _tree() -> list[str]:
    """What a commit of this tree would hold: tracked and untracked files, without those that git ignores."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel as a release would build it."""
    clean, out = tmp_path_factory.mktemp("clean"), tmp_path_factory.mktemp("wheel")
    for path in _tree():
        (clean / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, clean / path)
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", out, clean)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh virtual environment with the wheel in it and no extra."""
    folder = tmp_path_factory.mktemp("alone")
    _run(sys.executable, "-m", "venv", folder)
    _run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", wheel)
    return folder / "bin" / "python"


def test_the_wheel_holds_every_file_of_both_packages(wheel: Path) -> None:
    expected = {
        (ROOT / path).relative_to(folder).as_posix()
        for path in _tree()
        for folder in SHIPPED
        if (ROOT / path).is_relative_to(folder)
    }
    assert _packed(wheel) == expected


def test_the_wheel_claims_no_other_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name.partition("/")[0] for name in archive.namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == TOP_LEVEL


def test_installed_alone_it_brings_only_what_the_sdk_needs(alone: Path) -> None:
    listed = _run(alone, "-m", "pip", "list", "--format=freeze").split()
    names = {line.partition("==")[0].lower().replace("_", "-") for line in listed}
    assert names - {"pip", "setuptools"} == {"report-abuse"} | SDK_NEEDS


def test_installed_alone_it_mints_a_link(alone: Path) -> None:
    _run(alone, "-c", "import report_abuse")
    environ = {"REPORT_ABUSE_URL": "https://report.example", "REPORT_ABUSE_KEY": ANY_KEY}
    link = _run(alone.with_name("report-abuse"), "link", "chat", **environ)
    assert link == "https://report.example/r/r1.acme.k1.eyJwIjoiY2hhdCJ9.sz_A6-n96cLd-4_hoJWjPA8_KVFEpdPyZ_NlQiE674c\n"


def _packed(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if name.partition("/")[0] in TOP_LEVEL and not name.endswith("/")}


def _run(*command: object, **more: str) -> str:
    """Run it away from this tree; show what it said where it fails."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("REPORT_ABUSE_")}
    done = subprocess.run(
        [str(one) for one in command], cwd="/", env=environ | more, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}", pytrace=False)
    return done.stdout
