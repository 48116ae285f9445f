//! What was seen of the folders beside a search, told to the person.

use std::io::Write;

use cewen::Stale;

use super::talk;

/// What is said if nothing was seen to have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// That, too.
    Told,
    /// Nothing.
    Silent,
}

/// Says what was seen of the folders.
pub(crate) fn tell(stale: &Stale, quiet: Quiet, talk: &mut dyn Write) {
    let looked_at = match stale.of {
        of if of == stale.checked => format!("all {of} files checked"),
        of => format!("{} of {of} files checked", stale.checked),
    };
    for missing in &stale.missing {
        let folder = missing.display();
        talk::note(
            talk,
            &format!("{folder} is not there; what was indexed of it is searched"),
        );
        talk::hint(
            talk,
            &format!("mount or restore it, or drop it with `cewen index --forget {folder}`"),
        );
    }
    if !stale.missing.is_empty() {
        // An update would be refused.
    } else if stale.changed > 0 {
        for own in &stale.own {
            let own = own.display();
            talk::note(
                talk,
                &format!("{own} changed, came or went; the index goes by what it said before"),
            );
        }
        let files = stale.changed - stale.own.len().min(stale.changed);
        if files > 0 {
            let at_least = if stale.at_least { "at least " } else { "" };
            let noun = if files == 1 { "file" } else { "files" };
            talk::note(
                talk,
                &format!(
                    "the index is behind: {at_least}{files} {noun} changed, came or went ({looked_at})"
                ),
            );
        }
        talk::hint(
            talk,
            "run `cewen index`, or add --update, to bring it up to date",
        );
    } else if quiet == Quiet::Told {
        talk::note(talk, &format!("no change seen, {looked_at}"));
    }
}
