//! "Did you mean": the known name that a misspelt one is nearest to.

/// Longest name that is compared; the work is quadratic.
const MAX_LEN: usize = 64;

/// The nearest of `known` within a third of the name's length, at most two edits away.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length > MAX_LEN {
        return None;
    }
    let allowed = (length / 3).min(2);
    known
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions and substitutions from one name to the other; case, and `-` for `_`, are free.
fn distance(from: &str, to: &str) -> usize {
    let same =
        |a: char, b: char| a.eq_ignore_ascii_case(&b) || matches!((a, b), ('-' | '_', '-' | '_'));
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (index, a) in from.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index.saturating_add(1);
        let mut next = vec![left];
        for (b, above) in to.chars().zip(row.iter().skip(1)) {
            let substituted = if same(a, b) { diagonal } else { diagonal.saturating_add(1) };
            left = substituted.min(above.saturating_add(1)).min(left.saturating_add(1));
            next.push(left);
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// `a`, `b`, `c` for a sentence; only the first ten of a longer list.
#[must_use]
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 10;
    let names: Vec<&str> = names.into_iter().collect();
    let mut text =
        names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len().saturating_sub(SHOWN)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_finds_its_name() {
        let known = ["api_key", "api_base", "model", "timeout"];
        assert_eq!(nearest("api_bse", known), Some("api_base"));
        assert_eq!(nearest("API-KEY", known), Some("api_key"));
        assert_eq!(nearest("tiemout", known), Some("timeout"));
        assert_eq!(nearest("temperature", known), None);
        assert_eq!(nearest("xyz", known), None);
        assert_eq!(nearest(&"x".repeat(10_000), known), None);
    }

    #[test]
    fn a_long_list_is_cut() {
        let names: Vec<String> = (0..12).map(|n| format!("m{n}")).collect();
        let text = listed(names.iter().map(String::as_str));
        assert!(text.ends_with("`m9` and 2 more"), "{text}");
    }
}
