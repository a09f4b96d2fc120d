"""However two children write an account down, the desk is told that they speak of one, and of two where it is two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.rules.casework.names import names_in
from report_abuse_receiver.worker import work_once
from tests.parts.acting import host
from tests.parts.letters import receive
from tests.parts.places import on_sqlite

WOLF, MAIL = "DarkWolf99", "dark.wolf@mail.example"

LINKED = [
    *(
        (WOLF, other)
        for other in (
            "“DarkWolf99”",
            "DarkWolf99's",
            "snap:DarkWolf99",
            "DarkWolf99—he",
            "DarkWolf99🔥",
            "DarkWolf99#1234",
            "instagram.com/darkwolf99?igshid=abc",
            "Dark\u200bWolf99",
            "DarkWolf99，BigCat77",
            "1. DarkWolf99",
            "ＤａｒｋＷｏｌｆ９９",
            "DarkWolf99’s mate",
            "Snap = darkwolf99",
            "insta/DarkWolf99",
            "2) DarkWolf99",
            "@darkwolf99",
            "👉DarkWolf99👈",
            "https://www.tiktok.com/@darkwolf99?_t=8k&_r=1#x",
            "DarkWolf99…",
            "‹DarkWolf99›",
            "(DarkWolf99)",
            "DarkWolf99™",
            "DarkWolf99、BigCat77",
            "DarkWolf99؛ BigCat77",
            "\u202aDarkWolf99\u202c",
            "DarkWolf٩٩",
            "*DarkWolf99*",
            "DarkWolf99=snap",
            "he’s DarkWolf99!!",
            "DarkWolf99\ufe0f",
            "snapchat.com/add/DarkWolf99",
            "DarkWolf99|BigCat77",
            "x.com/DarkWolf99/status/123456",
            "https://www.instagram.com/DarkWolf99/reel/abc123def/?igsh=x",
            "https://l.instagram.com/?u=https%3A%2F%2Finstagram.com%2FDarkWolf99%3Figshid%3Dx&e=y",
            "steamcommunity.com/id/DarkWolf99/",
            "DarkWolf99 or DarkWolf98",
            "𝔻𝕒𝕣𝕜𝕎𝕠𝕝𝕗𝟡𝟡",
            "insta → DarkWolf99",
            "**DarkWolf99**",
        )
    ),
    *(
        ("wolfie", other)
        for other in (
            "• wolfie",
            "snap: wolfie",
            "- wolfie",
            "Insta name: wolfie",
            "– wolfie",
            "* wolfie",
            "a) wolfie",
            "“wolfie”",
            "discord - wolfie",
            "wolfie on snap",
            "wolfie’s",
            "wolfie#1234",
            "wolfie 🔥",
            "his snap: wolfie",
            "wolfie (snap)",
            "3. wolfie",
            "WOLFIE.",
            "instagram.com/wolfie/",
            "wolf\u00adie",
            "1️⃣ wolfie",
            "@wolfie",
            "ｗｏｌｆｉｅ",
            "snap wolfie",
            "wolfie - snap",
            "wolfie: snap",
            "wolfie/snap",
            "wolfie@snap",
            "on snap: wolfie",
            "his snapchat is wolfie",
            "his name is wolfie",
            "he is called wolfie",
            "wolfie aka foxy",
            "wolfie & foxy",
            "snap: wolfie insta: foxy",
            "wolfie on discord and snap",
            "wolfie on roblox he is 19",
            "insta -> wolfie",
            "👻: wolfie",
            "① wolfie",
            "#1 wolfie",
            "1 wolfie",
            "1: wolfie",
            "https://x.com/wolfie/status/123",
        )
    ),
    *(
        (MAIL, other)
        for other in (
            "mailto:dark.wolf@mail.example",
            "“dark.wolf@mail.example”",
            "<Dark.Wolf@Mail.Example>",
            "email:dark.wolf@mail.example",
            "dark.wolf@mail.example.",
            "dark.wolf＠mail.example",
            "dark.wolf@\u200bmail.example",
            "his is dark.wolf@mail.example, i think",
            "dark.wolf@mail.example🔥",
            "mailto:dark.wolf@mail.example?subject=x",
            "dark.wolf@mail.example/",
            "dark.wolf @mail.example",
            "dark.wolf@mail.example's",
            "dark.wolf@mail。example",
            "「dark.wolf@mail.example」",
            "dark.wolf@mail.example—he",
        )
    ),
    ("sam@faß.example", "sam@xn--fa-hia.example"),
    ("07700 900123", "https://wa.me/447700900123"),
    ("07700 900123", "٠٧٧٠٠٩٠٠١٢٣"),
    ("07700 900123", "\u202a+44 7700 900123\u202c"),
    ("दिव्या_शर्मा", "“दिव्या_शर्मा”🙏"),
    ("山田太郎99", "snap：山田太郎99"),
    ("O'Neil", "O’Neil"),
]
NOT_LINKED = [
    (WOLF, "DarkWolf98"),
    (WOLF, "notDarkWolf99"),
    (WOLF, "dark wolf"),
    (WOLF, "DarkWolf9"),
    (WOLF, "Dark-Wolf99"),
    (WOLF, "DarkWolf99x"),
    (WOLF, "DаrkWolf99"),
    ("wolfie", "wolfies"),
    ("wolfie", "wolf"),
    ("wolfie", "i met wolfie there"),
    ("wolfie", "he said: hello wolfie there"),
    (MAIL, "dark.wolf@mail2.example"),
    (MAIL, "dark_wolf@mail.example"),
    ("snap: wolfie", "snap: foxy"),
    ("1. wolfie", "1. foxy"),
    ("wolfie on snap", "foxy on snap"),
    ("youtube.com/watch?v=abc_123", "youtube.com/watch?v=def_456"),
    ("a.example/x?utm_source=wolfie_1", "b.example/y?utm_source=foxy_2"),
    ("chat4kids.example/wolfie", "chat4kids.example/foxy"),
    ("07700 900123", "07700 900124"),
    ("he is 14", "he is 14"),
    *((same, same) for same in ("snap", "Discord", "on snap", "he is on discord", "don't know", "unknown", "no name")),
    *((same, same) for same in ("some boy", "his name", "age 14", "my uncle", "tik tok", "none")),
    ("foxy: snap", "wolfie: snap"),
    ("_wolfie_", "wolfie"),
    ("snap-wolfie", "wolfie"),
    ("sam@fass.example", "sam@faß.example"),
    ("https://www.instagram.com/reel/abc123def/", "https://www.instagram.com/reel/abc123xyz/"),
    ("www.roblox.com/users/1234567/profile", "www.roblox.com/users/7654321/profile"),
]


def spellings(text: str) -> set[str]:
    return {*names_in([{"their_names": text}], country="GB")}


@on_sqlite
@pytest.mark.parametrize(("base", "other"), LINKED)
def test_however_an_account_is_written_the_desk_knows_it_again(centre: Centre, base: str, other: str) -> None:
    first, second = receive(centre, their_names=base), receive(centre, their_names=other)
    while work_once(centre):
        pass
    told = triage.show_report(centre, first, reason="test", by=host("ann")).also_named
    assert [one.reports for one in told] == [[second]]


@pytest.mark.parametrize(("base", "other"), NOT_LINKED)
def test_two_accounts_stay_two(base: str, other: str) -> None:
    assert spellings(base) & spellings(other) == set()


@given(
    st.from_regex(r"[a-z][a-z0-9_]{4,18}[0-9]", fullmatch=True),
    st.sampled_from(["", "“", "- ", "1. ", "snap:", "snap: ", "• ", "@", "\u200b", "(", "🔥", "https://a.example/@"]),
    st.sampled_from(["", "”", "'s", "’s", "—he", "#1234", "🔥", ", foxy", "\ufeff", ")", "!", " on snap"]),
)
def test_every_account_is_known_again_in_every_way_of_writing_it(account: str, before: str, behind: str) -> None:
    assert account in spellings(f"{before}{account.upper()}{behind}")


@given(st.from_regex(r"[a-z][a-z0-9]{5,12}[0-9]", fullmatch=True), st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True))
def test_what_only_begins_or_ends_like_it_is_another(account: str, more: str) -> None:
    assert account not in spellings(f"{account}{more}")
    assert account not in spellings(f"x{more}{account}")
