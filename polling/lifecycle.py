"""The table of states of a poll. A step that is not in it does not exist; a closed box is never reopened.

The one way back is from a result on notice, or final, to counted: its figures are corrected, its box is not.
"""

from enum import StrEnum

from polling.errors import RuleRefused


class State(StrEnum):
    """Where a poll stands."""

    DRAFT = "draft"
    PRINTED = "printed"
    OPEN = "open"
    CLOSED = "closed"
    TALLIED = "tallied"
    COUNTED = "counted"
    NOTICED = "noticed"
    FINAL = "final"
    ARCHIVED = "archived"
    ANNULLED = "annulled"


STEPS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PRINTED}),
    State.PRINTED: frozenset({State.PRINTED, State.OPEN, State.ANNULLED}),
    State.OPEN: frozenset({State.CLOSED, State.ANNULLED}),
    State.CLOSED: frozenset({State.TALLIED, State.ANNULLED}),
    State.TALLIED: frozenset({State.COUNTED, State.ANNULLED}),
    State.COUNTED: frozenset({State.NOTICED, State.ANNULLED}),
    # a correction goes the whole way again: signatures, document, notice
    State.NOTICED: frozenset({State.FINAL, State.COUNTED, State.ANNULLED}),
    State.FINAL: frozenset({State.ARCHIVED, State.COUNTED, State.ANNULLED}),
    State.ARCHIVED: frozenset({State.ANNULLED}),
    State.ANNULLED: frozenset(),
}


def step(now: State, then: State) -> State:
    """The next state, or RuleRefused `wrong_state` with both names."""
    if then not in STEPS[now]:
        raise RuleRefused("wrong_state", now=now.value, then=then.value)
    return then
