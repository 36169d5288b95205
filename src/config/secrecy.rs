//! Which settings hold credentials, by their names.

/// Whether the value of a setting called `name` must not be shown or become part of an identifier.
/// In doubt it says yes.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    const ENDINGS: [&str; 10] = [
        "key",
        // No secret alone, but half of one, and it changes with the other half.
        "access_key_id",
        "token",
        "secret",
        "password",
        "credentials",
        "credential",
        "authorization",
        "_pass",
        "cookie",
    ];
    /// URLs that carry a password, and maps whose every value may be one.
    const WHOLE: [&str; 8] = [
        "database_url",
        "redis_url",
        "headers",
        "extra_headers",
        "environment_variables",
        "credential_values",
        "alert_to_webhook_url",
        "litellm_license",
    ];
    let name = name.to_ascii_lowercase().replace('-', "_");
    let is_price = name.contains("cost");
    WHOLE.contains(&name.as_str())
        || !is_price && ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn credentials_are_told_by_their_names() {
        for name in [
            "api_key",
            "master_key",
            "AZURE_AD_TOKEN",
            "x-api-key",
            "extra_headers",
            "aws_access_key_id",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["model", "max_tokens", "api_base", "input_cost_per_token"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
