//! What is sent of the files of a build: the bytes of one, or an archive of many.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRequest, Request};
use kleister_files::Blob;
use schemars::json_schema;

use super::super::upload::{described, keep_archive, keep_body};
use crate::App;
use crate::problem::Problem;
use crate::uploads::UploadUnderWay;

/// The bytes of a file as they are, on disk.
pub(super) struct Sent(pub(super) Blob);

/// An archive on disk, with the place among uploads that it takes until it is unpacked.
pub(super) struct SentArchive {
    /// The archive.
    pub(super) blob: Blob,
    _place: UploadUnderWay,
}

impl FromRequest<App> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        keep_body(app, request).await.map(Self)
    }
}

impl FromRequest<App> for SentArchive {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (place, blob) = keep_archive(app, request).await?;
        Ok(Self { blob, _place: place })
    }
}

impl OperationInput for Sent {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let bytes = json_schema!({ "type": "string", "format": "binary", "description": "The file as it is." });
        operation.request_body = Some(described([("application/octet-stream", bytes)]));
    }
}

impl OperationInput for SentArchive {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let bytes = json_schema!({ "type": "string", "format": "binary", "description": "The archive as it is." });
        let form = json_schema!({
            "type": "object",
            "properties": {
                "file": { "type": "string", "format": "binary", "description": "The archive, streamed." },
            },
        });
        operation.request_body = Some(described([("application/zip", bytes), ("multipart/form-data", form)]));
    }
}
