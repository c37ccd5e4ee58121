//! What Modrinth and `CurseForge` answer, in the shapes that they really have, and in those that they must not have.

mod curseforge;
mod modrinth;

use kleister_formats::Error;
use proptest::prelude::*;
use serde_json::Value;

/// A document as it comes.
fn bytes(document: &Value) -> Vec<u8> {
    document.to_string().into_bytes()
}

/// Documents that are nothing of what was asked for.
fn strange() -> impl Strategy<Value = Vec<u8>> {
    let words =
        "[a-z_]{1,12}|hits|data|exactMatches|files|id|project_id|title|hashes|pagination|total_hits|fileName|modId";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from)
    ];
    let tree = leaf.prop_recursive(4, 40, 6, move |inner| {
        let object = prop::collection::hash_map(words, inner.clone(), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            object.prop_map(|map| map.into_iter().collect())
        ]
    });
    prop_oneof![tree.prop_map(|tree| tree.to_string().into_bytes()), prop::collection::vec(any::<u8>(), 0..64)]
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_refused(document in strange()) {
        use kleister_formats::sources::{curseforge, modrinth};
        let refused = |error: Option<Error>| error.is_none_or(|error| matches!(error, Error::Source(_)));
        prop_assert!(refused(modrinth::matches(&document).err()));
        prop_assert!(refused(modrinth::projects(&document).err()));
        prop_assert!(refused(modrinth::found(&document).err()));
        prop_assert!(refused(modrinth::versions(&document).err()));
        prop_assert!(refused(modrinth::version(&document).err()));
        prop_assert!(refused(curseforge::matches(&document).err()));
        prop_assert!(refused(curseforge::projects(&document).err()));
        prop_assert!(refused(curseforge::found(&document).err()));
        prop_assert!(refused(curseforge::versions(&document).err()));
        prop_assert!(refused(curseforge::version(&document).err()));
    }
}
