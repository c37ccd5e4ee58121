//! Which problems an operation can answer with: told by what it takes, with what its verb and its own work add.

use aide::openapi::{Operation, Parameter, ReferenceOr, Response, Responses, StatusCode};

use crate::problem::meaning;

/// Operations of which the rules say too much or too little: all their problems, but for 408 and 500.
const ODD: &[(&str, &[u16])] = &[
    ("LoginAuth", &[400, 401, 413, 429, 503, 507]),
    ("LogoutAuth", &[401, 403, 429, 503, 507]),
    ("RefreshAuth", &[401, 429, 503, 507]),
    ("VerifyAuthToken", &[401, 429, 503]),
    ("RedirectAuth", &[400, 401, 413, 429, 503, 507]),
    ("ListProviders", &[]),
    ("RequestProvider", &[404]),
    ("CallbackProvider", &[404]),
    ("CreateImport", &[400, 401, 403, 404, 409, 413, 422, 429, 503, 507]),
    ("SetupServer", &[400, 401, 404, 413, 422, 429, 503, 507]),
    ("UpdateProfile", &[400, 401, 403, 412, 413, 422, 429, 503, 507]),
    ("CreateIntake", &[400, 401, 403, 404, 409, 413, 422, 429, 503, 507]),
    ("AcceptIntakes", &[400, 401, 403, 404, 409, 413, 422, 429, 503, 507]),
    ("CollectStorage", &[401, 403, 409, 429, 503, 507]),
    ("VerifyStorage", &[401, 403, 409, 429, 503, 507]),
    ("CreateUpload", &[400, 401, 403, 409, 412, 413, 415, 422, 429, 451, 460, 503, 507]),
    ("ContinueUpload", &[400, 401, 403, 404, 409, 412, 413, 415, 423, 429, 451, 460, 503, 507]),
    ("DeleteUpload", &[401, 403, 404, 423, 429, 503, 507]),
    ("TokenProfile", &[401, 403, 409, 429, 503, 507]),
];

/// Operations that every signed-in user may do, though they write.
const ANYBODYS: &[&str] = &["CreatePack", "CreateMod", "CreateGroup", "CreateSolderClient"];

/// Operations that bring bytes, which may be blocked.
const BRINGING: &[&str] = &[
    "CreateIntake",
    "CreateVersion",
    "UpdateVersion",
    "PutBuildFile",
    "PutBuildFiles",
    "CreatePackAvatar",
    "CreateModAvatar",
    "ShowBuildFile",
];

/// Reads that take more than seeing the thing.
const GUARDED_READS: &[&str] = &[
    "ListPreviews",
    "ListPackTokens",
    "ListWebhooks",
    "ShowWebhook",
    "ListWebhookDeliveries",
    "CheckBuild",
    "ListSolderKeys",
    "ListSolderClients",
    "ListBlobs",
    "ShowBlob",
];

/// Documents the problems of an operation. Where it documents one already, that is the form of all of them.
pub(super) fn document(method: &str, operation: &mut Operation) {
    let statuses = problems(method, operation);
    let Some(Responses { responses, .. }) = &mut operation.responses else { return };
    let form = responses.shift_remove(&StatusCode::Code(500));
    let Some(ReferenceOr::Item(form)) = form else { return };
    for status in statuses {
        let response = Response { description: meaning(status).to_owned(), ..form.clone() };
        responses.insert(StatusCode::Code(status), ReferenceOr::Item(response));
    }
}

fn problems(method: &str, operation: &Operation) -> Vec<u16> {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let mut statuses = match ODD.iter().find(|(odd, _)| *odd == id) {
        Some((_, statuses)) => statuses.to_vec(),
        None => usual(method, id, operation),
    };
    if operation.request_body.is_some() {
        statuses.push(408);
    }
    statuses.push(500);
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

/// What follows from what an operation takes and from its verb.
fn usual(method: &str, id: &str, operation: &Operation) -> Vec<u16> {
    let has = |kind: fn(&Parameter) -> bool| {
        operation.parameters.iter().any(|parameter| matches!(parameter, ReferenceOr::Item(it) if kind(it)))
    };
    let names_things = has(|parameter| matches!(parameter, Parameter::Path { .. }));
    let writes = method != "get";
    let unlinks = id.starts_with("Delete") && id.contains("From");
    let links = id.starts_with("Attach") || id.starts_with("Permit") || unlinks;
    let takes_body = operation.request_body.is_some();
    let rules: [(bool, &[u16]); 11] = [
        // 429 comes of guessing; 503 of a database that is away, or of a password to hash, a picture to decode, an upstream.
        (true, &[401, 429, 503]),
        (names_things, &[404]),
        (has(|parameter| matches!(parameter, Parameter::Query { .. })), &[400]),
        (takes_body, &[400, 413]),
        (takes_body && !unlinks, &[422]),
        (writes, &[507]),
        (BRINGING.contains(&id), &[451]),
        ((writes && !ANYBODYS.contains(&id)) || GUARDED_READS.contains(&id), &[403]),
        (writes && names_things && !id.ends_with("Avatar"), &[409]),
        (links, &[412]),
        (has(|parameter| matches!(parameter, Parameter::Header { .. })), &[412]),
    ];
    rules.iter().filter(|(holds, _)| *holds).flat_map(|(_, statuses)| *statuses).copied().collect()
}
