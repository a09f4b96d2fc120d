"""How tests are dealt out: one by one to whichever worker is free, the long ones first, so that none waits at the end.

A file that first makes something dear for all its tests stays together, and a worker makes that once.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

#: What these make takes longer than what they ask of it.
TOGETHER = (
    "test_accessibility", "test_any_screen", "test_red_team", "test_desk_pages", "test_states", "test_wheel",
    "test_demo",
)  # fmt: skip
#: Files with a test, or a module, that takes ten seconds or more on two cores.
LONG = (
    *TOGETHER, "test_survival", "test_at_work", "test_audited_openings", "test_canaries", "test_keys",
    "test_traps_of_sending", "test_journey_by_all_means", "test_desk_scripts", "test_traps", "test_valid_html",
    "test_partner_pages",
)  # fmt: skip


class FilesTogether(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Each test is dealt out alone, but for the files that stay together."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.rpartition("/")[2].removesuffix(".py") in TOGETHER else nodeid


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesTogether:
    """Several workers take their tests from this."""
    return FilesTogether(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files in this order, then the others as they come; `--no-loadscope-reorder` leaves it so."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda one: places.get(one.path.stem, len(LONG)))
