//! What parsing holds: it never fails on text, loses nothing, and prints back.

use proptest::prelude::*;

use super::*;

fn parts(query: &str) -> Vec<Expr> {
    Query::parse(query).expect(query).query.parts
}

fn text(text: &str) -> Expr {
    Expr::Text(text.to_owned())
}

fn phrase(text: &str) -> Expr {
    Expr::Phrase(text.to_owned())
}

fn not(expr: Expr) -> Expr {
    Expr::Not(Box::new(expr))
}

fn field(field: Field, value: &str) -> Expr {
    Expr::Filter(Filter::new(field, value).expect(value))
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        "[算力券北京a1+.]{0,3}[算力券北京a1]"
            .prop_map(|s: String| Expr::Text(s.trim_start_matches('+').to_owned())),
        "[算力券（）， ]{0,4}[算力券]".prop_map(|s: String| Expr::Phrase(s.trim().to_owned())),
        "[北京浙江]{1,3}".prop_map(|s| field(Field::Region, &s)),
        (2000..2030u16).prop_map(|y| field(Field::Date, &y.to_string())),
        ("[算力]{1,2}", "[补贴]{1,2}", 0..50u32).prop_map(|(left, right, distance)| Expr::Near {
            left,
            right,
            distance
        }),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|e| Expr::Must(Box::new(e))),
            inner.clone().prop_map(not),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            prop::collection::vec(inner, 2..4).prop_map(Expr::Or),
        ]
    })
}

/// Whether a tree holds more signs before one another than parsing keeps.
fn has_three_signs(expr: &Expr) -> bool {
    let mut signs = 0;
    let mut at = expr;
    while let Expr::Must(inner) | Expr::Not(inner) = at {
        signs += 1;
        at = inner;
    }
    signs > 2
        || match at {
            Expr::And(list) | Expr::Or(list) => list.iter().any(has_three_signs),
            _ => false,
        }
}

proptest! {
    #[test]
    fn a_printed_query_parses_to_itself(list in prop::collection::vec(expr(), 1..4)) {
        prop_assume!(!list.iter().any(has_three_signs));
        let query = Query { parts: list };
        let printed = query.to_string();
        let parsed = Query::parse(&printed).expect("printed");
        prop_assert_eq!(&parsed.query, &query, "{}", printed);
        prop_assert_eq!(parsed.notes, []);
    }

    #[test]
    fn any_text_parses_and_prints_to_a_fixed_point(
        query in "[算力券a1 \u{3000}\"“”「」()（）+＋\\-－:：|,.]{0,24}|(AND|OR|NOT|NEAR/3|region:| |算|\"|\\(|\\)){0,12}|.{0,40}"
    ) {
        if let Ok(parsed) = Query::parse(&query) {
            let printed = parsed.query.to_string();
            let again = Query::parse(&printed).expect("printed").query;
            prop_assert_eq!(&again, &parsed.query, "{:?} printed {:?}", query, printed);
        }
    }

    #[test]
    fn no_han_character_is_lost(query in "[算力券补贴 \"“”()（）+-]{0,30}") {
        let printed = Query::parse(&query).expect("no field").query.to_string();
        for character in query.chars().filter(|c| "算力券补贴".contains(*c)) {
            prop_assert!(printed.contains(character), "{} printed {}", query, printed);
        }
    }
}

#[test]
fn quotes_open_at_the_start_of_a_part_only() {
    assert_eq!(
        parts("\"算力券\" “训力券”　「模型券」"),
        [phrase("算力券"), phrase("训力券"), phrase("模型券")]
    );
    assert_eq!(parts("5\"屏"), [text("5\"屏")]);
    assert_eq!(parts("\"算力券"), [text("算力券")]);
    assert_eq!(parts("\"\" 算力"), [text("算力")]);
}

#[test]
fn operators_work_in_full_width_and_bind_as_written() {
    let or = Expr::Or(vec![text("算力券"), text("训力券")]);
    assert_eq!(parts("算力券 OR 训力券"), std::slice::from_ref(&or));
    assert_eq!(
        parts("（算力券 ｜ 训力券） －上海"),
        [or.clone(), not(text("上海"))]
    );
    assert_eq!(
        parts("a AND b OR c d"),
        [
            Expr::Or(vec![Expr::And(vec![text("a"), text("b")]), text("c")]),
            text("d")
        ]
    );
    assert_eq!(
        parts("(北京 上海)"),
        [Expr::And(vec![text("北京"), text("上海")])]
    );
    assert_eq!(parts("(北京)"), [text("北京")]);
    assert_eq!(
        parts("-\"训力券\" NOT 上海"),
        [not(phrase("训力券")), not(text("上海"))]
    );
    assert_eq!(
        parts("-(a OR b)"),
        [not(Expr::Or(vec![text("a"), text("b")]))]
    );
    let near = Expr::Near {
        left: "算力".into(),
        right: "补贴".into(),
        distance: 5,
    };
    assert_eq!(parts("算力 NEAR/5 补贴"), [near]);
}

#[test]
fn what_cannot_be_an_operator_is_text() {
    for pasted in [
        "公司(光荣)开发",
        "AI（人工智能）",
        "（2023）27号",
        "C++",
        "人工智能+",
        "GPT-4o",
        "2023-2025年",
        "https://www.gov.cn/x?y=1",
        "【重磅】",
        "a)",
        "(a",
        "时间:2020",
        "--json",
    ] {
        assert_eq!(parts(pasted), [text(pasted)], "{pasted}");
    }
    assert_eq!(parts("AND 算力 OR"), [text("算力")]);
    assert_eq!(parts("- 算力 +"), [text("算力")]);
}

#[test]
fn a_negated_dash_prints_so_that_it_parses_back() {
    // Found by chance: the lone ＋ is left out, the dashes stay text.
    let query = Query::parse("－＋ －－").expect("text").query;
    assert_eq!(query.to_string(), "NOT －－");
    assert_eq!(
        Query::parse(&query.to_string()).expect("printed").query,
        query
    );
}

#[test]
fn fields_have_two_names_and_a_wrong_one_gets_a_suggestion() {
    assert_eq!(parts("region:北京"), [field(Field::Region, "北京")]);
    assert_eq!(parts("标题：“算力 券”"), [field(Field::Title, "算力 券")]);
    assert_eq!(
        parts("来源:新华社 SOURCE:新华社"),
        [
            field(Field::Outlet, "新华社"),
            field(Field::Outlet, "新华社")
        ]
    );
    let parsed = Query::parse("算力 时间:2020").expect("text");
    assert_eq!(parsed.notes[0].column, 4);
    assert_eq!(parsed.notes[0].suggestion.as_deref(), Some("日期:2020"));
    assert!(
        Query::parse("a:b 教育部：高校")
            .expect("text")
            .notes
            .is_empty()
    );
}

#[test]
fn all_impossible_values_are_told_at_once_with_their_columns() {
    let error = Query::parse("算力 date:2024-13 日期:明年").expect_err("two");
    assert_eq!(
        error.problems.iter().map(|p| p.column).collect::<Vec<_>>(),
        [4, 17]
    );
}

#[test]
fn hostile_queries_are_parsed_without_harm() {
    // Deep enough to overflow the stack of a test, were a sign a call.
    for query in [
        "(".repeat(30_000),
        "-".repeat(30_000),
        "NOT ".repeat(15_000),
        "+ ".repeat(1_000),
        "(a ".repeat(2_000) + &")".repeat(2_000),
        "\"".repeat(29_999),
        "“".repeat(30_000),
    ] {
        let _ = Query::parse(&query).map(|parsed| parsed.query.to_string());
    }
    let paste = "算力券的发放办法，".repeat(1_200);
    assert_eq!(parts(&paste), [text(&paste)]);
}

#[test]
fn a_mend_says_what_to_write_without_a_verb() {
    let problems = Query::parse("date:20245").expect_err("no date").problems;
    let suggestion = problems[0].suggestion.as_deref().expect("a mend");
    assert!(suggestion.starts_with("2024, "), "{suggestion}");
}

#[test]
fn signs_around_a_group_of_signs_print_so_that_they_parse_back() {
    // Found by a fuzzer: three signs were kept and two read again.
    for query in ["+-++(+~h)", "+(+-甲)", "-(-(-甲))"] {
        let parsed = Query::parse(query).expect("a query").query;
        let printed = parsed.to_string();
        let again = Query::parse(&printed).expect("a query").query;
        assert_eq!(again, parsed, "{query} printed {printed}");
    }
}
