//! `include`: a list of further files, as LiteLLM has it.
//!
//! A path counts from the file it stands in, else from the first file. Lists are joined; of anything
//! else the included file's value replaces the one before. A file counts once.

use super::Finding;
use super::source::{Place, Source};
use super::tree::{self, Content, Node};
use dragoman::config::{Path, Severity};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::rc::Rc;

type Members = Vec<(Rc<Node>, Rc<Node>)>;

/// A path to include, and where that is said.
struct Pending {
    name: String,
    place: Place,
}

/// The whole document. What could not be read is a finding; `None` if that is the first file.
pub fn load_all(sources: &mut Vec<Source>, findings: &mut Vec<Finding>) -> Option<Rc<Node>> {
    let root = match tree::parse(sources.first_mut()?, 0) {
        Ok(root) => root,
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    };
    let Content::Map(members) = &root.content else { return Some(root) };
    let mut pending = VecDeque::new();
    let mut whole = without_include(members, &mut pending, findings);
    if whole.len() == members.len() {
        return Some(root);
    }
    while let Some(next) = pending.pop_front() {
        if let Some(members) = read(&next, sources, findings) {
            let own = without_include(&members, &mut pending, findings);
            merge(&mut whole, own, sources, findings);
        }
    }
    Some(Rc::new(Node { content: Content::Map(whole), place: root.place }))
}

/// The members but `include`, whose entries are queued.
fn without_include(
    members: &Members,
    pending: &mut VecDeque<Pending>,
    findings: &mut Vec<Finding>,
) -> Members {
    let mut rest = Members::new();
    for (name, value) in members {
        if name.text() != Some("include") {
            rest.push((Rc::clone(name), Rc::clone(value)));
            continue;
        }
        let items = match &value.content {
            Content::List(items) => items.as_slice(),
            _ => &[],
        };
        let paths: Vec<_> =
            items.iter().filter_map(|item| Some((item.text()?, item.place))).collect();
        if paths.len() != items.len() || !matches!(value.content, Content::List(_)) {
            error(findings, name.place, "Expected a list of file names.".to_owned());
        }
        let queued =
            paths.into_iter().map(|(name, place)| Pending { name: name.to_owned(), place });
        pending.extend(queued);
    }
    rest
}

/// The members of an included file; `None` if it was read before, or cannot be.
fn read(next: &Pending, sources: &mut Vec<Source>, findings: &mut Vec<Finding>) -> Option<Members> {
    let beside = |file: usize| -> Option<PathBuf> {
        Some(sources.get(file)?.path.parent()?.join(&next.name))
    };
    let path =
        [beside(next.place.file), beside(0)].into_iter().flatten().find(|path| path.exists());
    let Some(path) = path else {
        error(findings, next.place, format!("There is no file `{}`.", next.name));
        return None;
    };
    let same = |source: &Source| source.path.canonicalize().ok() == path.canonicalize().ok();
    if sources.iter().any(same) {
        return None;
    }
    let mut source = match Source::read(&path) {
        Ok(source) => source,
        Err(cause) => {
            error(findings, next.place, format!("{cause:#}."));
            return None;
        }
    };
    let parsed = tree::parse(&mut source, sources.len());
    sources.push(source);
    match parsed.map(|root| (root.place, Rc::try_unwrap(root))) {
        Ok((_, Ok(Node { content: Content::Map(members), .. }))) => Some(members),
        Ok((place, _)) => {
            error(findings, place, "An included file must be a mapping of settings.".to_owned());
            None
        }
        Err(finding) => {
            findings.push(finding);
            None
        }
    }
}

fn merge(whole: &mut Members, own: Members, sources: &[Source], findings: &mut Vec<Finding>) {
    for (name, value) in own {
        let Some(known) = whole.iter_mut().find(|(known, _)| known.text() == name.text()) else {
            whole.push((name, value));
            continue;
        };
        if let (Content::List(before), Content::List(after)) = (&known.1.content, &value.content) {
            let joined = before.iter().chain(after).cloned().collect();
            let place = known.1.place;
            known.1 = Rc::new(Node { content: Content::List(joined), place });
            continue;
        }
        let text = name.text().unwrap_or_default();
        let first = known.0.place;
        let file = sources.get(first.file).map(|source| source.path.display().to_string());
        let message = format!(
            "`{text}` of this file replaces the whole `{text}` in {}:{}; only lists are joined.",
            file.unwrap_or_default(),
            first.line
        );
        let path = Path::ROOT.member(text).to_string();
        findings.push(Finding::new(Severity::Warning, path, name.place, message));
        *known = (name, value);
    }
}

fn error(findings: &mut Vec<Finding>, place: Place, message: String) {
    findings.push(Finding::new(Severity::Error, "include".to_owned(), place, message));
}
