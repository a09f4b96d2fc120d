"""How tests are dealt out: one by one to whichever worker is free, the long ones first, so that none waits at the end.

A module that first makes something dear for all its tests stays together, and a worker makes that once.
"""

import pytest

#: What these make takes longer than what they ask of it.
TOGETHER = ("test_accessibility", "test_any_screen", "test_red_team", "test_desk_pages", "test_states")
#: Files with a test, or a module, that takes ten seconds or more on two cores.
LONG = (
    *TOGETHER, "test_survival", "test_at_work", "test_audited_openings", "test_canaries", "test_keys", "test_demo",
    "test_traps_of_sending", "test_journey_by_all_means", "test_desk_scripts", "test_traps", "test_valid_html",
    "test_partner_pages",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files in this order, then the others as they come; `--no-loadscope-reorder` leaves it so."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda one: places.get(one.path.stem, len(LONG)))
    for one in items:
        if one.path.stem in TOGETHER:
            one.add_marker(pytest.mark.xdist_group(one.path.stem))
