//! A literal query compiled for matching: the fast twin of [`super::literal()`].

use std::ops::Range;

use super::symbols::{GAP, Symbol, symbols};

/// The symbols of a literal query; gaps are optional.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    symbols: Vec<Symbol>,
}

impl Pattern {
    /// Compiles a query; `None` if nothing in it is matchable. Line ends
    /// cannot match, so they are taken for spaces.
    pub(crate) fn new(query: &str) -> Option<Self> {
        let symbols = match query.contains(char::is_control) {
            true => symbols(&query.replace(char::is_control, " ")),
            false => symbols(query),
        };
        (!symbols.is_empty()).then_some(Pattern { symbols })
    }

    /// Its symbols in order, optional gaps included.
    pub(crate) fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// Where it stands among the symbols of a text: ranges of symbol numbers,
    /// in order; they may overlap.
    pub(crate) fn find<'a>(
        &'a self,
        text: &'a [Symbol],
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        let first = self.symbols[0].character;
        // Nearly all of a text begins nothing: it is passed over in a loop that
        // does nothing else.
        let begins = move |symbol: &Symbol| symbol.character == first || symbol.is_damaged;
        let starts = text
            .iter()
            .enumerate()
            .filter(move |(_, symbol)| begins(symbol));
        starts.filter_map(move |(start, symbol)| {
            if !symbol.reads(first) {
                return None;
            }
            let mut at = start;
            for symbol in &self.symbols {
                match text.get(at) {
                    Some(there) if there.reads(symbol.character) => at += 1,
                    _ if symbol.character == GAP => {}
                    _ => return None,
                }
            }
            Some(start..at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::literal;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_pattern_finds_what_the_reference_function_finds(
            text in "[算力券基础矗立a1,.。—《》 \n\u{200B}]{0,40}", query in "[算力券基础矗a1,.。—《》 ]{1,6}"
        ) {
            let symbols = symbols(&text);
            let found: Vec<Range<usize>> = match Pattern::new(&query) {
                None => Vec::new(),
                Some(pattern) => pattern
                    .find(&symbols)
                    .map(|at| symbols[at.start].bytes().start..symbols[at.end - 1].bytes().end)
                    .collect(),
            };
            prop_assert_eq!(found, literal(&query, &text));
        }
    }
}
