//! What a new server prints: how to come from nothing to a published build by copy and paste.

use std::fs::{OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use kleister_store::keys::random_hex;
use kleister_store::setup;
use sha2::{Digest, Sha256};

use crate::app::StartError;
use crate::{App, Config};

/// Prints the first steps with a new setup token, if the server has no administrator yet.
pub(crate) async fn offer(app: &App, port: u16) -> Result<(), StartError> {
    if !setup::is_open(&app.db.read().await?).await? {
        forget(&app.config);
        return Ok(());
    }
    let token = random_hex();
    let write = app.db.write().await?;
    setup::renew(&*write, &hex::encode(Sha256::digest(token.as_bytes())), app.clock.now()).await?;
    write.commit().await?;
    let failed = |error| StartError::System { what: "cannot write the setup token", error };
    keep(&token_file(&app.config), &token).map_err(failed)?;
    let host = app.config.server.host.trim_end_matches('/');
    let host = if host.is_empty() { format!("http://localhost:{port}") } else { host.to_owned() };
    let mut terminal = std::io::stdout().lock();
    let _ = terminal.write_all(text(&host, &token, &random_hex()[..20]).as_bytes()).and_then(|()| terminal.flush());
    Ok(())
}

/// Removes the file with the setup token, which is worth nothing any more.
pub(crate) fn forget(config: &Config) {
    let _ = std::fs::remove_file(token_file(config));
}

fn token_file(config: &Config) -> PathBuf {
    config.storage_folder().join("setup-token")
}

/// Writes the token where only who runs the server can read it.
fn keep(file: &Path, token: &str) -> std::io::Result<()> {
    let mut opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    opened.set_permissions(Permissions::from_mode(0o600))?;
    writeln!(opened, "{token}")
}

fn text(host: &str, token: &str, password: &str) -> String {
    format!(
        r#"
Kleister is at {host}. It has no administrator yet.
Copy these lines into another terminal to make one and to publish a first build:

    PASSWORD='{password}'
    JAR=first-mod.jar; [ -f "$JAR" ] || echo 'a jar of your own goes here' > "$JAR"
    k() {{ curl -sSf -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' "$@"; echo; }}
    API={host}/api/v1
    TOKEN=$(TOKEN= k $API/setup -d "{{\"token\":\"{token}\",\"username\":\"admin\",\"password\":\"$PASSWORD\"}}" | sed 's/.*"token":"\([^"]*\)".*/\1/')
    k $API/packs -d '{{"name":"First Pack","public":true}}'
    k $API/mods -d '{{"name":"First Mod"}}'
    curl -sSf -H "Authorization: Bearer $TOKEN" $API/mods/first-mod/versions -F name=1.0 -F "file=@$JAR"; echo
    k $API/packs/first-pack/builds -d '{{"name":"1.0","minecraft_id":"1.21.1"}}'
    k $API/packs/first-pack/builds/1.0/versions -d '{{"mod":"first-mod","version":"1.0"}}'
    k $API/packs/first-pack/builds/1.0 -X PUT -d '{{"published":true}}'
    echo "Give this to a launcher: {host}/packs/first-pack/latest/pack.mrpack"

You sign in as admin with the password of the first line from now on. The setup token works once, for a day; a restart
makes a new one. To make an administrator without it: kleister admin user create NAME --admin --password-stdin

"#
    )
}
