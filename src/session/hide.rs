//! Secrets in the words of a provider that refuses them: what the client gets to see has none.

use crate::openai::ApiError;

/// Bytes. What is shorter may be any word, and is hardly a secret.
const SHORTEST: usize = 8;

/// What stands in a secret's place, and at the end of a text that was cut.
const HIDDEN: &str = "…";

/// Replaces `secrets` in everything that an error says.
pub fn secrets<'a>(error: &mut ApiError, secrets: impl Iterator<Item = &'a str>) {
    for secret in secrets.filter(|secret| secret.len() >= SHORTEST) {
        hide(&mut error.message, secret);
        for text in error.param.iter_mut() {
            hide(text, secret);
        }
        for text in error.code.iter_mut().chain([&mut error.kind]) {
            if text.contains(secret) {
                hide(text.to_mut(), secret);
            }
        }
    }
}

fn hide(text: &mut String, secret: &str) {
    if text.contains(secret) {
        *text = text.replace(secret, HIDDEN);
    }
    // A long text is cut, and so may be the secret in it.
    let kept = text.strip_suffix(HIDDEN).unwrap_or(text);
    let begun = (SHORTEST..secret.len()).rev().filter_map(|length| secret.get(..length));
    if let Some(begun) = begun.into_iter().find(|begun| kept.ends_with(begun)) {
        text.truncate(kept.len().saturating_sub(begun.len()));
        text.push_str(HIDDEN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "sk-é-0123456789";

    fn hidden(message: &str) -> String {
        let mut error = ApiError::new(401, message).with_code(SECRET).with_param(SECRET);
        error.kind = SECRET.into();
        secrets(&mut error, ["short", SECRET].into_iter());
        assert_eq!(error.code.as_deref(), Some(HIDDEN));
        assert_eq!((error.param.as_deref(), &*error.kind), (Some(HIDDEN), HIDDEN));
        error.message
    }

    #[test]
    fn a_secret_is_hidden_wherever_it_stands() {
        assert_eq!(
            hidden("The key sk-é-0123456789 is wrong: sk-é-0123456789"),
            "The key … is wrong: …"
        );
        assert_eq!(hidden("too short to be one"), "too short to be one");
        assert_eq!(hidden("…"), "…");
    }

    #[test]
    fn the_beginning_of_a_secret_at_a_cut_is_hidden_too() {
        assert_eq!(hidden("Wrong: sk-é-01234…"), "Wrong: …");
        assert_eq!(hidden("Wrong: sk-é-012345678"), "Wrong: …");
        assert_eq!(hidden("Wrong: sk-é-01"), "Wrong: …", "eight bytes");
        assert_eq!(hidden("Wrong: sk-é-0"), "Wrong: sk-é-0");
    }
}
