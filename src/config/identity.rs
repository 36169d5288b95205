//! Ids of deployments that have none in `model_info`.

use super::environment::MARK;
use super::secrecy::is_secret;
use serde_json::Value;

/// FNV-1a, 64 bit: it must be the same on every machine and in every version, not hard to invert.
struct Fnv(u64);

impl Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        // Keeps `["ab"]` and `["a", "b"]` apart.
        self.0 = (self.0 ^ 0xff).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// Members count in the order of their names, so that moving a line changes nothing. Credentials
    /// do not count, but the names of the variables that hold them do.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(name, _)| *name);
                self.write(b"{");
                for (name, value) in members {
                    let reference = value.as_str().is_some_and(|text| text.starts_with(MARK));
                    if reference || !is_secret(name) {
                        self.write(name.as_bytes());
                        self.value(value);
                    }
                }
                self.write(b"}");
            }
            Value::Array(items) => {
                self.write(b"[");
                items.iter().for_each(|item| self.value(item));
                self.write(b"]");
            }
            Value::String(text) => self.write(text.as_bytes()),
            other => self.write(other.to_string().as_bytes()),
        }
    }
}

/// 16 hexadecimal digits that depend on the content of a `model_list` entry, without its keys.
pub fn made_from(entry: &Value) -> String {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.value(entry);
    format!("{:016x}", hash.0)
}

#[cfg(test)]
mod tests {
    use super::made_from;
    use serde_json::json;

    #[test]
    fn an_id_is_the_same_in_every_version() {
        let entry = json!({"model_name": "a", "litellm_params": {"model": "openai/a"}});
        assert_eq!(made_from(&entry), "8b5f50fe26c992fd");
    }

    #[test]
    fn keys_do_not_count_but_the_names_of_their_variables_do() {
        let with = |key: &str| made_from(&json!({"model": "m", "api_key": key}));
        assert_eq!(with("sk-1"), with("sk-2"));
        assert_ne!(with("os.environ/A"), with("os.environ/B"));
    }

    #[test]
    fn the_order_of_members_does_not_count() {
        let one = made_from(&json!({"a": 1, "b": ["xy"]}));
        assert_eq!(one, made_from(&json!({"b": ["xy"], "a": 1})));
        assert_ne!(one, made_from(&json!({"a": 1, "b": ["x", "y"]})));
    }
}
