//! How `providers.json` becomes providers: what a row takes from another.

use super::Provider;
use serde::de::Error as _;
use serde_json::{Error, Map, Value};

/// A row as it stands in the file.
type Row = Map<String, Value>;

/// Where a provider is and how one signs in to it. All its rows share that; how its models are spoken
/// to (dialect, paths, quirks, embeddings, note) each row says for itself.
const SHARED: [&str; 9] = [
    "aliases",
    "base_url",
    "elsewhere",
    "settings",
    "auth",
    "aws_service",
    "key_env",
    "base_env",
    "base_params",
];

/// The providers of `text`, a JSON list of rows.
///
/// A row with `models` takes those of the [`SHARED`] members that it does not have from the row of the
/// same name without `models`; one with `like`, from the row of that name (but not its other names).
/// Settings of its own come on top of the others; `elsewhere` goes with `base_url`.
///
/// # Errors
/// It is no list of rows, or a row does not say all that a provider needs.
pub fn read(text: &str) -> Result<Vec<Provider>, Error> {
    let rows: Vec<Row> = serde_json::from_str(text)?;
    let whole = |row: &Row| {
        let mut whole = row.clone();
        let like = whole.remove("like");
        let name = match &like {
            None if !row.contains_key("models") => return Ok(whole),
            None => row.get("name"),
            Some(_) => like.as_ref(),
        };
        let main = rows.iter().find(|row| row.get("name") == name && !row.contains_key("models"));
        let main = main.ok_or_else(|| Error::custom(format!("{row:?} is like no other row")))?;
        for member in SHARED {
            let other_name = member == "aliases" && like.is_some();
            let other_place = member == "elsewhere" && row.contains_key("base_url");
            if let Some(shared) = main.get(member)
                && !other_name
                && !other_place
            {
                take(&mut whole, member, shared);
            }
        }
        Ok(whole)
    };
    rows.iter().map(|row| serde_json::from_value(Value::Object(whole(row)?))).collect()
}

fn take(row: &mut Row, member: &str, shared: &Value) {
    match (row.get_mut(member), shared) {
        (Some(Value::Array(own)), Value::Array(shared)) if member == "settings" => {
            let named = |setting: &Value| own.iter().any(|own| own["name"] == setting["name"]);
            let others: Vec<Value> =
                shared.iter().filter(|setting| !named(setting)).cloned().collect();
            own.splice(..0, others);
        }
        (Some(_), _) => (),
        (None, _) => {
            row.insert(member.to_owned(), shared.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rows(rows: Value) -> Vec<Value> {
        let rows = read(&rows.to_string()).unwrap();
        rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect()
    }

    fn main() -> Value {
        json!({"name": "p", "aliases": ["q"], "dialect": "gemini", "auth": "google",
            "base_url": "https://{region}.example.com", "path": "/main", "key_env": ["KEY"],
            "elsewhere": [{"setting": "region", "value": "eu", "base_url": "https://eu.example.com"}],
            "settings": [{"name": "project"}, {"name": "region", "default": "us"}],
            "base_env": ["BASE"], "base_params": ["base"], "aws_service": "s",
            "quirks": {"key_optional": true}, "embeddings": {"format": "gemini"}, "note": "Note."})
    }

    #[test]
    fn a_row_for_some_models_takes_address_and_key_from_its_providers_main_row() {
        let some = json!({"name": "p", "models": ["m"], "dialect": "open-ai"});
        let found = rows(json!([some, main()]));
        let mut expected = found[1].clone();
        for (member, value) in [
            ("models", json!(["m"])),
            ("dialect", json!("open-ai")),
            ("path", Value::Null),
            ("note", Value::Null),
        ] {
            expected[member] = value;
        }
        for member in ["quirks", "embeddings"] {
            let plain = json!({"name": "x", "dialect": "open-ai", "auth": "none"});
            expected[member] = rows(json!([plain]))[0][member].clone();
        }
        assert_eq!(found[0], expected);
    }

    #[test]
    fn what_a_row_says_itself_counts() {
        let some = json!({"name": "p", "models": ["m"], "dialect": "open-ai", "auth": "bearer",
            "key_env": [], "settings": [{"name": "more"}, {"name": "region", "needed": true}]});
        let found = &rows(json!([main(), some]))[1];
        assert_eq!(found["auth"], "bearer");
        assert_eq!(found["key_env"], json!([]));
        let settings: Vec<&Value> =
            found["settings"].as_array().unwrap().iter().map(|setting| &setting["name"]).collect();
        assert_eq!(settings, ["project", "more", "region"]);
        assert_eq!(found["settings"][2]["default"], Value::Null);
        let away = json!({"name": "p", "models": ["m"], "dialect": "open-ai",
            "base_url": "https://away.example.com"});
        let found = &rows(json!([main(), away]))[1];
        assert_eq!(found["base_url"], "https://away.example.com");
        assert_eq!(found["elsewhere"], json!([]));
    }

    #[test]
    fn another_name_with_a_row_of_its_own_may_be_like_the_first() {
        let other = json!({"name": "p_chat", "like": "p", "dialect": "cohere"});
        let found = &rows(json!([main(), other]))[1];
        assert_eq!((&found["name"], &found["dialect"]), (&json!("p_chat"), &json!("cohere")));
        assert_eq!(found["base_url"], "https://{region}.example.com");
        assert_eq!(found["aliases"], json!([]));
    }

    #[test]
    fn a_row_that_does_not_say_enough_is_an_error() {
        for row in [
            json!({"name": "p", "dialect": "open-ai"}),
            json!({"name": "p", "models": ["m"], "dialect": "open-ai", "auth": "none"}),
            json!({"name": "p", "like": "nobody", "dialect": "open-ai", "auth": "none"}),
            json!({"name": "p", "dialect": "open-ai", "auth": "none", "colour": "blue"}),
        ] {
            assert!(read(&json!([row]).to_string()).is_err(), "{row}");
        }
    }
}
