"""Actors beyond German and English, surnames, roles and the offices behind them."""

import re
from datetime import date
from itertools import pairwise

import pandas as pd
import pytest

import press_coverage
from press_coverage.annotation import pipeline
from press_coverage.annotation.actors import find_actors
from press_coverage.annotation.quotes.quotations import find_quotes
from press_coverage.annotation.roles import find_roles
from press_coverage.codebooks import offices, terms

ACTORS = {row.label for row in terms.read("actors") if row.label}


def named(text: str, language: str) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.actor_id) for m in find_actors(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("ru", "Ким Чен Ыну писали из Кремля.", ["Ким Чен Ыну kim_jong_un", "Кремля kremlin"]),
        (
            "ru",
            "В Северной Корее ждут Лаврова.",
            ["Северной Корее north_korea", "Лаврова sergey_lavrov"],
        ),
        (
            "ru",
            "Северокорейско-американские переговоры.",
            [
                "Северокорейско-американские north_korea",
                "Северокорейско-американские united_states",
            ],
        ),
        ("ru", "ПХЕНЬЯН: Трампу ответили.", ["ПХЕНЬЯН pyongyang", "Трампу donald_trump"]),
        (
            "ru",
            "КНДР ответила. Ким Вон Хон ушёл, Ким остался.",
            ["КНДР north_korea", "Ким kim_jong_un"],
        ),
        ("ru", "Латинская Америка и Эхо Москвы.", []),
        ("ko", "김정은은 트럼프에게 편지를 보냈다.", ["김정은 kim_jong_un", "트럼프 donald_trump"]),
        (
            "ko",
            "북한과 미국의 회담이 평양에서 열렸다.",
            ["북한 north_korea", "미국 united_states", "평양 pyongyang"],
        ),
        ("ko", "북한산과 한국어와 미국산은 이름일 뿐이다.", []),
        ("ko", "러시아까지도, 러시아인들에게는, 러시아측이라고.", ["러시아 russia"] * 3),
        (
            "ko",
            "“북한”, (미국) 그리고 중국.",
            ["북한 north_korea", "미국 united_states", "중국 china"],
        ),
    ],
)
def test_names_are_found_in_russian_and_korean(language: str, text: str, found: list[str]) -> None:
    assert [" ".join(pair) for pair in named(text, language)] == found


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_every_actor_of_the_codebook_has_a_name_in_every_language(language: str) -> None:
    rows = {row.label for row in terms.read("actors") if row.language == language and row.label}
    assert ACTORS - rows == {"foggy_bottom"}  # nobody says so in Russian or Korean


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Kim Jong Un came with Kim Yo Jong. Kim spoke.", "kim_jong_un"),
        ("Kim Yo Jong came from North Korea. Kim spoke.", "kim_yo_jong"),
        ("Kim Yong Chol came without Kim Yo Jong. North Korea was silent. Kim spoke.", None),
        ("North Korea honours Kim Il Sung. Kim spoke.", "kim_jong_un"),
        ("North Korea sent Kim Won Hong. Kim spoke.", "kim_jong_un"),
        ("Moon Jae-in and Kim Jong Un met, and Kim spoke.", "kim_jong_un"),
        ("North Korea is far. Kim Hyon-hui spoke.", None),
    ],
)
def test_a_surname_is_whose_it_can_be(text: str, who: str | None) -> None:
    alone = [m.actor_id for m in find_actors(text, "en") if text[m.start : m.end] == "Kim"]
    assert alone == ([who] if who else [])


JUNE = date(2018, 6, 1)


@pytest.mark.parametrize(
    ("language", "text", "day", "told"),
    [
        ("en", "The North Korean leader smiled.", JUNE, "leader KP kim_jong_un date"),
        ("en", "The North Korean leader smiled.", None, "leader KP open"),
        (
            "en",
            "Kim Jong Un came. The North Korean leader smiled.",
            None,
            "leader KP kim_jong_un named",
        ),
        (
            "en",
            "The US secretary of state flew home.",
            date(2018, 3, 20),
            "foreign_minister US rex_tillerson date",
        ),
        (
            "en",
            "The US secretary of state flew home.",
            date(2018, 4, 10),
            "foreign_minister US john_sullivan date",
        ),
        (
            "en",
            "The US secretary of state flew home.",
            date(2018, 4, 26),
            "foreign_minister US open",
        ),
        (
            "en",
            "Mike Pompeo waited. The US secretary of state flew home.",
            date(2018, 4, 26),
            "foreign_minister US mike_pompeo named",
        ),
        (
            "en",
            "Barack Obama wrote to Kim Jong Un. The US president smiled.",
            JUNE,
            "head_of_state US open",
        ),
        ("en", "The US president smiled.", date(1994, 6, 1), "head_of_state US open"),
        ("en", "The president smiled.", JUNE, "head_of_state - open"),
        ("en", "Trump came. The president smiled.", JUNE, "head_of_state US donald_trump named"),
        ("en", "Trump and Putin came. The president smiled.", JUNE, "head_of_state - open"),
        ("en", "Trump came. The president of Brazil smiled.", JUNE, "head_of_state - open"),
        ("en", "The supreme leader smiled.", JUNE, "leader - open"),
        ("en", "President Kim Jong Un is unlike US President Donald Trump.", JUNE, ""),
        ("en", "Donald Trump, the US president, smiled.", JUNE, ""),
        ("en", "Russian Foreign Minister Igor Ivanov is retired.", JUNE, ""),
        ("en", "A former US president and the US president-elect smiled.", JUNE, ""),
        ("de", "Der US-Präsident lächelte.", JUNE, "head_of_state US donald_trump date"),
        ("de", "Kim Jong Un kam. Der Machthaber lächelte.", None, "leader KP kim_jong_un named"),
        (
            "de",
            "Der russische Außenminister flog heim.",
            JUNE,
            "foreign_minister RU sergey_lavrov date",
        ),
        ("de", "Der frühere US-Präsident und ein US-Außenminister lächelten.", JUNE, ""),
        ("de", "Der Kremlchef lächelte.", JUNE, "head_of_state RU vladimir_putin date"),
        (
            "de",
            "Der UN-Generalsekretär rief an.",
            JUNE,
            "secretary_general UN antonio_guterres date",
        ),
        ("de", "Trump kam. Der Präsident des Landtags lächelte.", JUNE, "head_of_state - open"),
    ],
)
def test_a_role_is_resolved_where_it_is_certain(
    language: str, text: str, day: date | None, told: str
) -> None:
    roles = find_roles(text, language, find_actors(text, language), day)
    assert (
        "; ".join(
            " ".join(filter(None, [r.office, r.country or "-", r.actor_id or "open", r.resolved]))
            for r in roles
        )
        == told
    )


@pytest.mark.parametrize(
    ("language", "text", "who"),
    [
        ("en", "“We wait,” said the North Korean leader.", "kim_jong_un"),
        ("en", "“We wait,” said an adviser to the US president.", None),
        ("de", "„Wir warten“, sagte der US-Präsident.", "donald_trump"),
        ("de", "„Wir warten“, sagte ein Sprecher des US-Präsidenten.", None),
    ],
)
def test_who_holds_the_office_is_who_is_quoted(language: str, text: str, who: str | None) -> None:
    mentions = tuple(find_actors(text, language))
    (quote,) = [
        q
        for q in find_quotes(text, language, mentions, find_roles(text, language, mentions, JUNE))
        if q.form == "direct"
    ]
    assert (quote.actor.actor_id if quote.actor and quote.actor.kind == "person" else None) == who


def test_terms_of_an_office_follow_each_other_but_where_the_codebook_knows_why() -> None:
    odd = []
    for place in dict.fromkeys((term.office, term.country) for term in offices.terms()):
        own = sorted(
            (t for t in offices.terms() if (t.office, t.country) == place), key=lambda t: t.start
        )
        odd += [
            (*place, (b.start - a.end).days)
            for a, b in pairwise(own)
            if (b.start - a.end).days not in (0, 1)
        ]
        assert all(
            term.start <= term.end
            and term.end >= offices.COVERED[0]
            and term.start <= offices.COVERED[1]
            for term in own
        )
    assert odd == [
        ("head_of_state", "KR", -91)
    ]  # a president suspended, and the prime minister acting
    assert offices.holders("head_of_state", "KR", date(2017, 1, 1)) == (
        "park_geun_hye",
        "hwang_kyo_ahn",
    )


@pytest.mark.parametrize(
    ("office", "country", "day", "who"),
    [
        ("foreign_minister", "US", "2018-03-13", "rex_tillerson"),
        ("foreign_minister", "US", "2018-03-31", "rex_tillerson"),
        ("foreign_minister", "US", "2018-04-01", "john_sullivan"),
        ("foreign_minister", "US", "2018-04-26", "john_sullivan mike_pompeo"),
        ("foreign_minister", "US", "2018-04-27", "mike_pompeo"),
        ("security_adviser", "US", "2018-06-12", "john_bolton"),
        ("head_of_state", "RU", "2018-05-31", "vladimir_putin"),
        ("foreign_minister", "DE", "2018-05-31", "heiko_maas"),
        ("secretary_general", "UN", "2016-12-31", "ban_ki_moon"),
        ("head_of_state", "DE", "2012-03-01", ""),
    ],
)
def test_an_office_has_its_holder_of_the_day(office: str, country: str, day: str, who: str) -> None:
    assert " ".join(offices.holders(office, country, date.fromisoformat(day))) == who


def test_an_office_or_day_that_the_codebook_does_not_cover_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no office 'king' of 'KP'; it has leader KP, "):
        offices.holders("king", "KP", JUNE)
    with pytest.raises(ValueError, match="covers 2011-01-01 to 2021-12-31, not 1994-06-01"):
        offices.holders("leader", "KP", date(1994, 6, 1))


def test_every_role_is_of_an_office_with_holders_and_every_holder_has_one_name() -> None:
    assert {(row.label, row.country) for row in terms.read("roles")} <= {
        (t.office, c) for t in offices.terms() for c in (t.country, "")
    }
    names = {(term.actor_id, term.name) for term in offices.terms()}
    assert len(names) == len({actor_id for actor_id, _ in names})


def test_every_actor_has_a_row_of_wikidata_ids_and_no_id_stands_twice() -> None:
    table = offices.actors()
    assert set(table["actor_id"]) == ACTORS
    ids = table["wikidata"].dropna()
    assert ids.is_unique
    assert all(re.fullmatch(r"Q[1-9]\d*", found) for found in ids)
    assert len(ids) >= 40


def test_what_was_not_looked_for_in_an_article_stands_in_the_ledger() -> None:
    articles = pd.DataFrame(
        {
            "doc_id": ["r", "k", "e"],
            "language": ["ru", "ko", "en"],
            "body": ["Ким Чен Ын ждёт.", "김정은은 기다린다.", "Kim Jong Un waits."],
        }
    )
    notes = press_coverage.annotate(articles, progress=False)
    assert notes.mentions["actor_id"].tolist() == ["kim_jong_un"] * 3
    assert notes.ledger[["doc_id", "action"]].values.tolist() == [
        ["r", "partly_read"],
        ["k", "partly_read"],
    ]
    assert (
        notes.ledger["reason"].tolist()[1]
        == "roles, quotes, frames, events: not looked for, no codebook covers language 'ko'"
    )
    assert (
        notes.ledger["reason"].tolist()[0]
        == "roles, quotes, events: not looked for, no codebook covers language 'ru'"
    )
    for language, text in zip(articles["language"], articles["body"], strict=True):
        assert [m.actor_id for m in pipeline(language)(text)._.press_mentions] == ["kim_jong_un"]


def test_russian_frames_have_no_voice_for_quotations_are_not_looked_for() -> None:
    articles = pd.DataFrame(
        {"doc_id": ["r"], "language": ["ru"], "body": ["«Санкции останутся», сказал Трамп."]}
    )
    frames = press_coverage.annotate(articles, progress=False).frames
    assert frames[["frame", "term"]].values.tolist() == [["sanctions_pressure", "санкция"]]
    assert frames["voice"].isna().all()
