//! Whether two files are one by what is known of their bytes.

use super::Bytes;
use crate::rows::version_file;

/// Whether these are one file's bytes: every digest that both know is the same, and one of them is not broken easily. An MD5
/// does where a placeholder has nothing else: some packs tell no more.
pub(super) fn is_same(file: &version_file::Model, bytes: &Bytes) -> bool {
    let [md5, sha1, sha256, sha512] = digests(bytes);
    let pairs = [(&file.md5, md5), (&file.sha1, sha1), (&file.sha256, sha256), (&file.sha512, sha512)];
    let both = |(known, told): &(&Option<String>, Option<&str>)| Some(known.as_deref()? == (*told)?);
    let agreed: Vec<Option<bool>> = pairs.iter().map(both).collect();
    let by_md5 = file.blob.is_none() && agreed == [Some(true), None, None, None] && is_as_large(file, bytes);
    !agreed.contains(&Some(false)) && (agreed[1..].contains(&Some(true)) || by_md5)
}

/// Whether nothing speaks against that these have the same number of bytes.
fn is_as_large(file: &version_file::Model, bytes: &Bytes) -> bool {
    let told = match bytes {
        Bytes::Here(blob) => Some(blob.size),
        Bytes::Elsewhere(hashes) => hashes.size.and_then(|size| i64::try_from(size).ok()),
    };
    file.size.zip(told).is_none_or(|(known, told)| known == told)
}

/// MD5, SHA-1, SHA-256 and SHA-512, as far as they are known.
pub(super) fn digests(bytes: &Bytes) -> [Option<&str>; 4] {
    match bytes {
        Bytes::Here(blob) => [&blob.md5, &blob.sha1, &blob.sha256, &blob.sha512].map(|digest| Some(digest.as_str())),
        Bytes::Elsewhere(hashes) => [&hashes.md5, &hashes.sha1, &hashes.sha256, &hashes.sha512].map(Option::as_deref),
    }
}
