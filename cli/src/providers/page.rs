//! docs/providers.md. It is made by the test that compares it, so only tests build this.

use super::{dialect, endpoints, words};
use dragoman::catalog::{self, Provider};
use std::collections::BTreeSet;

const HEAD: &str = "\
# Providers

Write a model as `provider/model`. Any other server that speaks OpenAI's format is `openai/model` \
with an `api_base`.

`dragoman providers` prints this table, `dragoman providers NAME` one provider in full, `--json` the \
catalogue's rows. It is `src/catalog/providers.json`; `UPDATE=1 cargo test -p dragoman-cli \
providers` writes this page anew.

- The key is `api_key`, or the first of the key variables that is set; the address is `api_base`, or \
the first of the address variables, or the one below. `{NAME}` in it is a setting of \
`litellm_params`, or its variable.
- What a provider does not take is a 400 that names the parameter, unless it may be dropped \
([configure.md](configure.md)).
- `*` after a name: the row is for the models whose names begin so.
";

/// How many providers there are, whatever the number of their rows and names.
pub fn count() -> usize {
    catalog::all().iter().map(|row| row.name.as_str()).collect::<BTreeSet<_>>().len()
}

/// The page.
pub fn text() -> String {
    let mut out = format!("{HEAD}\n{} providers:\n\n", count());
    out.push_str("| Provider | Dialect | Endpoints | Address | Variables | Differences |\n");
    out.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for row in catalog::all() {
        out.push_str(&format!("| {} |\n", cells(row).join(" | ")));
    }
    out
}

fn cells(row: &Provider) -> [String; 6] {
    let mut name = words::list(&row.names().collect::<Vec<_>>());
    if !row.models.is_empty() {
        let models: Vec<String> = row.models.iter().map(|model| format!("{model}*")).collect();
        name = format!("{name}: {}", words::list(&models));
    }
    let settings = row.settings.iter().flat_map(|setting| &setting.env);
    let variables: Vec<&String> = row.key_env.iter().chain(&row.base_env).chain(settings).collect();
    let mut differences = sentence(&words::differences(row).join("; "));
    if let Some(note) = &row.note {
        differences = format!("{differences} {note}").trim().to_owned();
    }
    [
        name,
        dialect(row),
        endpoints(row).join(", "),
        row.base_url.as_ref().map_or("`api_base`".to_owned(), |url| format!("`{url}`")),
        words::list(&variables),
        differences,
    ]
    .map(|cell| cell.replace('|', "\\|"))
}

/// With a capital and a full stop, if it says anything.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).chain(std::iter::once('.')).collect()
    })
}
