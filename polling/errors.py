"""Domain errors: a code and its parameters. The words for people are made in `web/errors.py` and `cli/words.py`."""


class DomainError(Exception):
    """What an act ran into: `code` names it, `params` fill the sentence; never an internal detail."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        """Code and parameters, for a log; people read the sentence of the catalogue."""
        return f"{self.code} {self.params}" if self.params else self.code


class RuleRefused(DomainError):
    """A rule forbids the act (exit code 1)."""


class BadInput(DomainError):
    """What was handed in can't be used as it is (exit code 2)."""
