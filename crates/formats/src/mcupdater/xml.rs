//! XML as a tree that is written at once.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An element with either a text or further elements.
pub(super) struct Element {
    start: BytesStart<'static>,
    name: &'static str,
    text: Option<String>,
    inner: Vec<Self>,
}

impl Element {
    /// An empty element.
    pub(super) fn new(name: &'static str) -> Self {
        Self { start: BytesStart::new(name), name, text: None, inner: Vec::new() }
    }

    /// An element with a text.
    pub(super) fn text(name: &'static str, text: impl AsRef<str>) -> Self {
        Self { text: Some(legal(text.as_ref())), ..Self::new(name) }
    }

    /// Adds an attribute.
    pub(super) fn attribute(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.start.push_attribute((name, legal(value.as_ref()).as_str()));
        self
    }

    /// Adds an attribute, if there is a value for it.
    pub(super) fn perhaps(self, name: &str, value: Option<&String>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// Adds an element at the end.
    pub(super) fn with(mut self, inner: Self) -> Self {
        self.inner.push(inner);
        self
    }

    /// The element as a whole document, indented, with a newline at its end.
    pub(super) fn to_document(&self) -> Vec<u8> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        let declaration = Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None));
        writer.write_event(declaration).and_then(|()| self.write(&mut writer)).expect("a vector can always grow");
        let mut bytes = writer.into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        if self.text.is_none() && self.inner.is_empty() {
            return writer.write_event(Event::Empty(self.start.borrow()));
        }
        writer.write_event(Event::Start(self.start.borrow()))?;
        if let Some(text) = &self.text {
            writer.write_event(Event::Text(BytesText::new(text)))?;
        }
        self.inner.iter().try_for_each(|inner| inner.write(writer))?;
        writer.write_event(Event::End(BytesEnd::new(self.name)))
    }
}

/// The text without characters that XML 1.0 cannot hold, not even escaped.
fn legal(text: &str) -> String {
    text.replace(|character: char| character.is_control() || ['\u{fffe}', '\u{ffff}'].contains(&character), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Read {
        #[serde(rename = "@b")]
        b: String,
        c: String,
    }

    #[test]
    fn any_text_is_read_back_by_an_xml_reader() {
        let given = "<a> & \"b\" 'c' ]]> ü\n\u{1}";
        let document = Element::new("a").attribute("b", given).with(Element::text("c", given)).to_document();
        let document = String::from_utf8(document).unwrap();
        let read: Read = quick_xml::de::from_str(&document).unwrap();
        let expected = "<a> & \"b\" 'c' ]]> ü  ";
        assert_eq!((read.b.as_str(), read.c.trim_end()), (expected, expected.trim_end()));
    }
}
