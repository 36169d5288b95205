//! Ids of tool calls for providers that take only their own kind: nine letters and digits (Mistral).
//!
//! A conversation may have begun at another provider. Its ids become others that depend on nothing but
//! themselves, so that calls and results still match and the next request says the same again.

use crate::openai::Message;
use hashbrown::{HashMap, HashSet};
use std::hash::Hasher;

const LENGTH: usize = 9;

/// What is sent for the client's ids that cannot be sent themselves.
#[derive(Debug)]
pub struct CallIds(HashMap<String, String>);

impl CallIds {
    /// `None` where every id can be sent.
    #[must_use]
    pub fn of(messages: &[Message]) -> Option<Self> {
        let ids = || {
            let calls = messages.iter().flat_map(|message| &message.tool_calls);
            let called = calls.filter_map(|call| call.id.as_deref());
            called.chain(messages.iter().filter_map(|message| message.tool_call_id.as_deref()))
        };
        if ids().all(is_fine) {
            return None;
        }
        let mut taken: HashSet<String> =
            ids().filter(|id| is_fine(id)).map(str::to_owned).collect();
        let mut sent: HashMap<String, String> = HashMap::new();
        for id in ids().filter(|id| !is_fine(id)) {
            if sent.contains_key(id) {
                continue;
            }
            // Two ids that come to the same are rarer than anything else that can go wrong.
            let mut salt = 0u64;
            let mut short = shortened(id, salt);
            while taken.contains(&short) {
                salt = salt.wrapping_add(1);
                short = shortened(id, salt);
            }
            taken.insert(short.clone());
            sent.insert(id.to_owned(), short);
        }
        Some(Self(sent))
    }

    /// The id to send for the client's.
    #[must_use]
    pub fn sent<'a>(&'a self, id: &'a str) -> &'a str {
        self.0.get(id).map_or(id, String::as_str)
    }
}

fn is_fine(id: &str) -> bool {
    id.len() == LENGTH && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn shortened(id: &str, salt: u64) -> String {
    const DIGITS: [char; 62] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H',
        'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r',
        's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
    ];
    let mut hasher = Fnv::default();
    hasher.write(id.as_bytes());
    hasher.write(&salt.to_be_bytes());
    let mut rest = hasher.finish();
    let mut digit = || {
        let place = usize::try_from(rest % 62).unwrap_or_default();
        rest /= 62;
        DIGITS.get(place).copied().unwrap_or('0')
    };
    (0..LENGTH).map(|_| digit()).collect()
}

/// FNV-1a, which is the same on every machine and in every version:
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::fixture;

    fn messages(ids: &[&str]) -> Vec<Message> {
        let calls: Vec<_> = ids
            .iter()
            .map(|id| serde_json::json!({"id": id, "function": {"name": "f", "arguments": "{}"}}))
            .collect();
        let request = serde_json::json!({"model": "m", "messages": [
            {"role": "assistant", "tool_calls": calls},
            {"role": "tool", "tool_call_id": ids.first(), "content": "1"}]});
        fixture::request(&request.to_string()).messages
    }

    #[test]
    fn ids_that_can_be_sent_stay() {
        assert!(CallIds::of(&messages(&["pcZFHqej8", "0G84QFMp3"])).is_none());
    }

    #[test]
    fn others_become_nine_letters_and_digits_always_the_same() {
        let ids = ["call_abc", "toolu_01", "", "é", "pcZFHqej8", "call_abcd"];
        let sent = CallIds::of(&messages(&ids)).unwrap();
        let seen: HashSet<&str> = ids.iter().map(|id| sent.sent(id)).collect();
        assert_eq!(seen.len(), ids.len());
        assert!(seen.iter().all(|id| is_fine(id)));
        assert_eq!(sent.sent("pcZFHqej8"), "pcZFHqej8");
        assert_eq!(sent.sent("call_abc"), shortened("call_abc", 0));
    }

    #[test]
    fn an_id_that_is_taken_is_not_given_again() {
        let taken = shortened("call_abc", 0);
        let sent = CallIds::of(&messages(&["call_abc", &taken])).unwrap();
        assert_eq!(sent.sent("call_abc"), shortened("call_abc", 1));
    }
}
