"""Which passwords are refused as easy to guess: patterns of what people type, and never what is random enough."""

import random
import string

import pytest

from polling.guessing import is_guessable

KNOWN = ("王组织", "噶玛县", "嘎玛乡", "Anna Berg")


@pytest.mark.parametrize(
    "password",
    """woaini1314520 WoAiNi1314 5201314woaini woaini@2026 laopowoaini520 iloveyou1314 yipiao2026 yipiao@123456 yipiaotoupiao minzhuceping2025
    zhangwei1990 zhangwei19900101 lihua900101 wangxiaoming85 chenjun1988! 1988chenjun zhaxiciren2024 zhuoma@0815
    1qaz2wsx3edc zaq1xsw2cde3 1q2w3e4r5t 5t4r3e2w1q qawsedrftg qazwsxedcrfv poiuytrewq lkjhgfdsa123 mnbvcxzasd 1472583690 9638527410
    !@#$%^&*() 0987654321 a1b2c3d4e5 1122334455 aabbccddee zyxwvutsrq abc123abc123 qweqweqwe123 lasalasalasa tashitashi xyzzyxyzzyxyzzy
    1990199119 2024202520 19900101198 20260101abc 888888666666 aaaaaaaaaa1 p@ssw0rd2026 P@$$w0rd123 passw0rd!! 4dm1n1str4tor @dm1n12345 l0v3l0v3l0v3
    13800138000 wangzuzhi123 wzz19881212 gama123456 gamaxian2026 gama@gama888 annaberg2026 bergberg1990 shangzhou123 huayuan@2016
    longnan2020 baichengxian1 changdu123456 xizanglasa88 gongzuodui2026 admin@yipiao2026 rootroot123 welcome2026!""".split(),  # noqa: SIM905 - to be read
)
def test_what_people_type_is_refused(password):
    """Love in digits, names with years and birthdays, walks in rows, columns and weaves, the same again, leet, the county, the person."""
    assert len(password) >= 10
    assert is_guessable(password, KNOWN)


@pytest.mark.parametrize("password", ["王组织2026年", "王组织王组织王组织", "噶玛县嘎玛乡123456"])
def test_names_in_characters_are_refused(password):
    """The person's and the organization's own characters."""
    assert is_guessable(password, KNOWN)
    assert not is_guessable("牦牛青稞雪山草地酥油茶", KNOWN)


def test_the_same_word_is_taken_from_who_has_nothing_to_do_with_it():
    """Only the own names count as known."""
    assert is_guessable("Dzigmed-Tor9", ["Dzigmed Tor"])
    assert not is_guessable("Dzigmed-Tor9", KNOWN)


PLAIN = """yak barley river stone lamp window bridge copper saddle winter pocket garden thunder market paper orange needle carpet hammer mirror
maoniu qingke xueshan caodi suyou chahu heliu shitou deng chuanghu qiao tong maan dongtian koudai huayuanzi lei jishi zhizhang juzi""".split()  # noqa: SIM905 - to be read


def test_random_passphrases_and_random_letters_are_taken():
    """Four words that have nothing to do with each other, with or without something between; ten letters and figures at random."""
    dice = random.Random(93)
    made = [dice.choice(["", "-", " "]).join(dice.sample(PLAIN, 4)) for _ in range(300)]
    made += ["".join(dice.choices(string.ascii_lowercase, k=10)) for _ in range(200)]
    made += ["".join(dice.choices(string.ascii_letters + string.digits, k=11)) for _ in range(200)]
    made += ["".join(dice.choices("牛羊马雪山草地河水石头人家门口天上下来去风雨云", k=10)) for _ in range(50)]
    assert [password for password in made if is_guessable(password, KNOWN)] == []


def test_a_very_long_one_is_judged_at_once():
    """Beyond what anybody types only the beginning is looked at."""
    assert not is_guessable("correct horse battery staple " * 200)
    assert is_guessable("1" * 5_000)
