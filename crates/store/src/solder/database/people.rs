//! Whom a Solder's database knows: clients and keys, which are taken over, and users with their rights, who are not.

use std::collections::HashMap;

use super::Source;
use super::cells::Cells;
use crate::solder::old::OldClient;

/// How many users are named in one line.
const NAMED: usize = 20;
/// The flags of a user's rights, each with what it lets him do.
const RIGHTS: [(&str, &str); 11] = [
    ("solder_full", "everything"),
    ("solder_users", "users"),
    ("solder_keys", "keys"),
    ("solder_clients", "clients"),
    ("solder_env", "settings"),
    ("mods_create", "making mods"),
    ("mods_manage", "changing mods"),
    ("mods_delete", "deleting mods"),
    ("modpacks_create", "making packs"),
    ("modpacks_manage", "changing packs"),
    ("modpacks_delete", "deleting packs"),
];

/// Players' launchers, and the packs that they see.
pub(super) struct Clients {
    by_number: HashMap<u64, OldClient>,
    of_packs: HashMap<u64, Vec<String>>,
}

impl Clients {
    /// Reads all clients, linked to no pack so far.
    pub(super) async fn read(source: &Source) -> Self {
        let rows = source.maybe_table("clients").await;
        let client = |row: &Cells| {
            let uuid = row.text("uuid").or_else(|| row.text("UUID"))?;
            Some((row.number("id")?, OldClient { name: row.text("name").unwrap_or_else(|| uuid.clone()), uuid }))
        };
        Self { by_number: rows.iter().filter_map(client).collect(), of_packs: HashMap::new() }
    }

    /// Reads which of these packs each of them sees.
    pub(super) async fn link(&mut self, source: &Source, packs: &HashMap<u64, String>, notes: &mut Vec<String>) {
        let mut nowhere = 0;
        for row in source.maybe_table("client_modpack").await {
            let (client, pack) = (row.number("client_id"), row.number("modpack_id"));
            let client = client.and_then(|client| self.by_number.get(&client));
            match client.zip(pack.filter(|pack| packs.contains_key(pack))) {
                Some((client, pack)) => self.of_packs.entry(pack).or_default().push(client.uuid.clone()),
                None => nowhere += 1,
            }
        }
        if nowhere > 0 {
            notes.push(format!("{nowhere} links of clients name a client or a pack that is not there"));
        }
    }

    /// The client id of the client of this number.
    pub(super) fn uuid(&self, number: u64) -> Option<String> {
        Some(self.by_number.get(&number)?.uuid.clone())
    }

    /// The client ids that are linked to a pack.
    pub(super) fn of_pack(&self, number: u64) -> Vec<String> {
        self.of_packs.get(&number).cloned().unwrap_or_default()
    }

    /// All of them.
    pub(super) fn all(self) -> Vec<OldClient> {
        let mut clients: Vec<_> = self.by_number.into_values().collect();
        clients.sort_by(|one, other| one.uuid.cmp(&other.uuid));
        clients
    }
}

/// The keys of the Technic Platform, each with its name.
pub(super) async fn keys(source: &Source) -> Vec<(String, String)> {
    let rows = source.maybe_table("keys").await;
    rows.iter().filter_map(|row| Some((row.text("name").unwrap_or_default(), row.text("api_key")?))).collect()
}

/// Users, what each of them may, and their tokens: what is not taken over of them, and what to do about it.
pub(super) async fn left_out(source: &Source, packs: &HashMap<u64, String>) -> Vec<(String, String)> {
    let users = source.maybe_table("users").await;
    let name = |row: &Cells| row.text("username").or_else(|| row.text("display_name")).or_else(|| row.text("name"));
    let names: HashMap<u64, String> = users.iter().filter_map(|row| Some((row.number("id")?, name(row)?))).collect();
    let mut left_out = Vec::new();
    if !users.is_empty() {
        let mut some: Vec<String> = names.values().map(|name| format!("`{name}`")).collect();
        some.sort();
        let more = users.len().saturating_sub(NAMED);
        some.truncate(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let bcrypt = users.iter().any(|row| row.text("password").is_some_and(|hash| hash.starts_with("$2")));
        let hash = if bcrypt { ", with `--hash-stdin` to give them the password of the Solder" } else { "" };
        left_out.push((
            format!("users ({}): {}{more}", users.len(), some.join(", ")),
            format!("who signs in here is for this server to say: let them come by a provider, or make them by `kleister admin user create`{hash}"),
        ));
    }
    let mut assigned: HashMap<u64, Vec<u64>> = HashMap::new();
    for row in source.maybe_table("user_modpack").await {
        if let (Some(user), Some(pack)) = (row.number("user_id"), row.number("modpack_id")) {
            assigned.entry(user).or_default().push(pack);
        }
    }
    for row in source.maybe_table("user_permissions").await {
        let Some(user) = row.number("user_id").and_then(|id| Some((id, names.get(&id)?))) else { continue };
        let mut of_user = row.numbers("modpacks");
        of_user.extend(assigned.remove(&user.0).unwrap_or_default());
        left_out.extend(rights(&row, user.1, &of_user, packs));
    }
    let tokens = source.maybe_table("personal_access_tokens").await.len();
    if tokens > 0 {
        let why = "a Solder keeps only their hashes; make tokens of this server for whatever used them";
        left_out.push((format!("API tokens ({tokens})"), why.to_owned()));
    }
    left_out
}

/// What a user may there; nothing where that is nothing.
fn rights(row: &Cells, name: &str, of_user: &[u64], packs: &HashMap<u64, String>) -> Option<(String, String)> {
    let flags = RIGHTS.iter().filter(|(column, _)| row.flag(column).unwrap_or(false)).map(|(_, right)| *right);
    let flags = flags.collect::<Vec<_>>().join(", ");
    let slugs = of_user.iter().filter_map(|id| Some(format!("`{}`", packs.get(id)?))).collect::<Vec<_>>().join(", ");
    let told = match (flags.is_empty(), slugs.is_empty()) {
        (true, true) => return None,
        (false, true) => flags,
        (true, false) => format!("packs {slugs}"),
        (false, false) => format!("{flags}; packs {slugs}"),
    };
    let why = "make the user a member of these packs and of the mods here, or an administrator of the server";
    Some((format!("rights of user `{name}` ({told})"), why.to_owned()))
}
