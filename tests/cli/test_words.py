"""Totality of words: every error that can reach a person has its sentence, and every sentence can be filled in and is used."""

import ast

import pytest
from codes import calls, codes, lacking, places, raised

from belenios.decryption import DecryptionRefusal
from belenios.verify import DECRYPTION_CHECKS
from cli.main import as_domain_error
from cli.output import load_translations
from cli.scheme_words import FAULTS, fault_sentence
from cli.words import SENTENCES, sentence
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.models import Level, Role
from polling.sentences import REASONS, VALUES
from schemes.errors import SENTENCES as ENGLISH_FAULTS
from schemes.errors import SchemeError, SchemeFault

# a command never runs the code of web/: what is raised there alone has its sentence in web.words
OURS = ("polling", "ballots", "publishing", "scoring", "cli")
# what hands on another call's code, found where that call stands
FORWARDS = {
    ("polling/polls.py", "BadInput", "code"),
    ("polling/polls.py", "bad", "error.code"),
    ("ballots/slips.py", "BadInput", "code"),
}


def test_no_code_is_raised_in_a_way_that_escapes_this_test():
    """A code is written where it is raised; the few that hand another one on are known."""
    assert raised()[1] == FORWARDS


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    """What a command can run into has its sentence, and no sentence is left over."""
    assert codes(OURS) - set(SENTENCES) == set()
    assert set(SENTENCES) - codes() == set()


def test_every_sentence_can_be_filled_in():
    """Wherever a code is raised, all that its sentence names is given."""
    assert lacking(SENTENCES) == {}


def fault_calls():
    """Every fault that is raised: (where, fault, names of the parameters)."""
    for file, _name, call in calls(["schemes"], {"demand"}):  # assessment_checks.py: raised there with the value alone
        yield f"{file}:{call.lineno}", SchemeFault[call.args[3].attr], {"value"}
    for file, _name, call in calls(["schemes", "polling"], {"SchemeError"}):
        codes = [node.attr for node in ast.walk(call.args[2]) if isinstance(node, ast.Attribute)]
        for code in codes or ["UNKNOWN_KEY", "MISSING_KEY"]:  # loading.py: one of the two, chosen in the line before
            yield f"{file}:{call.lineno}", SchemeFault[code], {keyword.arg for keyword in call.keywords}


def test_every_fault_of_a_pack_has_a_sentence_that_can_be_filled_in():
    """FAULTS has every SchemeFault, each is raised somewhere, and what its sentence names is given there."""
    assert set(FAULTS) == set(SchemeFault) == {fault for _where, fault, _parameters in fault_calls()}
    for where, fault, parameters in fault_calls():
        assert places(FAULTS[fault]) <= parameters, (where, fault)
        assert places(ENGLISH_FAULTS[fault]) <= parameters, (where, fault)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_sentences_come_out_whole(language):
    """Every sentence, filled in, in both languages: no place is left open, no Chinese in the English ones."""
    translations = load_translations(language)
    texts = []
    for code, text in SENTENCES.items():
        parameters = dict.fromkeys(places(text), "x") | ({"reason": "fault"} if "reason" in places(text) else {})
        texts.append(sentence(RuleRefused(code, **parameters), translations))
    for fault, text in FAULTS.items():
        texts.append(
            fault_sentence(
                SchemeError("f", "k", fault, **dict.fromkeys(places(ENGLISH_FAULTS[fault]) | places(text), "x")),
                translations,
            )
        )
    assert [text for text in texts if "{" in text or not text.strip()] == []
    if language == "en":
        assert [text for text in texts if any("\u4e00" <= character <= "\u9fff" for character in text)] == []


def test_lists_are_written_as_lists():
    """Several values are joined as people write them."""
    said = sentence(BadInput("issued_key", key="x", allowed=["甲", "乙"]), load_translations("zh_CN"))
    assert "甲、乙" in said


def test_every_reason_has_its_words():
    """Whatever refuses a decryption, or a share, is said in words."""
    assert set(REASONS) == {reason.value for reason in (*DecryptionRefusal, *DECRYPTION_CHECKS)}
    for reason, words in REASONS.items():
        said = sentence(RuleRefused("decryption_refused", panel="x", reason=reason), load_translations("zh_CN"))
        assert words in said


def test_states_and_roles_are_said_in_words():
    """A state or a role stands in a sentence as people call it; a user who has such a word for a name keeps the name."""
    assert set(VALUES) == {*State, *Role, *Level}
    said = sentence(
        RuleRefused("role_wrong", name="reader", organization="本单位", needed=["organizer", "administrator"]),
        load_translations("zh_CN"),
    )
    assert "reader 在「本单位」没有这样的身份" in said
    assert "组织者、管理员" in said


def test_a_fault_of_ours_is_no_sentence():
    """What no rule foresees is not dressed up as an answer: it goes on as it is."""
    with pytest.raises(ZeroDivisionError):
        as_domain_error(ZeroDivisionError(), load_translations("zh_CN"))
