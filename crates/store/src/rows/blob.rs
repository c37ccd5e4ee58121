//! Bytes that are kept.

use sea_orm::entity::prelude::*;

/// Bytes that are kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The SHA-256 of the bytes, which names them.
    pub sha256: String,
    /// The number of bytes.
    pub size: i64,
    /// The MD5 of the bytes.
    pub md5: String,
    /// The SHA-1 of the bytes.
    pub sha1: String,
    /// The SHA-512 of the bytes.
    pub sha512: String,
    /// The CRC-32 of the bytes, as zip archives need it.
    pub crc32: i64,
    /// CurseForge's fingerprint of the bytes, once it is known.
    pub murmur2: Option<String>,
    /// The media type, told from the content.
    pub content_type: String,
    /// Why nobody gets it any more.
    pub blocked_reason: Option<String>,
    /// When it came, in milliseconds since 1970.
    pub created_at: i64,
    /// Who brought it first, if that was a user.
    pub user_id: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
