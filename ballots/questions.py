"""What a panel is asked, and how large a sealed answer can become."""

from collections.abc import Iterable, Sequence

from belenios.election import Question
from schemes.rules import PanelRule

# one choice of a ballot takes about 690 bytes of canonical JSON; the allowance is for longer numbers, not for padding
BYTES_PER_CHOICE, BYTES_PER_QUESTION, BYTES_AROUND = 900, 1200, 2048
# what a phone may have to send at most, and what the archive of one box may become: it is one value of the database
MOST_BALLOT = 1024 * 1024
MOST_ARCHIVE = 600 * 1024 * 1024


def questions(rule: PanelRule, subjects: Iterable[str]) -> tuple[Question, ...]:
    """One question a subject: the options in the scheme's order, 不了解 after them where the panel has it; abstaining is blank."""
    return tuple(Question(text=name, answers=rule.answer_titles, blank=True, minimum=1, maximum=1) for name in subjects)


def description(rule: PanelRule, *, rehearsal: bool) -> str:
    """What an election says of its panel; a rehearsal's evidence says that it is one."""
    return f"{rule.title}（演练）" if rehearsal else rule.title


def most_bytes(asked: Sequence[Question]) -> int:
    """The longest ballot that these questions can have, in bytes."""
    return BYTES_AROUND + sum(BYTES_PER_QUESTION + BYTES_PER_CHOICE * question.width for question in asked)
