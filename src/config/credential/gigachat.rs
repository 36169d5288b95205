//! GigaChat: the credentials of an application are exchanged for a token, which lasts half an hour.
//!
//! Source: <https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-token>.

use super::{Found, Places};
use crate::auth::token::{Ask, Value};
use crate::config::cluster::ClusterNames;
use crate::dialect::{Credential, Secret};

const ADDRESS: &str = "https://ngw.devices.sberbank.ru:9443/api/v2/oauth";

/// LiteLLM's variable for another address.
const ADDRESS_VARIABLE: &str = "GIGACHAT_AUTH_URL";

/// LiteLLM's variable for what the credentials are for: a person or a company.
const SCOPE_VARIABLE: &str = "GIGACHAT_SCOPE";
const SCOPE: &str = "GIGACHAT_API_PERS";

/// What gives a token for `key`: the credentials as GigaChat shows them, in Base64. What holds a dot is
/// a token already.
pub fn exchange(places: &Places<'_>, key: Secret, clusters: &mut ClusterNames) -> Found {
    if key.expose().contains('.') {
        return Found::Credential(Credential::Key(key));
    }
    let scope = places.params.reader.environment.first([SCOPE_VARIABLE]);
    let scope = scope.map_or_else(|| SCOPE.to_owned(), |(_, scope)| scope);
    let ask = Ask::form(vec![("scope", scope.trim().into())])
        .header("authorization", Value::secret_after("Basic ", key))
        .header("rquid", Value::RequestId);
    places.fetched_at(ADDRESS_VARIABLE, ADDRESS, ask, clusters)
}
