//! A pack at an address: an archive, or packwiz's files one by one.
//!
//! Whatever address a pack names is fetched under the same rules as the first: only from hosts on the list, or from
//! anywhere public for server administrators where the operator allows that.

use futures::{StreamExt, TryStreamExt, stream};
use kleister_formats::import::packwiz::{Listed, Pack};
use kleister_formats::import::{DOCUMENT_LIMIT, Found, INDEX_LIMIT, Place};
use kleister_store::Caller;
use url::Url;

use super::gather::{self, Gathered};
use super::{Archive, refused};
use crate::App;
use crate::outbound::{Errand, Expected};
use crate::problem::Problem;

/// How many metafiles are asked for at the same time; the user's places bound it further.
const AT_ONCE: usize = 8;

/// The way on which a caller's packs are fetched.
pub(super) fn errand(app: &App, caller: &Caller) -> Result<Errand, Problem> {
    let who = caller.signed_in()?;
    Ok(if who.admin { app.outbound.free(&who.id) } else { app.outbound.named(&who.id) })
}

/// Fetches a pack: file by file if the address is that of a `.toml`, as an archive otherwise.
pub(super) async fn gather(app: &App, caller: &Caller, address: &str) -> Result<Gathered, Problem> {
    let url = Url::parse(address).map_err(|_| Problem::invalid("import", "address", "is not an absolute address"))?;
    let errand = errand(app, caller)?;
    if url.path().to_ascii_lowercase().ends_with(".toml") {
        return packwiz(&errand, &url).await;
    }
    let blob = errand.fetch(&app.files, address, &Expected::default(), app.config.upload.limit).await?;
    let name = url.path_segments().and_then(|mut parts| parts.next_back()).map(ToOwned::to_owned);
    gather::open(app, &Archive { sha256: blob.sha256, size: blob.size, name }).await
}

/// Fetches `pack.toml`, its index and every metafile; files that the index lists themselves are fetched later.
async fn packwiz(errand: &Errand, url: &Url) -> Result<Gathered, Problem> {
    let document = text(errand.get(url.as_str(), DOCUMENT_LIMIT).await?.as_ref())?;
    let pack = Pack::read(&document).map_err(|error| refused(&error))?;
    let index_url = below(url, pack.index_file())?;
    let index = text(errand.get(index_url.as_str(), INDEX_LIMIT).await?.as_ref())?;
    let lines = pack.index(&index).map_err(|error| refused(&error))?;
    let found = lines.into_iter().map(|listed| one(errand, &index_url, listed));
    let files: Vec<(Listed, Found)> = stream::iter(found).buffered(AT_ONCE).try_collect().await?;
    let import = pack.finish(files, Vec::new()).map_err(|error| refused(&error))?;
    Ok(Gathered { import, archive: None, title: None })
}

/// One line of the index, with what its metafile tells.
async fn one(errand: &Errand, index: &Url, listed: Listed) -> Result<(Listed, Found), Problem> {
    let url = below(index, &listed.file.encoded())?;
    let found = if listed.is_metafile {
        let document = errand.get(url.as_str(), DOCUMENT_LIMIT).await?;
        listed.metafile(&document).map_err(|error| refused(&error))?
    } else {
        listed.direct(Place::At(vec![url.into()]))
    };
    Ok((listed, found))
}

/// The address of what lies beside another thing. A query does not go along, which is how packwiz's own clients do it.
fn below(url: &Url, path: &str) -> Result<Url, Problem> {
    // `./` keeps a name with a colon from being taken for a scheme.
    let mut joined =
        url.join(&format!("./{path}")).map_err(|_| Problem::invalid("import", "address", "cannot be joined"))?;
    joined.set_query(None);
    Ok(joined)
}

fn text(bytes: &[u8]) -> Result<String, Problem> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Problem::invalid("import", "address", "leads to no text"))
}
