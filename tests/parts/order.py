"""Which files begin first: the long ones, so that at the end no worker waits for another that has one of them left."""

import pytest

#: The longest first, each half a minute or more on two cores.
LONG = (
    "test_survival", "test_accessibility", "test_at_work", "test_traps_of_sending", "test_hostile_input",
    "test_canaries", "test_links_gate", "test_keys", "test_red_team", "test_journey_by_all_means", "test_desk_pages",
    "test_demo", "test_traps", "test_backup", "test_any_screen", "test_import_export", "test_recovery",
    "test_desk_scripts",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files in this order, then the others as they come; `--no-loadscope-reorder` leaves it so."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda one: places.get(one.path.stem, len(LONG)))
