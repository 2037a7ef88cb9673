"""The documents say what the program does, no more and no less: settings, commands, addresses, refusals, examples, names of files."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import click
import pytest

from ballots.box import archive
from ballots.casting import CastRefusal
from ballots.key_backup import backup_text
from belenios.checks import Check
from cli.main import run, yipiao
from cli.trustee import read_key_file
from polling.db import Database
from polling.polls import PanelEntry, PollFile, SubjectEntry, read_poll_file
from polling.settings import ENVIRONMENT, read_settings
from schemes.loading import load, names
from web.app import create_app
from web.errors import STATUS
from web.openapi import OPENAPI

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("static/**/*.md"), *ROOT.glob("tests/vectors/*.md")]
)
ROOMS = "belenios|schemes|tally|polling|ballots|publishing|web|cli|migrations|templates|static|translations|tests|bench|docs|\\.ci"
PACKAGES = (
    "belenios",
    "ballots",
    "polling",
    "publishing",
    "schemes",
    "scoring",
    "tally",
    "web",
    "cli",
    "bench",
    "tests",
)
LAWS = 14


@cache
def read(name):
    """Give a document's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def example_of_the_readme():
    """Give the one poll file that the README shows."""
    [example] = re.findall(r"(?s)```toml\n(.+?)```", read("README.md"))
    return example


def own_sources(*rooms):
    """List (file, text) of the Python sources of some rooms."""
    return [
        (path.name, path.read_text(encoding="utf-8")) for room in rooms for path in sorted((ROOT / room).rglob("*.py"))
    ]


def chapters(name, level="## "):
    """Cut a document at its headings: heading -> text below it."""
    parts = re.split(rf"(?m)^{level}", read(name))[1:]
    return {part.partition("\n")[0].strip(): part.partition("\n")[2] for part in parts}


# ---------------------------------------------------------------- settings, commands, exit codes


def test_every_setting_is_explained():
    """The table of settings in docs/operations.md has every variable the program reads, and no other."""
    rows = re.findall(r"(?m)^\| `([A-Z_]+)` \|", chapters("docs/operations.md")["Settings"])
    assert sorted(rows) == sorted(ENVIRONMENT)


def commands(group=yipiao, path=("yipiao",)):
    """Walk the command's tree: (heading in docs/operations.md, command)."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
            yield (
                " ".join([*path, name, *(argument.metavar or argument.name.upper() for argument in arguments)]),
                command,
            )


def options_of(command):
    """List the long options of a command."""
    return {name for parameter in command.params if isinstance(parameter, click.Option) for name in parameter.opts}


def test_every_command_has_its_section():
    """Each command with its arguments is a heading of the command reference, and each heading there is a command."""
    written = [heading.strip("`") for heading in chapters("docs/operations.md", "### ") if heading.startswith("`")]
    assert sorted(written) == sorted(heading for heading, _command in commands())


@pytest.mark.parametrize(
    ("heading", "command"), [*commands()], ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_option_is_explained(heading, command):
    """A command's section names each of its options and none that it does not have, and says what --json gives."""
    section = chapters("docs/operations.md", "### ")[f"`{heading}`"]
    assert set(re.findall(r"`(--[a-z-]+)", section)) == options_of(command)
    assert re.search("JSON(:| for )", section) or heading == "yipiao serve"


def test_every_exit_code_is_explained(home, capsys):
    """The documented exit codes are 0, 1 and 2, and each can be had: done, refused by a rule, bad input."""
    reference = chapters("docs/operations.md")["Command reference"]
    written = {int(code) for code in re.findall(r"(?m)^\| ([0-9]+) \|", reference)}
    key = str(home.parent / "li.key")
    met = {run(["scheme", "list"]), run(["trustee", "new", key, "--read-back", " "]), run(["poll", "close", "unknown"])}
    assert written == met == {0, 1, 2}
    said = capsys.readouterr().err
    assert "unknown" in said


def promised(heading):
    """List the keys of the first JSON object that a command's section promises."""
    [found] = re.search(r"JSON.*?`{(.*?)}`", chapters("docs/operations.md", "### ")[f"`{heading}`"], re.DOTALL).groups()
    for nested in (r"{[^{}]*}", r"{[^{}]*}", r"\[[^\]]*\]", r':("[a-z]+"|true)'):
        found = re.sub(nested, "", found)
    return set(re.findall(r'"([a-z_]+)"', found))


@pytest.fixture
def said(capsys):
    """Run a command, named by its heading, with --json: what it said, once that has the keys its section promises."""

    def run_it(heading, *arguments):
        words = [word for word in heading.split()[1:] if word.islower()]
        capsys.readouterr()
        assert run([*words, *map(str, arguments), "--json"]) == 0, capsys.readouterr().err
        answer = json.loads(capsys.readouterr().out)
        assert set(answer) == promised(heading), heading
        return answer

    return run_it


def test_the_promised_json_is_what_the_commands_say(home, tmp_path, monkeypatch, said):
    """From the draft to the annulled poll and the restored backup, each command's object has the keys its section promises."""
    said("yipiao scheme list")
    said("yipiao scheme show NAME", "standard")
    said("yipiao scheme check FILE", ROOT / "schemes/packs/standard.toml")
    said("yipiao user add NAME", "王组织", "--role", "organizer")
    (tmp_path / "poll.toml").write_text(example_of_the_readme(), encoding="utf-8")
    poll = said("yipiao poll create FILE", tmp_path / "poll.toml")["poll"]
    said("yipiao poll print ID", poll, "--bundle", tmp_path / "bundle.json")
    points = said("yipiao slips make FILE", tmp_path / "bundle.json", "--sheets", tmp_path / "slips")["points"]
    [panel] = said("yipiao poll open ID", poll, "--credentials", points)["panels"]
    assert said("yipiao poll close ID", poll)["state"] == "closed"
    database = Database(read_settings())
    with database.reading_connection() as connection:
        (tmp_path / "box.bel").write_bytes(archive(connection, panel["panel"]))
    database.dispose()
    assert said("yipiao verify FILE", tmp_path / "box.bel", "--setup", panel["setup"])["opened"] is False
    assert said("yipiao poll count ID", poll)["state"] == "counted"
    said("yipiao receiver add NAME URL", "county", "http://127.0.0.1:9/")
    said("yipiao receiver pause NAME", "county")
    said("yipiao receiver resume NAME", "county")
    assert said("yipiao poll publish ID", poll, "--result", tmp_path / "result.json")["state"] == "noticed"
    said("yipiao deliver", "--once")
    said("yipiao receiver list")
    said("yipiao receiver remove NAME", "county")
    said("yipiao publish", "--verify", tmp_path / "result.json")
    said("yipiao keys rotate")
    assert said("yipiao poll annul ID", poll, "--reason", "试验")["state"] == "annulled"
    said("yipiao backup FILE", tmp_path / "backup")
    monkeypatch.setenv("YIPIAO_HOME", str(tmp_path / "another"))
    said("yipiao restore FILE", tmp_path / "backup")


def test_a_lost_key_comes_back_from_paper(home, tmp_path, monkeypatch, said):
    """The lines that docs/operations.md gives for a lost key file make the same key again from its paper backup."""
    key = tmp_path / "li.key"
    assert run(["trustee", "new", str(key), "--read-back", " "]) == 1
    before = read_key_file(str(key))
    paper = backup_text(int(before["private_key"]))
    [lines] = re.findall(r"(?s)```python\n(.+?)```", read("docs/operations.md"))
    monkeypatch.setattr("sys.argv", ["rekey.py", str(tmp_path / "again.key")])
    monkeypatch.setattr("builtins.input", lambda _prompt: paper)
    exec(compile(lines, "docs/operations.md", "exec"), {})
    again = read_key_file(str(tmp_path / "again.key"))
    assert (again["private_key"], again["confirmed"]) == (before["private_key"], True)
    said("yipiao trustee new FILE", key, "--read-back", paper)


# ---------------------------------------------------------------- addresses, refusals, checks


def test_every_address_is_explained(database):
    """docs/protocol.md has a row for every route of the application, with its method, and for every path of the OpenAPI document."""
    cells = re.findall(r"(?m)^\| (`(?:GET|POST) .+?`) \|", chapters("docs/protocol.md")["5. Addresses"])
    rows = {row for cell in cells for row in re.findall(r"`([^`]+)`", cell)}
    app = create_app(database)
    routes = {f"{name} {rule.rule}" for rule in app.url_map.iter_rules() for name in rule.methods - {"HEAD", "OPTIONS"}}
    paths = [(path.replace("{", "<").replace("}", ">"), methods) for path, methods in OPENAPI["paths"].items()]
    described = {f"{method.upper()} {path}" for path, methods in paths for method in methods}
    assert rows == routes
    assert described <= rows


def test_every_refusal_is_explained():
    """The table of refusals in docs/protocol.md has each refusal once, with the status it is answered with."""
    rows = re.findall(r"(?m)^\| [0-9]+ \| `([a-z_]+)` \| ([0-9]{3}) \|", chapters("docs/protocol.md")["6. Refusals"])
    assert len(rows) == len(CastRefusal)
    assert {CastRefusal(name): int(status) for name, status in rows} == STATUS


def test_every_check_is_explained():
    """The table of the verifier's checks in docs/protocol.md names each check, in the order in which they are made."""
    table = chapters("docs/protocol.md")["9. Archive"].partition("| check |")[2]
    named = [name for row in re.findall(r"(?m)^\| (`.+?) \| ", table) for name in re.findall(r"`([a-z_]+)`", row)]
    assert named == [check.value for check in Check]


# ---------------------------------------------------------------- examples


def test_every_key_of_a_poll_file_is_explained():
    """The table in docs/operations.md has every key that `poll create` reads, and no other; the README leads there."""
    rows = re.findall(r"(?m)^\| (?:`\[\[(\w+)\]\]` )?`(\w+)` \|", chapters("docs/operations.md", "### ")["A poll file"])
    parts = {"subjects": SubjectEntry, "panels": PanelEntry}
    keys = [("", key) for key in PollFile.__struct_fields__ if key not in parts]
    keys += [(part, key) for part, entry in parts.items() for key in entry.__struct_fields__]
    assert sorted(rows) == sorted(keys)
    assert "docs/operations.md#a-poll-file" in read("README.md")


def test_the_poll_file_of_the_readme_works(home, tmp_path, capsys):
    """The README's example is a poll file as it stands, and `yipiao poll create` makes a draft from it."""
    example = example_of_the_readme()
    assert read_poll_file(example.encode(), "README.md").rehearsal is True
    file = tmp_path / "poll.toml"
    file.write_text(example, encoding="utf-8")
    assert run(["poll", "create", str(file), "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["poll"]


def test_the_commands_of_the_readme_exist():
    """Every `yipiao …` line of the README names a command and options that it has."""
    known = {" ".join(word for word in heading.split() if word.islower()): command for heading, command in commands()}
    blocks = re.split(r"(?m)^```.*$", read("README.md"))[1::2]
    lines = [line for block in blocks for line in re.findall(r"\b(yipiao [a-z][^;#\n]*)", block)]
    assert len(lines) > len(["a key each", "two users", "create", "print", "make", "open", "serve", "close", "count"])
    for line in lines:
        words = line.split()
        name = next(name for name in (" ".join(words[:3]), " ".join(words[:2])) if name in known)
        assert set(re.findall(r"--[a-z-]+", line)) <= options_of(known[name]), line


def test_every_dependency_has_its_decision():
    """A package in pyproject.toml is named in the decision about dependencies."""
    project = tomllib.loads(read("pyproject.toml"))["project"]
    entries = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    wanted = [re.match(r"[a-z0-9-]+", entry)[0] for entry in entries]
    words = set(re.findall(r"[a-z][a-z0-9-]+", read("docs/decisions/0011-dependencies.md").lower()))
    assert [name for name in wanted if name not in words] == []


# ---------------------------------------------------------------- articles and the tests that hold them


def articles_of(source):
    """List the articles that a rule's source names, or the chapters of a document that has no articles."""
    return re.findall(r"第[一二三四五六七八九十百]+条|(?<![第一-龥(])[三四五六](?:\.[0-9])?(?![条一-龥])", source)


def sources_of(value):
    """List every `source` of a pack, however deep."""
    if isinstance(value, dict):
        return [*([value["source"]] if "source" in value else []), *sources_of(list(value.values()))]
    return [found for each in value for found in sources_of(each)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", names())
def test_every_article_of_a_pack_has_its_row_and_its_test(name):
    """docs/articles.md: each keyed rule stands in the pack's section with its articles, every other article too; each test named exists."""
    section = chapters("docs/articles.md")[name]
    rows = re.findall(r"(?m)^\| (.+?) \| (.+?) \| (.+) \|$", section)[1:]
    by_key = {key.split("`")[1]: article for article, key, _tests in rows if key.startswith("`")}
    pack = tomllib.loads(load(name).raw.decode())
    ruled = {key: value for key, value in pack.items() if key != "source" and "examples" not in key}
    assert [each for each in articles_of(" ".join(sources_of(ruled))) if each not in section] == []
    for table, rules in ruled.items():
        # a grade may have its article, but has its row with its band
        for rule in rules if isinstance(rules, list) and table != "grades" else ():
            if "key" in rule:
                article = by_key[f"{table}.{rule['key']}"]
                assert [each for each in articles_of(rule["source"]) if each not in article] == [], rule["key"]
    for _article, key, tests in rows:
        named = re.findall(r"`(tests/\w+/\w+\.py)::(test_\w+)`", tests)
        assert named or key.startswith("no key"), key
        assert [test for file, test in named if f"def {test}(" not in read(file)] == [], key


# ---------------------------------------------------------------- what the documents point at


def anchors(file):
    """List the anchors of a document's headings as the usual viewers make them."""
    headings = re.findall(r"(?m)^#+ (.+)$", file.read_text(encoding="utf-8"))
    return [re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document):
    """Every relative link leads to a file that is there, and to a heading of it where it names one."""
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (document.parent / name).resolve() if name else document
        if not file.exists() or (anchor and anchor not in anchors(file)):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_named_files_are_there(document):
    """Every file or folder of the project that a document names exists."""
    text = re.sub(r"\]\([^)]*\)", "", document.read_text(encoding="utf-8"))
    named = sorted(set(re.findall(rf"(?<![\w/.])((?:{ROOMS})/[\w./*-]+)", text)))
    assert [name for name in named if not any(ROOT.glob(name.rstrip("./")))] == []


def test_cited_sections_are_in_the_protocol():
    """Every section of the specification that belenios/ cites stands in the table of docs/protocol.md."""
    table = chapters("docs/protocol.md")["1. What is taken from Belenios"]
    listed = {number for row in re.findall(r"(?m)^\| ([0-9][0-9., ]+) \|", table) for number in row.split(", ")}
    cited = {}
    for name, text in own_sources("belenios"):
        for numbers in re.findall(r"\((?:specification )?([3-6]\.[0-9][0-9.,\- ]*)", text):
            for number in re.findall(r"[3-6]\.[0-9]+(?:\.[0-9]+)?", numbers):
                cited.setdefault(number, name)
    assert len(cited) > 20
    assert {number: name for number, name in cited.items() if number not in listed} == {}


def test_cited_pitfalls_and_laws_are_explained():
    """`pitfall 9` is an entry of docs/protocol.md, `law 4` a row of docs/tour.md, wherever code or a test cites one."""
    pitfalls = re.findall(r"(?m)^([0-9]+)\. ", chapters("docs/protocol.md")["12. Pitfalls"])
    assert pitfalls == [str(number) for number in range(1, len(pitfalls) + 1)]
    laws = re.findall(r"(?m)^\| ([0-9]+) \|", read("docs/tour.md"))
    assert laws == [str(number) for number in range(1, LAWS + 1)]
    for name, text in own_sources(*PACKAGES):
        for cited in re.findall(r"pitfalls? ([0-9]+(?:(?:, | and )[0-9]+)*)", text):
            assert set(re.findall("[0-9]+", cited)) <= set(pitfalls), name
        for cited in re.findall(r"\blaws? ([0-9]+)", text):
            assert cited in laws, name


def test_decisions_are_numbered_and_whole():
    """Decisions are numbered without a gap and say context, choice and consequences."""
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        assert list(chapters(page.relative_to(ROOT))) == ["Context", "Choice", "Consequences"], page.name
        assert page.read_text(encoding="utf-8").startswith(f"# {int(page.name[:4])}. ")
