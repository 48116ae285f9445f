//! Question and function words: text of a question that says nothing of its answer.
//!
//! Their pairs neither score nor make a hit. Masking is worth about two points
//! of MRR on questions (FINDINGS 4c, 4h) and nothing on keywords.

/// Masked wherever they stand, longest first.
const QUESTION_WORDS: &[&str] = &[
    "请问一下",
    "有没有",
    "为什么",
    "是什么",
    "怎么样",
    "什么样",
    "哪一年",
    "哪一个",
    "是不是",
    "能不能",
    "请问",
    "什么",
    "怎么",
    "怎样",
    "如何",
    "为何",
    "何时",
    "何地",
    "何种",
    "何处",
    "哪些",
    "哪个",
    "哪里",
    "哪儿",
    "哪家",
    "哪位",
    "哪年",
    "哪种",
    "哪座",
    "哪天",
    "多少",
    "几个",
    "几年",
    "几次",
    "是否",
    "可否",
    "能否",
    "有何",
    "谁是",
    "总结一下",
    "介绍一下",
    "告诉我",
    "关于",
];

/// Masked where the index knows no word around them.
const FUNCTION_CHARACTERS: &str =
    "的了是在和与及或吗呢吧么啊被把由于之其有为以对从到等而也都就这那哪谁何几某并但";

/// Those of them that ask.
const QUESTION_CHARACTERS: &str = "哪谁何几";

/// What masks a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mask {
    /// Nothing: it says what the text is about.
    None,
    /// It belongs to a function word.
    Function,
    /// It belongs to a question word.
    Question,
}

/// Says of each character of a folded text what masks it.
///
/// `in_word` says of each character whether it is a part of a longer word of
/// the index: 和 in 和平 is no function word.
pub(crate) fn mask(text: &[char], in_word: &[bool]) -> Vec<Mask> {
    let mut masked = vec![Mask::None; text.len()];
    let mut at = 0;
    while at < text.len() {
        let here = |word: &&&str| {
            let mut rest = text[at..].iter();
            word.chars()
                .all(|character| rest.next() == Some(&character))
        };
        let longest = QUESTION_WORDS
            .iter()
            .filter(here)
            .map(|word| word.chars().count())
            .max();
        match longest {
            Some(length) => {
                masked[at..at + length].fill(Mask::Question);
                at += length;
            }
            None => {
                if !in_word[at] && FUNCTION_CHARACTERS.contains(text[at]) {
                    masked[at] = match QUESTION_CHARACTERS.contains(text[at]) {
                        true => Mask::Question,
                        false => Mask::Function,
                    };
                }
                at += 1;
            }
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unmasked(text: &str, word: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        let mut in_word = vec![false; characters.len()];
        if let Some(at) = text.find(word) {
            let at = text[..at].chars().count();
            in_word[at..at + word.chars().count()].fill(true);
        }
        let masked = mask(&characters, &in_word);
        characters
            .iter()
            .zip(masked)
            .filter(|(_, masked)| *masked == Mask::None)
            .map(|(c, _)| c)
            .collect()
    }

    #[test]
    fn questions_keep_what_they_ask_about() {
        assert_eq!(unmasked("哪些城市发放了算力券", "算力券"), "城市发放算力券");
        assert_eq!(
            unmasked("算力券是什么时候开始的", "算力券"),
            "算力券时候开始"
        );
        assert_eq!(unmasked("世界和平", "和平"), "世界和平");
        assert_eq!(unmasked("北京和上海", ""), "北京上海");
    }
}
