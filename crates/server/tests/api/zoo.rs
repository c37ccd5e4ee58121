//! Jars and packs of all kinds and ages, dropped together: what the intake reads of each, and what each becomes.

use std::fmt::Write;

use serde_json::Value;

use crate::test_app::TestApp;

#[tokio::test]
async fn intake_reads_each_file_as_its_table_says() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let zoo = kleister_samples::zoo();
    assert!(zoo.len() >= 60, "{}", zoo.len());
    let files: Vec<_> = zoo.iter().map(|sample| (sample.file.as_str(), sample.bytes.clone())).collect();
    let sent = eve.drop_files("", &files).await.ok();
    let mut table = String::new();
    for shown in sent["intakes"].as_array().unwrap() {
        let (read, becomes) = (&shown["read"], &shown["becomes"]);
        writeln!(table, "{}", text(&shown["name"])).unwrap();
        writeln!(
            table,
            "  {} {} {} by {}, {}; {} for {}, client {}, server {}; {} dependencies, {} warnings",
            text(&read["kind"]),
            text(&read["name"]),
            text(&read["number"]),
            text(&read["author"]),
            text(&read["licence"]),
            text(&read["ids"]),
            text(&read["loaders"]),
            text(&read["environment"]["client"]),
            text(&read["environment"]["server"]),
            read["dependencies"].as_array().map_or(0, Vec::len),
            shown["warnings"].as_array().map_or(0, Vec::len),
        )
        .unwrap();
        let becomes = ["outcome", "mod_name", "version"].map(|key| text(&becomes[key])).join(" ");
        writeln!(table, "  becomes {becomes}, refusal {}", text(&shown["refusal"])).unwrap();
    }
    insta::assert_snapshot!(table);
}

/// A value in a few words; a hyphen for one that is not there.
fn text(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.escape_debug().to_string(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(" "),
        value => value.to_string(),
    }
}
