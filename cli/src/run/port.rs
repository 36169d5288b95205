//! Whether a port is free, asked before Envoy is started: it would only say so in a long log.

use crate::render::site::Address;
use anyhow::bail;
use std::io::ErrorKind;
use std::net::TcpListener;

/// How far to look for a free port to suggest.
const SUGGESTIONS: u16 = 100;

/// Checks that `address` can be listened on; `option` chooses another port.
///
/// # Errors
/// A sentence that names the port and says how to choose another.
pub fn check_free(address: &Address, option: &str) -> anyhow::Result<()> {
    let Err(error) = bind(&address.host, address.port) else { return Ok(()) };
    let instead = (1..SUGGESTIONS)
        .filter_map(|step| address.port.checked_add(step))
        .find(|port| *port >= 1024 && bind(&address.host, *port).is_ok());
    let advice = match instead {
        Some(port) => format!("choose another with {option}, such as {option} {port}."),
        None => format!("choose another with {option}."),
    };
    match error.kind() {
        ErrorKind::AddrInUse => {
            bail!("Port {} is taken by another program; {advice}", address.port)
        }
        ErrorKind::PermissionDenied => {
            bail!("Port {} is reserved for the administrator; {advice}", address.port)
        }
        _ => bail!("It is not possible to listen on {address}: {error}; {advice}"),
    }
}

fn bind(host: &str, port: u16) -> std::io::Result<()> {
    TcpListener::bind((host, port)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_a_free_one_beside_it() {
        let taken = (20_100..30_000).find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok());
        let taken = taken.unwrap();
        let port = taken.local_addr().unwrap().port();
        let address = Address { host: "127.0.0.1".to_owned(), port };
        let message = check_free(&address, "--port").unwrap_err().to_string();
        assert!(message.contains(&format!("Port {port} is taken")), "{message}");
        assert!(message.contains("such as --port 2"), "{message}");
    }
}
