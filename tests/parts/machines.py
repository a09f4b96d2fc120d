"""State machines of hypothesis, run the same way each time: the same steps, and no search for shorter ones."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def run_machine(machine: type[RuleBasedStateMachine], *, runs: int, steps: int) -> None:
    """Let it take so many steps, so many times anew; a step that breaks an invariant fails the test."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=[*HealthCheck],
            phases=[Phase.generate],  # to shrink what failed would take minutes
        ),
    )
