//! The data file, searched where it lies.

use std::cmp::Ordering;

/// One model per line, sorted by lower-case name; `#` lines before them. Its header explains the
/// columns. Written by scripts/update-prices.
pub(super) const TEXT: &str = include_str!("../prices.txt");

/// A line, split after the model's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub name: &'static str,
    pub rest: &'static str,
}

/// Finds the line whose name is `parts` joined together: in the same case if there is such a
/// line, else in any. Allocates nothing; reads about thirteen lines.
pub(super) fn find(parts: &[&str]) -> Option<Line> {
    let mut low = 0;
    let mut high = TEXT.len();
    // `low` and `high` stay at starts of lines; every line before `low` is less than the name.
    while low < high {
        let middle = line_start(low + (high - low) / 2);
        let (line, next) = line_at(middle)?;
        if compare(line.name, parts) == Ordering::Less {
            low = next;
        } else {
            high = middle;
        }
    }
    let mut found = None;
    while let Some((line, next)) = line_at(low) {
        if compare(line.name, parts) != Ordering::Equal {
            break;
        }
        if joined(parts).eq(line.name.bytes()) {
            return Some(line);
        }
        found = found.or(Some(line));
        low = next;
    }
    found
}

/// Where the line begins that holds the byte at `offset`.
fn line_start(offset: usize) -> usize {
    let before = TEXT.as_bytes().get(..offset).unwrap_or_default();
    memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1)
}

/// The line that begins at `start`, and where the next one begins.
fn line_at(start: usize) -> Option<(Line, usize)> {
    let text = TEXT.get(start..).filter(|text| !text.is_empty())?;
    let (line, _) = text.split_once('\n')?;
    // A comment has no name: it sorts before every model and matches none.
    let (name, rest) = match line.starts_with('#') {
        true => ("", line),
        false => line.split_once(' ').unwrap_or((line, "")),
    };
    Some((Line { name, rest }, start + line.len() + 1))
}

fn joined(parts: &[&str]) -> impl Iterator<Item = u8> {
    parts.iter().flat_map(|part| part.bytes())
}

/// Without regard to case. A comment is less than anything, even than no name at all.
fn compare(name: &str, parts: &[&str]) -> Ordering {
    if name.is_empty() {
        return Ordering::Less;
    }
    let lower = name.bytes().map(|byte| byte.to_ascii_lowercase());
    lower.cmp(joined(parts).map(|byte| byte.to_ascii_lowercase()))
}

/// Every model's line, in order.
#[cfg(test)]
pub(super) fn lines() -> impl Iterator<Item = Line> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let (line, next) = line_at(start)?;
        start = next;
        Some(line)
    })
    .filter(|line| !line.name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_sorted_as_it_is_searched() {
        let names: Vec<String> = lines().map(|line| line.name.to_ascii_lowercase()).collect();
        assert!(names.len() > 4000);
        assert!(names.is_sorted());
    }

    #[test]
    fn every_line_is_found_by_its_name_in_one_part_or_more_and_in_any_case() {
        for line in lines() {
            assert_eq!(find(&[line.name]), Some(line));
            let (head, tail) = line.name.split_at(line.name.len() / 2);
            assert_eq!(find(&[head, "", tail]), Some(line));
            assert!(find(&[&line.name.to_ascii_uppercase()]).is_some());
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for name in ["", "#", "# kind", "no-such-model", "gpt-4", "~", "\n", "é", "GPT-4O "] {
            let expected = lines().find(|line| line.name == name);
            assert_eq!(find(&[name]), expected, "{name:?}");
        }
        assert_eq!(find(&[]), None);
    }
}
