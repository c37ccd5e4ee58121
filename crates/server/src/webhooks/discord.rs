//! A message as Discord shows it: one embed, within Discord's limits, in which no name can ping anybody or format anything.

use kleister_types::webhooks::{Message, Told, ToldBuild};
use serde_json::{Value, json};

/// Discord's limits, in units of UTF-16: of the title, of the description, of the value of a field, of all texts together.
const TITLE: usize = 256;
const DESCRIPTION: usize = 4096;
const VALUE: usize = 1024;
const WHOLE: usize = 6000;

/// The document of a message.
pub(super) fn of(message: &Message) -> Value {
    let Told { build, reason, url, .. } = &message.data;
    let (color, title) = heading(message);
    let fields = fields(&message.data);
    let spent: usize = fields.iter().map(|(name, value)| length(name) + length(value)).sum();
    let room = WHOLE.saturating_sub(length(&title) + spent).min(DESCRIPTION);
    let changelog =
        build.as_ref().filter(|_| message.kind != "build.yanked").and_then(|build| build.changelog.as_ref());
    let mut embed = json!({"title": title, "color": color, "timestamp": message.timestamp});
    if let Some(url) = url {
        embed["url"] = json!(url);
    }
    let text = reason.as_ref().map(|reason| plain(reason, room));
    if let Some(text) = text.or_else(|| changelog.map(|changelog| marked(changelog, room))) {
        embed["description"] = json!(text);
    }
    let shown = fields.into_iter().map(|(name, value)| json!({"name": name, "value": value, "inline": true}));
    embed["fields"] = shown.collect();
    json!({"embeds": [embed], "allowed_mentions": {"parse": []}})
}

/// What happened, in a colour and in a line.
fn heading(message: &Message) -> (u32, String) {
    let Told { pack, build, .. } = &message.data;
    let (color, what) = match message.kind.as_str() {
        "build.published" => (0x2e_7d32, " is out"),
        "build.recommended" => (0x15_65c0, " is recommended now"),
        "build.yanked" => (0xc6_2828, " was withdrawn"),
        _ => (0x75_7575, ": this webhook works"),
    };
    let build = build.as_ref().map(|build| format!(" {}", build.name)).unwrap_or_default();
    let room = TITLE - length(what);
    (color, plain(&format!("{}{build}", pack.name), room) + what)
}

fn fields(told: &Told) -> Vec<(&'static str, String)> {
    let build = told.build.as_ref();
    let loader = build.and_then(|build| build.loader.as_ref()).map(|loader| {
        let name = match loader.kind.as_str() {
            "neoforge" => "NeoForge",
            "fabric" => "Fabric",
            "quilt" => "Quilt",
            _ => "Forge",
        };
        format!("{name} {}", loader.version)
    });
    let fields = [
        ("Minecraft", build.and_then(|build: &ToldBuild| build.minecraft.clone())),
        ("Loader", loader),
        ("Before", told.former.clone()),
        ("Take instead", told.replacement.clone()),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name, plain(&value?, VALUE)))).collect()
}

/// A text that means nothing to Discord but itself.
fn plain(text: &str, room: usize) -> String {
    fitted(text, room, |c, _| match c {
        '@' => "@\u{200b}".to_owned(),
        '\n' | '\r' => " ".to_owned(),
        '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '#' | '[' | ']' | '(' | ')' | ':' | '-' | '+' => {
            format!("\\{c}")
        }
        _ => c.to_string(),
    })
}

/// Markdown in which nobody and nothing is mentioned.
fn marked(text: &str, room: usize) -> String {
    fitted(text, room, |c, rest| match c {
        '@' => "@\u{200b}".to_owned(),
        '<' if !rest.starts_with("http") => "<\u{200b}".to_owned(),
        _ => c.to_string(),
    })
}

/// As much of a text as there is room for, each character written as is said, which sees what follows it.
fn fitted(text: &str, mut room: usize, write: impl Fn(char, &str) -> String) -> String {
    let written: Vec<_> = text.char_indices().map(|(at, c)| write(c, &text[at + c.len_utf8()..])).collect();
    if written.iter().map(|piece| length(piece)).sum::<usize>() <= room {
        return written.concat();
    }
    // A place is kept for the sign that something is missing.
    room = room.saturating_sub(1);
    let fits = |piece: &String| {
        let left = room.checked_sub(length(piece));
        room = left.unwrap_or(0);
        left.is_some()
    };
    written.into_iter().take_while(fits).collect::<String>() + "…"
}

/// The length as Discord counts it.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use kleister_types::Timestamp;
    use kleister_types::webhooks::ToldPack;

    use super::*;

    fn message(name: &str, changelog: &str) -> Message {
        let pack = ToldPack { id: "p".to_owned(), slug: "sky".to_owned(), name: name.to_owned(), public: true };
        let build = ToldBuild {
            id: "b".to_owned(),
            name: name.to_owned(),
            minecraft: Some(name.to_owned()),
            loader: None,
            changelog: Some(changelog.to_owned()),
        };
        let data = Told {
            pack,
            build: Some(build),
            channels: Vec::new(),
            former: Some(name.to_owned()),
            reason: None,
            replacement: Some(name.to_owned()),
            url: None,
        };
        Message { kind: "build.published".to_owned(), timestamp: Timestamp::from_millis(0), data }
    }

    #[test]
    fn names_format_nothing_and_ping_nobody() {
        let embed = &of(&message("@everyone **<@1>** [a](https://x)\n# b", ""))["embeds"][0];
        let expected = r"@ZWSPeveryone \*\*\<@ZWSP1\>\*\* \[a\]\(https\://x\) \# b".replace("ZWSP", "\u{200b}");
        assert_eq!(embed["fields"][0]["value"], expected);
        assert_eq!(embed["title"], format!("{expected} {expected} is out"));
    }

    #[test]
    fn a_changelog_keeps_its_form_and_pings_nobody() {
        let changelog = "# New\n- **Boats** fly, by <@1> and @here: <https://x.org> `a < b`";
        let embed = &of(&message("Sky", changelog))["embeds"][0];
        let expected =
            "# New\n- **Boats** fly, by <\u{200b}@\u{200b}1> and @\u{200b}here: <https://x.org> `a <\u{200b} b`";
        assert_eq!(embed["description"], expected);
    }

    #[test]
    fn everything_is_within_the_limits_of_discord() {
        for c in ["a", "*", "@", "é", "😀"] {
            let embed = &of(&message(&c.repeat(255), &c.repeat(65_536)))["embeds"][0];
            let text = |value: &Value| length(value.as_str().unwrap());
            let values: Vec<_> =
                embed["fields"].as_array().unwrap().iter().map(|field| text(&field["value"])).collect();
            let names: usize = embed["fields"].as_array().unwrap().iter().map(|field| text(&field["name"])).sum();
            let (title, description) = (text(&embed["title"]), text(&embed["description"]));
            assert!(title <= TITLE && description <= DESCRIPTION && values.iter().all(|value| *value <= VALUE), "{c}");
            assert!(title + description + names + values.iter().sum::<usize>() <= WHOLE, "{c}");
            assert!(embed["description"].as_str().unwrap().ends_with('…') && description + 4 > DESCRIPTION, "{c}");
        }
    }
}
