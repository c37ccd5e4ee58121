//! What a client says that a file hashes to. One that hashes to something else came damaged, or is another one: it is not
//! kept.

use axum::http::HeaderMap;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kleister_files::{Blob, Upload};

use crate::outbound::Expected;
use crate::problem::Problem;

/// What the headers of a request say of its body, which is a file: `Repr-Digest` and `Content-Digest` (RFC 9530), and
/// `Content-MD5` (RFC 1864). Algorithms that nobody here computes are passed over.
pub fn of_headers(headers: &HeaderMap) -> Result<Expected, Problem> {
    let mut expected = Expected::default();
    for name in ["repr-digest", "content-digest"] {
        for value in headers.get_all(name) {
            let text = value.to_str().map_err(|_| unreadable(name))?;
            for member in text.split(',').filter(|member| !member.trim().is_empty()) {
                let (algorithm, digest) = member.trim().split_once('=').ok_or_else(|| unreadable(name))?;
                let Some(place) = place(&mut expected, algorithm) else { continue };
                let digest = digest.split(';').next().unwrap_or_default().trim();
                let digest = digest.strip_prefix(':').and_then(|digest| digest.strip_suffix(':'));
                *place = Some(hexadecimal(digest.unwrap_or_default()).ok_or_else(|| unreadable(name))?);
            }
        }
    }
    if let Some(value) = headers.get("content-md5") {
        let digest = value.to_str().ok().and_then(|text| hexadecimal(text.trim()));
        expected.md5 = Some(digest.ok_or_else(|| unreadable("content-md5"))?);
    }
    Ok(expected)
}

/// Where what is expected is noted by an algorithm, as RFC 9530 and its registry call it.
fn place<'a>(expected: &'a mut Expected, algorithm: &str) -> Option<&'a mut Option<String>> {
    match algorithm.to_ascii_lowercase().as_str() {
        "md5" => Some(&mut expected.md5),
        "sha" => Some(&mut expected.sha1),
        "sha-256" => Some(&mut expected.sha256),
        "sha-512" => Some(&mut expected.sha512),
        _ => None,
    }
}

fn hexadecimal(encoded: &str) -> Option<String> {
    BASE64_STANDARD.decode(encoded).ok().filter(|bytes| !bytes.is_empty()).map(hex::encode)
}

fn unreadable(header: &str) -> Problem {
    Problem::BadRequest(format!("the header `{header}` is no digest in Base64 as it should be"))
}

/// Adds what fields say, in hexadecimal.
pub fn told(expected: &mut Expected, sha1: Option<String>, sha512: Option<String>) -> Result<(), Problem> {
    for (field, digits, said, place) in
        [("sha1", 40, sha1, &mut expected.sha1), ("sha512", 128, sha512, &mut expected.sha512)]
    {
        let Some(said) = said.filter(|said| !said.is_empty()) else { continue };
        if said.len() != digits || !said.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Problem::invalid("upload", field, format!("must be {digits} hexadecimal digits")));
        }
        *place = Some(said.to_ascii_lowercase());
    }
    Ok(())
}

/// Keeps a file that has come, if it is what was said; otherwise nothing of it.
pub async fn finish(mut upload: Upload, expected: &Expected) -> Result<Blob, Problem> {
    if *expected != Expected::default() {
        let blob = upload.digest().await?;
        let digests = [
            ("md5", &expected.md5, &blob.md5),
            ("sha1", &expected.sha1, &blob.sha1),
            ("sha256", &expected.sha256, &blob.sha256),
            ("sha512", &expected.sha512, &blob.sha512),
        ];
        let wrong =
            digests.into_iter().find_map(|(name, said, is)| Some((name, said.as_ref().filter(|it| *it != is)?, is)));
        if let Some((name, said, is)) = wrong {
            let why = format!("hash mismatch: its {name} should be {said} and is {is}; send it again");
            return Err(Problem::invalid("upload", "file", why));
        }
    }
    Ok(upload.finish().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &str)]) -> Result<Expected, Problem> {
        of_headers(&pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect())
    }

    #[test]
    fn headers_tell_what_the_body_hashes_to() {
        let told = read(&[
            ("repr-digest", "crc32=:AAEC:, sha-512=:AAEC:;x=1"),
            ("content-digest", "sha-256=:AQID:"),
            ("content-md5", "AgME"),
        ]);
        let hex = |text: &str| Some(text.to_owned());
        let expected =
            Expected { sha512: hex("000102"), sha256: hex("010203"), md5: hex("020304"), ..Expected::default() };
        assert_eq!(told.unwrap(), expected);
        assert_eq!(read(&[]).unwrap(), Expected::default());
        for bad in ["sha-256", "sha-256=AQID", "sha-256=:???:", "sha-256=::"] {
            assert!(read(&[("repr-digest", bad)]).is_err(), "{bad}");
        }
        assert!(read(&[("content-md5", "???")]).is_err());
    }
}
