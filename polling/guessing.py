"""How hard a password is to guess for who tries first what people type.

That is words, names in pinyin, years and birthdays, walks on the keyboard, the same thing again, and what everybody knows of the person.
A password is cut into such pieces and single characters so that the guesses, counted in bits, are as few as can be. So it is patterns that are
refused, not a list of passwords: what is made of one more pattern than somebody thought of is refused too, and four unrelated words pass.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import pairwise

from polling.spelling import findable

# below it a patient guesser is done in an afternoon, were the hashes stolen; ten letters at random are worth 47
FEWEST_BITS = 30.0
LONGEST_LOOKED_AT = 64

WORDS = frozenset(
    """password passwd passcode secret letmein welcome login changeme default test testing demo guest user username root admin administrator
    manager system server master super computer internet network windows office money happy lucky love lover forever baby angel sunshine
    princess dragon monkey tiger panda football basketball hello world iloveyou loveyou qwerty abc asd zxc qaz wsx aaa
    yipiao piao toupiao xuanpiao ceping minzhu kaohe renda dangwei zhengfu zuzhi zuzhibu zhibu cunwei cunzhuren shuji xiangzhang zhenzhang
    xianzhang zhuren gongzuo gongzuodui gongzuozu bangongshi renmin zhongguo china zhongguoren beijing shanghai
    woaini woaiwo aiwo woai aini wode nide women laopo laogong baobei baobao mama baba jiating xingfu kuaile pingan jiankang facai gongxi
    gongchandang gongchan dang jinri toutiao huanying huanyingni yidong liantong dianxin mobile unicom telecom weixin wechat douyin taobao alipay baidu
    mima denglu guanliyuan zhanghao nihao xiexie zaijian wangji meiyou buzhidao hahaha shengri
    xizang tibet lasa lhasa changdu chamdo shannan rikaze xigaze linzhi nyingchi naqu nagqu ali ngari kailash karub karuo
    gansu longnan wudu wenxian chengxian kangxian huixian lixian liangdang xihe dangchang shaanxi shangluo shangzhou danfeng luonan
    zhenan zhashui shangnan shanyang hunan xiangxi huayuan jishou baojing yongshun longshan guzhang luxi fenghuang
    xinjiang akesu aksu baicheng kuche wensu shaya xinhe wushi awati keping wulumuqi urumqi qinghai sichuan yunnan guizhou""".split()  # noqa: SIM905 - to be read
)
NUMBERS = frozenset("520 521 1314 5201314 1314520 5211314 666 888 999 168 618 518 818 911 007 123 321 110 119".split())  # noqa: SIM905 - to be read
# surnames, and what given names are made of
SYLLABLES = frozenset(
    """wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang feng deng cao peng zeng xiao
    tian dong yuan pan cai jiang yu du ye cheng wei su lu ding ren shen yao cui zhong tan fan liao jin shi jia xia fu fang bai zou meng
    xiong qin qiu hou yin xue yan duan lei long tao he gu mao hao gong shao wan qian kong xiang chang
    ming hua jun jie ping gang yong bin bo chao dan fei gui guang hai hong hui jing juan jian jianguo guoqiang kai lan lei ling mei min
    na ning ping qiang qing rong rui shan shu ting wen xin xing xiu ying yun yue zhen zhi zhong lihua zhaxi tashi ciren tsering dorje duoji
    zhuoma dolma gesang pubu pasang dawa nima luobu cidan suolang deji basang mijiu danzeng baima yangzong quzong""".split()  # noqa: SIM905 - to be read
)
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol", "0p")


def _woven(one: str, other: str) -> str:
    return "".join(first + second for first, second in zip(one, other, strict=False))


_ONE_WAY = (
    "0" + _ROWS[0] + _ROWS[0],
    "".join(_ROWS[1:]),
    "".join(_ROWS[:2]),
    "abcdefghijklmnopqrstuvwxyz",
    "!@#$%^&*()",
    "".join(_COLUMNS),
    "".join(column[::-1] for column in _COLUMNS),
    "".join(column[1:] for column in _COLUMNS[:7]),
    "".join(column[:0:-1] for column in _COLUMNS[:7]),
    *(_woven(*pair) for rows in pairwise(_ROWS) for pair in (rows, rows[::-1])),
    "13579024680",
    "14725836901472583690",
    "15935728",
    "00112233445566778899",
    "111222333444555666777888999000",
    "aabbccddeeffgghhii",
    *(_woven(*pair) for pair in (("abcdefghij", _ROWS[0]), (_ROWS[0], "abcdefghij"))),
)
_WALKS = tuple(turned for walk in _ONE_WAY for turned in (walk, walk[::-1]))
_LEET = tuple(str.maketrans("@0134578$!", f"ao{one}eastbsi") for one in "il")
_YEAR = r"(?:19[4-9]|20[0-4])\d"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_NUMBERS = (
    (re.compile(_YEAR), 6.0),
    (re.compile(_DAY), 8.0),
    (re.compile(r"\d\d" + _DAY), 13.0),
    (re.compile(_YEAR + _DAY), 14.0),
    (re.compile(r"1[3-9]\d{9}"), 27.0),  # a mobile telephone
)


def is_guessable(password: str, known: Collection[str] = ()) -> bool:
    """Whether others would guess a password; `known`: names that belong to the person, the login's and the organizations'."""
    text = "".join(unicodedata.normalize("NFKC", password).casefold().split())[:LONGEST_LOOKED_AT]
    own = frozenset(_words_of(known))
    fewest = [0.0]
    for end in range(1, len(text) + 1):
        single = fewest[-1] + _single(text[end - 1])
        fewest.append(min([single, *(fewest[at] + _piece(text, at, end, own) for at in range(end - 1))]))
    return fewest[-1] < FEWEST_BITS


def _words_of(known: Iterable[str]) -> Iterable[str]:
    """How one writes names: as they stand, in pinyin, by initials; a place also without its 县 or 乡."""
    for name in known:
        whole = "".join(unicodedata.normalize("NFKC", name).casefold().split())
        for words in (whole, whole[:-1], *name.casefold().split()):
            yield from (word for word in findable(words).split() if len(word) > 1)


def _single(letter: str) -> float:
    if letter.isascii():
        return 4.7 if letter.isalpha() else 3.3 if letter.isdecimal() else 4.0
    return 9.0


def _piece(text: str, at: int, end: int, own: Collection[str]) -> float:
    """The bits of guessing text[at:end] as one piece; without end where it is none."""
    piece, length = text[at:end], end - at
    found = [bits for pattern, bits in _NUMBERS if pattern.fullmatch(piece)]
    if piece in own:
        found.append(4.0)
    if piece == text[at - length : at]:
        found.append(2.0)
    if length > 2:  # noqa: PLR2004 - two letters beside each other are everywhere
        if piece in NUMBERS or len(set(piece)) == 1:
            found.append(6.0)
        if any(piece in walk for walk in _WALKS):
            found.append(7.0)
    if piece in SYLLABLES:
        found.append(7.0)
    if piece in WORDS:
        found.append(8.0)
    elif any(piece.translate(leet) in WORDS for leet in _LEET):
        found.append(9.0)
    return min(found, default=float("inf"))
