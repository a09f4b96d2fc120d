"""Public keys: what a host without the desk holds, so that it seals every report and opens none (promise 4)."""

import base64
from pathlib import Path

from report_abuse_receiver.ground.errors import CannotStart, Refused
from report_abuse_receiver.ground.keys.keyring import (
    AUDIT,
    DISCLOSURE,
    LINK_MASTER,
    STAFF,
    VAULT,
    Keyring,
    keys_folder,
    kind_of,
    make_file,
    numbered,
    path_of,
    public_half,
    public_path_of,
    read_key,
)
from report_abuse_receiver.ground.keys.vault import PublicKey

_HOW = "on the desk's host run: report-abuse-receiver keys publish FOLDER, and put its files into"


def published_names(home: Path) -> tuple[str, ...]:
    """The vault and recovery keys whose public half lies under HOME, each kind from its oldest to its newest."""
    return numbered(home, public_path_of)


def read_public_keys(home: Path) -> Keyring:
    """The link master and the public halves; raises CannotStart naming the file that is missing or not a key."""
    names = published_names(home)
    if not any(kind_of(name) == VAULT for name in names) or not path_of(home, LINK_MASTER).exists():
        raise CannotStart(f"{keys_folder(home)} lacks {LINK_MASTER}.key or {VAULT}.pub; {_HOW} {keys_folder(home)}")
    halves = {name: public_half(home, name) for name in names}
    return Keyring(
        link_master=read_key(path_of(home, LINK_MASTER), length=32),
        disclosure=None,
        vault={name: key for name, key in halves.items() if kind_of(name) == VAULT},
        vault_private={},
        recovery={name: key for name, key in halves.items() if kind_of(name) != VAULT},
    )


def not_of_this_data(path: Path) -> CannotStart:
    """What to do about a key that the database knows nothing of, or knows as another."""
    return CannotStart(f"{path} is not a key of this data; {_HOW} {path.parent}")


def private_keys_in_reach(home: Path) -> list[Path]:
    """The vault's key files under HOME that this user can open; as root every file can be."""
    return [path for path in sorted(keys_folder(home).glob(f"{VAULT}*.key")) if _opens(path)]


def keys_of_the_desk_in_reach(home: Path) -> list[Path]:
    """Other key files under HOME that this user can open, and that no public page has a use for."""
    return [path for name in (DISCLOSURE, STAFF, AUDIT) if _opens(path := path_of(home, name))]


def lay_beside(home: Path, name: str, key: PublicKey) -> None:
    """Lay the public half of a vault key beside it. Raises CannotStart where the disk says no."""
    path, line = public_path_of(home, name), base64.b64encode(key.to_bytes())
    if not path.exists() or path.read_bytes().strip() != line:
        make_file(path, line)


def publish(keys: Keyring, folder: Path) -> list[str]:
    """Write what a public host needs into a new folder, 0700 with files of 0600; gives back their names.

    Raises Refused where the folder is there already or cannot be made, and CannotStart where it cannot be written to.
    """
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise Refused(f"{folder} cannot be made: {error.strerror}; write the path of a new folder") from error
    newest = [[*halves.items()][-1] for halves in (keys.vault, keys.recovery) if halves]
    files = {f"{LINK_MASTER}.key": keys.link_master, **{f"{name}.pub": key.to_bytes() for name, key in newest}}
    for name, raw in files.items():
        make_file(folder / name, base64.b64encode(raw))
    return sorted(files)


def _opens(path: Path) -> bool:
    try:
        path.open("rb").close()
    except OSError:
        return False
    return True
