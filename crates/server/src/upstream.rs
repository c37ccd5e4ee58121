//! What Mojang and the loaders publish: fetched and read, then stored as one.

use std::error::Error;
use std::time::Duration;

use kleister_formats::upstream::{self as documents, Listed};
use kleister_store::loaders::{self, Kind};
use reqwest::redirect::Policy;

use crate::App;
use crate::config::{Upstream, upstream};
use crate::problem::Problem;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// The largest document, in bytes. The largest real one has some two million.
pub(crate) const LARGEST: usize = 32 << 20;

/// Makes the releases of one kind what their upstream lists now; whatever fails, nothing is changed.
pub(crate) async fn sync(app: &App, kind: Kind) -> Result<(), Problem> {
    let documents = fetch(&app.config.upstream, kind).await?;
    import(app, kind, documents).await.map(drop)
}

/// Makes the releases of one kind what these documents list, and gives how many that are.
pub(crate) async fn import(app: &App, kind: Kind, documents: Vec<Vec<u8>>) -> Result<usize, Problem> {
    let read = tokio::task::spawn_blocking(move || read(kind, &documents)).await;
    let listed = read.map_err(|error| Problem::Upstream(error.to_string()))??;
    let count = listed.len();
    let write = app.db.write().await?;
    loaders::sync(&*write, kind, listed, app.clock.now()).await?;
    write.commit().await?;
    Ok(count)
}

/// The releases that documents of one kind list together.
fn read(kind: Kind, documents: &[Vec<u8>]) -> Result<Vec<loaders::Listed>, Problem> {
    let parse = match kind {
        Kind::Minecraft => documents::minecraft,
        Kind::Forge => documents::forge,
        Kind::Neoforge => documents::neoforge,
        Kind::Quilt | Kind::Fabric => documents::meta,
    };
    let lists = documents.iter().map(|document| parse(document)).collect::<Result<Vec<_>, _>>();
    let list = lists.and_then(documents::together).map_err(|error| Problem::Upstream(error.to_string()))?;
    Ok(list.into_iter().map(stored).collect())
}

/// A release as the store takes it.
fn stored(Listed { name, released, minecraft, runs_on }: Listed) -> loaders::Listed {
    let released_at = released.and_then(|time| time.parse().ok());
    loaders::Listed { name, released_at, minecraft, runs_on }
}

/// The documents of one kind, each within the time and the size that it may have.
///
/// Redirects are not followed: an operator names the address that he means.
async fn fetch(config: &Upstream, kind: Kind) -> Result<Vec<Vec<u8>>, Problem> {
    if !config.enabled {
        return Err(Problem::Upstream("`upstream.enabled` is off; import the lists by `kleister admin`".to_owned()));
    }
    let client = reqwest::Client::builder().connect_timeout(CONNECT).timeout(Duration::from_secs(config.timeout));
    let client = client.redirect(Policy::none()).no_proxy().build().map_err(|error| failed(&error))?;
    let mut documents = Vec::new();
    for address in config.addresses(kind) {
        let mut answer = client.get(address).send().await.map_err(|error| failed(&error))?;
        if !answer.status().is_success() {
            return Err(Problem::Upstream(format!("{address} answers {}", answer.status())));
        }
        let mut document = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
            if document.len() + chunk.len() > LARGEST {
                return Err(Problem::Upstream(format!("{address} sends more than {LARGEST} bytes")));
            }
            document.extend_from_slice(&chunk);
        }
        documents.push(document);
    }
    if documents.is_empty() {
        return Err(Problem::Upstream(format!("`{}` names no address", upstream::key(kind))));
    }
    Ok(documents)
}

/// What the network says, down to the cause.
fn failed(error: &reqwest::Error) -> Problem {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    Problem::Upstream(text)
}
