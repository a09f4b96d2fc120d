"""Fixtures for every test; each comes from a small module in tests/parts, where its words stand."""

pytest_plugins = [
    "tests.parts.memory",
    "tests.parts.order",
    "tests.parts.templates",
    "tests.parts.postgres",
    "tests.parts.places",
    "tests.parts.running",
    "tests.parts.command",
    "tests.parts.apart",
    "tests.parts.chromium",
    "tests.parts.shown",
    "tests.parts.desk_shown",
    "tests.parts.redis",
    "tests.parts.nginx",
    "tests.parts.mail",
    "tests.parts.town",
    "tests.parts.weakened",
]
