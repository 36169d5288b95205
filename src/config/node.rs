//! Typed reads from a JSON value that report what is wrong with it, and where, and go on.

use super::environment::{Environment, MARK};
use super::path::Path;
use super::problem::{Problem, Severity};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::cell::RefCell;

/// Longest time that can be set, seconds: about a year. More is a slip.
const MAX_SECONDS: f64 = 31_536_000.0;

/// What every part of one reading shares.
pub struct Reader<'a> {
    pub environment: Environment<'a>,
    pub problems: RefCell<Vec<Problem>>,
}

impl Reader<'_> {
    pub fn report(&self, severity: Severity, path: &Path<'_>, message: impl Into<String>) {
        let problem = Problem { severity, path: path.to_string(), message: message.into() };
        self.problems.borrow_mut().push(problem);
    }
}

/// A value with its place.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub value: &'a Value,
    pub path: Path<'a>,
    pub reader: &'a Reader<'a>,
}

/// A string, after `os.environ/NAME` was looked up.
pub struct Text<'a> {
    pub text: Cow<'a, str>,
    /// The variable it came from.
    pub variable: Option<&'a str>,
}

impl Text<'_> {
    /// How a message may speak of it: what came from the environment may be a credential.
    pub fn shown(&self) -> String {
        match self.variable {
            Some(name) => format!("the value of the environment variable `{name}`"),
            None => format!("`{}`", self.text),
        }
    }
}

impl<'a> Node<'a> {
    pub fn error(&self, message: impl Into<String>) {
        self.reader.report(Severity::Error, &self.path, message);
    }

    pub fn warn(&self, message: impl Into<String>) {
        self.reader.report(Severity::Warning, &self.path, message);
    }

    /// An error about the member `name`, which is not there.
    pub fn missing(&self, name: &str, message: impl Into<String>) {
        self.reader.report(Severity::Error, &self.path.member(name), message);
    }

    /// An error that says what is expected here and the type of what was found, never its value.
    pub fn expected(&self, what: &str) {
        match self.value.as_str().and_then(|text| text.strip_prefix(MARK)) {
            Some(name) => {
                self.error(format!("The environment variable `{name}` must hold {what}."));
            }
            None => self.error(format!("Expected {what}, found {}.", kind(self.value))),
        }
    }

    /// The member `name`; one that is `null` is as good as absent.
    pub fn get<'b>(&'b self, name: &'b str) -> Option<Node<'b>> {
        let value = self.value.as_object()?.get(name).filter(|value| !value.is_null())?;
        Some(Node { value, path: self.path.member(name), reader: self.reader })
    }

    /// All members that are not `null`.
    pub fn members(&self) -> impl Iterator<Item = (&'a str, Node<'_>)> {
        let members = self.value.as_object().into_iter().flatten();
        members.filter(|(_, value)| !value.is_null()).map(|(name, value)| {
            (name.as_str(), Node { value, path: self.path.member(name), reader: self.reader })
        })
    }

    /// All items of a list.
    pub fn items(&self) -> impl Iterator<Item = Node<'_>> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(|(index, value)| Node { value, path: self.path.item(index), reader: self.reader })
    }

    pub fn object(&self) -> Option<&'a Map<String, Value>> {
        let object = self.value.as_object();
        if object.is_none() {
            self.expected("a mapping of names to values");
        }
        object
    }

    /// Whether it is a list; an error if not. `of` names the items, such as "deployments".
    pub fn is_list(&self, of: &str) -> bool {
        let is_list = self.value.is_array();
        if !is_list {
            self.expected(&format!("a list of {of}"));
        }
        is_list
    }

    pub fn text(&self) -> Option<Text<'a>> {
        let Some(text) = self.value.as_str() else {
            self.expected("a string (put it in quotes)");
            return None;
        };
        let Some(name) = text.strip_prefix(MARK) else {
            return Some(Text { text: Cow::Borrowed(text), variable: None });
        };
        let value = self.reader.environment.get(name);
        if value.is_none() {
            self.error(format!(
                "The environment variable `{name}` is not set. Set it, or write the value here."
            ));
        }
        Some(Text { text: Cow::Owned(value?), variable: Some(name) })
    }

    /// A string that is not empty.
    pub fn name(&self) -> Option<Text<'a>> {
        let text = self.text()?;
        if text.text.trim().is_empty() {
            self.error("This is empty; it must not be.");
            return None;
        }
        Some(text)
    }

    /// A list of strings; `of` names them.
    pub fn names(&self, of: &str) -> Vec<String> {
        if !self.is_list(of) {
            return Vec::new();
        }
        self.items().filter_map(|item| item.name()).map(|name| name.text.into_owned()).collect()
    }

    /// A finite number, or a string that is one.
    fn number(&self, what: &str) -> Option<f64> {
        let number = match self.value {
            Value::Number(number) => number.as_f64(),
            Value::String(_) => self.text()?.text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() {
            self.expected(what);
        }
        number
    }

    /// A number that is not negative.
    pub fn amount(&self) -> Option<f64> {
        const WHAT: &str = "a number that is not negative";
        let number = self.number(WHAT)?;
        if number < 0.0 {
            self.error(format!("Expected {WHAT}, found a negative one."));
            return None;
        }
        Some(number)
    }

    /// A whole number from `least` to `most`.
    pub fn count(&self, least: u64, most: u64) -> Option<u64> {
        let what = format!("a whole number from {least} to {most}");
        let number = self.number(&what)?;
        let whole = number.fract() == 0.0 && (0.0..9e15).contains(&number);
        // Exact: whole numbers up to 2^53 have an exact f64.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let count = Some(number as u64).filter(|count| whole && (least..=most).contains(count));
        if count.is_none() {
            self.error(format!("Expected {what}, found another number."));
        }
        count
    }

    pub fn count32(&self, least: u32, most: u32) -> Option<u32> {
        self.count(least.into(), most.into()).and_then(|count| u32::try_from(count).ok())
    }

    /// Seconds, with fractions, as milliseconds. Nought is allowed.
    pub fn millis(&self) -> Option<u64> {
        const WHAT: &str = "a number of seconds, such as 30 or 0.5";
        let seconds = self.number(WHAT)?;
        if !(0.0..=MAX_SECONDS).contains(&seconds) {
            self.error(format!("Expected {WHAT}; this is negative or more than a year."));
            return None;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some((seconds * 1000.0).round() as u64)
    }

    /// Seconds as milliseconds, where nought makes no sense.
    pub fn timeout(&self) -> Option<u64> {
        let millis = self.millis()?;
        if millis == 0 {
            self.error("A time-out of 0 seconds would fail every request; leave it out for none.");
            return None;
        }
        Some(millis)
    }

    /// `true`, `false`, or the words that YAML 1.1 and LiteLLM take for them.
    pub fn flag(&self) -> Option<bool> {
        let flag = match self.value {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => match number.as_f64() {
                Some(0.0) => Some(false),
                Some(1.0) => Some(true),
                _ => None,
            },
            Value::String(_) => match self.text()?.text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" | "t" | "y" => Some(true),
                "false" | "no" | "off" | "0" | "f" | "n" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if flag.is_none() {
            self.expected("true or false");
        }
        flag
    }

    /// The value with every `os.environ/NAME` in it looked up; `None` where one is not set.
    pub fn resolved(&self) -> Option<Value> {
        match self.value {
            Value::String(_) => self.text().map(|text| Value::String(text.text.into_owned())),
            Value::Array(_) => self.items().map(|item| item.resolved()).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| {
                    let path = self.path.member(name);
                    let node = Node { value, path, reader: self.reader };
                    Some((name.clone(), node.resolved()?))
                })
                .collect::<Option<Map<_, _>>>()
                .map(Value::Object),
            other => Some(other.clone()),
        }
    }
}

/// What a value is, in words; nothing of what it says.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing (null)",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
