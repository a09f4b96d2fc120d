"""Every right that a department declares."""

from importlib import import_module
from pkgutil import walk_packages

from report_abuse_receiver import ground
from report_abuse_receiver.ground.kinds import RightKind

for _module in walk_packages(ground.__path__, f"{ground.__name__}."):
    if _module.name.endswith(".kinds"):
        import_module(_module.name)

RIGHTS: frozenset[RightKind] = frozenset(right for kind in RightKind.__subclasses__() for right in kind)
