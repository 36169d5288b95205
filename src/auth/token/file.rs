//! Files that are replaced from time to time, such as the tokens that Kubernetes projects.
//!
//! A plugin reads no files, but Envoy does: a listener of its own, which nobody can reach from
//! outside, answers with a file's content, and reads it anew when it is replaced. So a token in a file
//! is asked for like any other.

use super::grant::Ask;

/// The Envoy cluster that leads to that listener. `dragoman render` writes both.
pub const CLUSTER: &str = "dragoman_files";

/// Without this header the listener answers nothing. The routes for requests of clients, and for those
/// to providers, remove it: so even one that went to the wrong cluster would not get a file.
pub const HEADER: &str = "x-dragoman-file";

/// The longest path, bytes.
const MAX_PATH: usize = 512;

pub fn ask() -> Ask {
    Ask::get().header(HEADER, "1")
}

/// `path`, if it can stand in a request and in Envoy's configuration as it is.
///
/// # Errors
/// A sentence.
pub fn path(path: &str) -> Result<&str, String> {
    let path = path.trim();
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./~+=@,".contains(&b);
    let is_inside = path.split('/').skip(1).all(|part| !matches!(part, "" | "." | ".."));
    if path.starts_with('/') && path.len() <= MAX_PATH && path.bytes().all(is_plain) && is_inside {
        return Ok(path);
    }
    Err("A file is named by its whole path, from the root on: letters, digits and `-_.~+=@,`, and no \
         `..`."
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_whole_and_plain() {
        for good in ["/var/run/secrets/a.b/token", "/x/..data/token", "/a", " /a\n"] {
            assert_eq!(path(good), Ok(good.trim()));
        }
        let long = ["/", &"x".repeat(MAX_PATH)].concat();
        for bad in
            ["", "/", "token", "./a", "/a/../b", "/a//b", "/a b", "/a?b", "/a%2e", "/ä", &long]
        {
            assert!(path(bad).is_err(), "{bad}");
        }
    }
}
