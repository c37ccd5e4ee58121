//! A pack's news as an Atom feed (RFC 4287).
//!
//! Identifiers are made of those of pack and build and never of addresses, so that nothing is new again after a renaming
//! or below another address. What XML cannot hold is left out of texts.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// The media type of a feed.
pub const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";

/// The namespace of Atom.
const NAMESPACE: &str = "http://www.w3.org/2005/Atom";

/// A feed. Times are RFC 3339, identifiers are IRIs, addresses are absolute.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Feed {
    /// What never changes about the feed.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub subtitle: Option<String>,
    /// Who writes it.
    pub author: String,
    /// The feed's own address.
    pub address: String,
    /// The page that it belongs to.
    pub page: String,
    /// When anything in it changed last.
    pub updated: String,
    /// The news, newest first.
    pub entries: Vec<Entry>,
}

/// One piece of news.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// What never changes about it.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Where to read it.
    pub page: String,
    /// When it was published.
    pub published: String,
    /// When it changed last.
    pub updated: String,
    /// What it says, as HTML.
    pub html: String,
}

/// The feed as an XML document.
pub fn write(feed: &Feed) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write_feed(&mut writer, feed).expect("memory takes everything");
    let mut text = String::from_utf8(writer.into_inner()).expect("a feed is made of texts");
    text.push('\n');
    text
}

fn write_feed(writer: &mut Writer<Vec<u8>>, feed: &Feed) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    writer.create_element("feed").with_attribute(("xmlns", NAMESPACE)).write_inner_content(|writer| {
        text(writer, "id", &feed.id)?;
        text(writer, "title", &feed.title)?;
        if let Some(subtitle) = &feed.subtitle {
            text(writer, "subtitle", subtitle)?;
        }
        writer.create_element("author").write_inner_content(|writer| text(writer, "name", &feed.author))?;
        link(writer, "self", "application/atom+xml", &feed.address)?;
        link(writer, "alternate", "text/html", &feed.page)?;
        text(writer, "updated", &feed.updated)?;
        feed.entries.iter().try_for_each(|entry| write_entry(writer, entry))
    })?;
    Ok(())
}

fn write_entry(writer: &mut Writer<Vec<u8>>, entry: &Entry) -> io::Result<()> {
    writer.create_element("entry").write_inner_content(|writer| {
        text(writer, "id", &entry.id)?;
        text(writer, "title", &entry.title)?;
        link(writer, "alternate", "text/html", &entry.page)?;
        text(writer, "published", &entry.published)?;
        text(writer, "updated", &entry.updated)?;
        let content = writer.create_element("content").with_attribute(("type", "html"));
        content.write_text_content(BytesText::new(&legal(&entry.html)))?;
        Ok(())
    })?;
    Ok(())
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(&legal(text)))?;
    Ok(())
}

fn link(writer: &mut Writer<Vec<u8>>, rel: &str, media_type: &str, address: &str) -> io::Result<()> {
    let address = legal(address);
    let attributes = [("rel", rel), ("type", media_type), ("href", &address)];
    writer.create_element("link").with_attributes(attributes).write_empty()?;
    Ok(())
}

/// The text without what no XML document may have in it (XML 1.0, `Char`).
fn legal(text: &str) -> String {
    let is_legal = |character: &char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    text.chars().filter(is_legal).collect()
}
