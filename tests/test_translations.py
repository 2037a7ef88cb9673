"""Every sentence stands in both catalogues, translated, with the same places to fill in."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """All msgids of the source as it is."""
    target = tmp_path_factory.mktemp("po") / "messages.pot"
    command = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "--quiet",
        "extract",
        "-F",
        "translations/babel.cfg",
        "-k",
        "N_",
    ]
    command += ["--ignore-dirs", ".venv .tools tests bench node_modules", "-o", str(target), "."]
    subprocess.run(command, cwd=ROOT, check=True)
    with target.open("rb") as file:
        return {message.id for message in read_po(file) if message.id}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_catalogue_is_complete(template, language):
    """No sentence is missing, fuzzy, left over, or lacks a place to fill in; `make catalogues` collects them."""
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = {message.id: message for message in read_po(file) if message.id}
    assert set(catalogue) == template
    assert [message.id for message in catalogue.values() if not message.string or message.fuzzy] == []
    assert [m.id for m in catalogue.values() if sorted(PLACES.findall(m.id)) != sorted(PLACES.findall(m.string))] == []


def test_english_is_english():
    """No Chinese is left in the English sentences."""
    with (ROOT / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        assert [message.string for message in read_po(file) if re.search("[\u4e00-\u9fff]", str(message.string))] == []


# What a clerk would have to be taught (docs/decisions/0083)
STRANGE = re.compile(
    r"密钥|指纹|校验|哈希|公钥|私钥|加密|解密|密文|份额|签名公布"
    r"|fingerprint|checksum|cipher|crypt(?!ion\.json)|private key|public key",
    re.IGNORECASE,
)


@pytest.mark.parametrize("folder", ["templates/desk", "web"])
def test_the_desk_does_not_speak_of_cryptography(folder):
    """Not a word of it in what an office reads, in Chinese or in English."""
    with (ROOT / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        english = {message.id: message.string for message in read_po(file)}
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    found = extract_from_dir(ROOT / folder, methods, keywords={"_": None, "N_": None})
    said = {
        message: PLACES.sub("", f"{message} {english[message]}") for _file, _line, message, _notes, _context in found
    }
    assert len(said) > 100
    assert [text for text in said.values() if STRANGE.search(text)] == []
