//! The top-level members that one attempt has to account for.

use super::Call;
use crate::openai::request::Field;

/// The client's members and, where it sends none, the deployment's defaults; without those that the
/// deployment always drops (`additional_drop_params`) and without nulls.
///
/// A dialect matches on every name this yields, so that nothing gets lost in silence.
pub fn members<'a>(call: &Call<'a>) -> impl Iterator<Item = Field<'a>> {
    let Call { request, target, .. } = *call;
    let defaults = target
        .defaults
        .iter()
        .map(|(name, json)| Field { name, json: json.get() })
        .filter(|field| request.field(field.name).is_none());
    let unwanted = &target.policy.additional_drop_params;
    request
        .fields()
        .chain(defaults)
        .filter(move |field| !field.is_null() && !unwanted.iter().any(|name| name == field.name))
}
