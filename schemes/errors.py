"""What can be wrong with a pack, as a closed list; users read it in the words of cli/ and web/, which translate by code."""

from enum import StrEnum
from types import MappingProxyType


class SchemeFault(StrEnum):
    """Everything a pack is refused for."""

    UNKNOWN_SCHEME = "unknown_scheme"
    TOO_LONG = "too_long"
    LINE_TOO_LONG = "line_too_long"
    NOT_UTF8 = "not_utf8"
    SYNTAX = "syntax"
    TOO_DEEP = "too_deep"
    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    WRONG_TYPE = "wrong_type"
    NOT_A_LINE = "not_a_line"
    NOT_A_KEY = "not_a_key"
    NOT_ONE_OF = "not_one_of"
    NOT_EXACT = "not_exact"
    WRONG_NAME = "wrong_name"
    TAKEN = "taken"
    REPEATED = "repeated"
    RESERVED = "reserved"
    OUT_OF_RANGE = "out_of_range"
    MINIMUM_TOO_SMALL = "minimum_too_small"
    ROSTER_BELOW_MINIMUM = "roster_below_minimum"
    TWO_SHARES = "two_shares"
    WEIGHT_MISSING = "weight_missing"
    WEIGHT_UNUSED = "weight_unused"
    WEIGHT_RISES = "weight_rises"
    UNKNOWN_OPTION = "unknown_option"
    UNKNOWN_PANEL = "unknown_panel"
    UNKNOWN_GRADE = "unknown_grade"
    PANEL_NOT_SCORED = "panel_not_scored"
    SCALES_DIFFER = "scales_differ"
    WEIGHTS_SUM = "weights_sum"
    GRADE_LINES_MIXED = "grade_lines_mixed"
    GRADE_LINES_RISE = "grade_lines_rise"
    GRADE_LINES_OPEN = "grade_lines_open"
    LINE_TOO_FINE = "line_too_fine"
    NOTICE_TOO_SHORT = "notice_too_short"
    EXAMPLE_LENGTH = "example_length"
    UNKNOWN_SUBJECT = "unknown_subject"
    UNKNOWN_ATTRIBUTE = "unknown_attribute"
    UNKNOWN_BAR = "unknown_bar"
    UNKNOWN_CONSEQUENCE = "unknown_consequence"
    PERIOD_NOT_ASSESSED = "period_not_assessed"
    ONE_GRADE = "one_grade"
    ONE_BY_ONE = "one_by_one"
    ONE_OF_TWO = "one_of_two"
    NOT_A_DAY = "not_a_day"
    NO_SUCH_DAY = "no_such_day"
    TWO_COMPOSITES = "two_composites"
    NOT_LONGER = "not_longer"


SENTENCES = MappingProxyType(
    {
        SchemeFault.UNKNOWN_SCHEME: "there is no scheme {name!r}; there are: {known}",
        SchemeFault.TOO_LONG: "the file has {bytes} bytes, a pack has at most {limit}",
        SchemeFault.LINE_TOO_LONG: "line {line} has more than {limit} characters",
        SchemeFault.NOT_UTF8: "the file is not UTF-8 text (byte {byte}); save it as UTF-8",
        SchemeFault.SYNTAX: "line {line}, column {column}: {detail}",
        SchemeFault.TOO_DEEP: "the file is nested too deep",
        SchemeFault.UNKNOWN_KEY: "there is no such key",
        SchemeFault.MISSING_KEY: "this key is missing",
        SchemeFault.WRONG_TYPE: "{detail}",
        SchemeFault.NOT_A_LINE: "must be one line of text without blanks at its ends, at most 300 characters",
        SchemeFault.NOT_A_KEY: "must be a key: small letters, digits and _, a letter first, at most 40 characters",
        SchemeFault.NOT_ONE_OF: "{value} is none of the known values: {known}",
        SchemeFault.NOT_EXACT: '{value} is no exact number: write 0.8, 60 or "2/3"',
        SchemeFault.WRONG_NAME: "the name {value!r} does not match the file {name!r}",
        SchemeFault.TAKEN: "a scheme of the project is called {value!r}; give yours another name",
        SchemeFault.REPEATED: "{value!r} stands here twice",
        SchemeFault.RESERVED: "{value!r} has a meaning of its own; choose another word",
        SchemeFault.OUT_OF_RANGE: "{value} lies outside {low} to {high}",
        SchemeFault.MINIMUM_TOO_SMALL: "{value} ballots are too few: fewer than {limit} are never opened",
        SchemeFault.ROSTER_BELOW_MINIMUM: "a roster of {value} can never return {limit} ballots",
        SchemeFault.TWO_SHARES: "at_least_share and more_than_share exclude each other",
        SchemeFault.WEIGHT_MISSING: "a scored panel needs a weight for every option",
        SchemeFault.WEIGHT_UNUSED: "a counts_only panel has no weights",
        SchemeFault.WEIGHT_RISES: "the options stand best first: {value} is more than {before} before it",
        SchemeFault.UNKNOWN_OPTION: "the panel has no option {value!r}",
        SchemeFault.UNKNOWN_PANEL: "the scheme has no panel {value!r}",
        SchemeFault.UNKNOWN_GRADE: "the scheme has no grade {value!r}",
        SchemeFault.PANEL_NOT_SCORED: "panel {value!r} only counts, it has no score",
        SchemeFault.SCALES_DIFFER: "pooled panels need the same options and weights: {value!r} differs from {first!r}",
        SchemeFault.WEIGHTS_SUM: "the weights sum to {value}, not to 1",
        SchemeFault.GRADE_LINES_MIXED: "either every grade has at_least or none",
        SchemeFault.GRADE_LINES_RISE: "the grades stand best first, each line below the one before: {value} is not below {before}",
        SchemeFault.GRADE_LINES_OPEN: "the last grade must begin at 0, or scores below {value} have no grade",
        SchemeFault.LINE_TOO_FINE: "a line at {value} cannot be printed with {decimals} decimals",
        SchemeFault.NOTICE_TOO_SHORT: "{value} days are fewer than the minimum of {limit}",
        SchemeFault.EXAMPLE_LENGTH: "the example gives {value} numbers for {options} options",
        SchemeFault.UNKNOWN_SUBJECT: "the scheme assesses no subjects of the kind {value!r}",
        SchemeFault.UNKNOWN_ATTRIBUTE: "there is no attribute {value!r} of the kind that is needed here",
        SchemeFault.UNKNOWN_BAR: "the scheme has no bar {value!r}",
        SchemeFault.UNKNOWN_CONSEQUENCE: "the scheme has no consequence {value!r}",
        SchemeFault.PERIOD_NOT_ASSESSED: "none of these subjects is assessed by {value!r}",
        SchemeFault.ONE_GRADE: "what follows of itself (shall) leaves no choice: at most one grade",
        SchemeFault.ONE_BY_ONE: 'only a step over grades (of = "grades") is signed one by one: a result is signed whole, by poll',
        SchemeFault.ONE_OF_TWO: "exactly one of {first} and {second} must stand here",
        SchemeFault.NOT_A_DAY: 'must be month and day, for example "10-31"',
        SchemeFault.NO_SUCH_DAY: "no month has the day {value!r}",
        SchemeFault.TWO_COMPOSITES: "{value!r} has two weighted sums",
        SchemeFault.NOT_LONGER: "{over!r} is not longer than {of!r}",
    }
)


class SchemeError(ValueError):
    """A pack is refused. `where` names the file, `path` the key (empty for the whole file), `code` and `params` what is wrong."""

    def __init__(self, where: str, path: str, code: SchemeFault, **params: object) -> None:
        self.where = where
        self.path = path
        self.code = code
        self.params = params
        super().__init__(f"{where}: {path + ': ' if path else ''}{SENTENCES[code].format_map(params)}")
