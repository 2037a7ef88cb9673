"""Typed codes: a mistake is found, and found in its group; what is printed is always right."""

import json
import os
import random
import shutil
import subprocess
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import ROOT

from ballots.typed_codes import new_code, wrong_groups
from belenios.credentials import GROUPS, secret_of
from belenios.encoding import BASE58

UUID = "gXrgPRVuWQxNFS"


def drawn(seed):
    """A code from a seed."""
    return new_code(random.Random(seed).randbytes)


codes = st.integers(0, 2**64).map(drawn)


@given(codes)
def test_a_printed_code_has_no_wrong_group(code):
    """Every code made for printing has the form of the specification and passes its own checks, however it is divided."""
    assert [len(group) for group in code.split("-")] == list(GROUPS)
    assert secret_of(code, UUID) > 0
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    for typed in (code, code.replace("-", ""), code.replace("-", " "), f" {code.replace('-', '－')} ", wide):
        assert wrong_groups(typed) == [], typed


@given(codes, st.data())
def test_one_wrong_character_is_found_in_its_group(code, data):
    """Another base58 character at any place makes its own group wrong, in 57 of 58 cases, and never another one."""
    place = data.draw(st.sampled_from([at for at, character in enumerate(code) if character != "-"]))
    other = data.draw(st.sampled_from([character for character in BASE58 if character != code[place]]))
    group = code[:place].count("-") + 1
    found = wrong_groups(code[:place] + other + code[place + 1 :])
    assert found in ([group], [])
    at_its_end = place + 1 == len(code) or code[place + 1] == "-"
    assert found or not at_its_end  # the check itself can't be another


def test_most_mistakes_are_found():
    """Over many codes about one wrong character in 58 slips through, and two exchanged neighbours no more often."""
    draw = random.Random(7)
    missed = Counter()
    tried = 4000
    for seed in range(tried):
        code = drawn(seed)
        place = draw.choice([0, 6, 13, 19])
        other = draw.choice([character for character in BASE58 if character != code[place]])
        missed["one"] += wrong_groups(code[:place] + other + code[place + 1 :]) == []
        if code[place] != code[place + 1]:
            turned = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            missed["turned"] += wrong_groups(turned) == []
    assert 0.008 < missed["one"] / tried < 0.03
    assert missed["turned"] / tried < 0.03


@given(codes, st.integers(0, 3), st.sampled_from("0OIl?测"))
def test_characters_that_no_code_has_are_found_in_their_group(code, at, character):
    """0, O, I and l are in no code, and neither is anything else."""
    groups = code.split("-")
    groups[at] = character + groups[at][1:]
    assert wrong_groups("-".join(groups)) == [at + 1]


@given(codes, st.integers(0, 3))
def test_a_forgotten_character_is_found_in_its_group(code, at):
    """Typed with hyphens or blanks, a group that is too short or too long is the only one that is named."""
    groups = code.split("-")
    for wrong in (groups[at][:-1], groups[at] + "1"):
        assert wrong_groups(" ".join([*groups[:at], wrong, *groups[at + 1 :]])) == [at + 1]


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text):
    """Whatever is typed, the answer is a list of groups from 1 to 4, and nothing typed is all four."""
    assert set(wrong_groups(text)) <= {1, 2, 3, 4}
    assert wrong_groups("") == [1, 2, 3, 4]


def test_eighteen_characters_are_random():
    """A code keeps 105 bits: each free place takes all characters about equally often, and codes do not come twice."""
    made = [new_code(os.urandom) for _ in range(5800)]
    assert len(set(made)) == len(made)
    free = [place for place in range(25) if place not in (4, 5, 11, 12, 17, 18, 24)]
    assert len(free) == 18
    for place in range(25):
        if place not in (5, 12, 18):
            counts = Counter(code[place] for code in made)
            assert set(counts) == set(BASE58)
            assert max(counts.values()) < 200  # 100 expected


@pytest.mark.skipif(
    not (shutil.which("node") and (ROOT / "booth/node_modules/@noble/hashes").is_dir()),
    reason="NOT TESTED whether the page finds the same wrong groups: Node or booth/node_modules is missing, `npm ci` in booth/ installs it",
)
def test_the_page_finds_the_same_groups(tmp_path):
    """booth/protocol/typed_code.js and this module agree on right, wrong, short, long and strange texts."""
    draw = random.Random(11)
    texts = ["", "x", "1 2 3 4", "测评", "0OIl0-000000-00000-000000", "－" * 30]
    for seed in range(300):
        code = drawn(seed)
        place = draw.randrange(25)
        texts += [code, code.replace("-", ""), code[:place] + draw.choice(BASE58 + "0 -·－") + code[place + 1 :]]
        texts += [code[:place] + code[place + 1 :], code[:place] + "z" + code[place:], code.lower()]
    script = (
        "import {wrongGroups} from './protocol/typed_code.js'; let raw = ''; process.stdin.on('data', (part) => (raw += part));"
        "process.stdin.on('end', () => console.log(JSON.stringify(JSON.parse(raw).map(wrongGroups))));"
    )
    answer = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        cwd=ROOT / "booth",
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(answer.stdout) == [wrong_groups(text) for text in texts]
