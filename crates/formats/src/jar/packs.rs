//! Resource packs, datapacks and shaders, which are known by what lies in them (`pack.mcmeta` is described on the
//! Minecraft Wiki, "Pack format").

use serde_json::Value;

use super::page::{Page, many};
use super::survey::Survey;
use super::{Kind, PackMeta};

/// Where a pack's description lies.
pub(super) const FILE: &str = "pack.mcmeta";

/// Reads `pack.mcmeta`. One without `pack` is none.
pub(super) fn read(document: &Value, page: &mut Page<'_>) -> Option<PackMeta> {
    let pack = document.get("pack").filter(|pack| pack.is_object())?;
    let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
    let format = pack.get("pack_format").and_then(number);
    let supported = pack.get("supported_formats");
    let bound = |key: &str, place: usize| {
        supported.and_then(|value| {
            value.get(key).and_then(number).or_else(|| value.get(place).and_then(number)).or_else(|| number(value))
        })
    };
    // Since 1.21.9 a format may have a minor number, which stands behind it in a list.
    let new = |key: &str| many(pack.get(key)).first().and_then(number);
    let mut text = String::new();
    plain(pack.get("description").unwrap_or(&Value::Null), &mut text);
    Some(PackMeta {
        least: new("min_format").or_else(|| bound("min_inclusive", 0)).or(format),
        most: new("max_format").or_else(|| bound("max_inclusive", 1)).or(format),
        description: page.text(&text),
    })
}

/// The text of a text component: a text, a list of components, or an object with `text` and `extra`.
fn plain(component: &Value, text: &mut String) {
    match component {
        Value::String(part) => text.push_str(part),
        Value::Array(parts) => parts.iter().for_each(|part| plain(part, text)),
        Value::Object(object) => {
            for key in ["text", "extra"] {
                plain(object.get(key).unwrap_or(&Value::Null), text);
            }
        }
        _ => {}
    }
}

/// What kind of pack an archive without mods is, if it is one.
pub(super) fn kind(survey: &Survey, pack: Option<&PackMeta>) -> Option<Kind> {
    match pack {
        _ if !survey.classes.is_empty() => None,
        Some(_) if survey.has_data => Some(Kind::Datapack),
        Some(_) if survey.has_assets => Some(Kind::ResourcePack),
        _ if survey.has_shaders => Some(Kind::Shader),
        _ => None,
    }
}
