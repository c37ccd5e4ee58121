//! Feeds, held against the rules of RFC 4287.

use std::collections::BTreeSet;

use kleister_formats::feed::{Entry, Feed, write};
use quick_xml::events::Event;
use quick_xml::{NsReader, Reader};

const ATOM: &str = "http://www.w3.org/2005/Atom";

/// An element: its name, its attributes, its text, what is in it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn all(&self, name: &str) -> Vec<&Self> {
        self.children.iter().filter(|child| child.name == name).collect()
    }

    fn text(&self, name: &str) -> &str {
        &self.all(name)[0].text
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn links(&self, rel: &str) -> Vec<&str> {
        let links = self.all("link").into_iter().filter(|link| link.attribute("rel") == Some(rel));
        links.filter_map(|link| link.attribute("href")).collect()
    }
}

/// Reads a document into its elements.
fn read(text: &str) -> Element {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(element(&start)),
            Event::Empty(start) => open.last_mut().unwrap().children.push(element(&start)),
            Event::End(_) => {
                let closed = open.pop().unwrap();
                open.last_mut().unwrap().children.push(closed);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(reference) => {
                let name = format!("&{};", &*reference);
                open.last_mut().unwrap().text.push_str(&quick_xml::escape::unescape(&name).unwrap());
            }
            Event::Eof => return open.remove(0).children.remove(0),
            _ => {}
        }
    }
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
        (attribute.key.as_ref().to_owned(), value)
    });
    Element { name: start.name().as_ref().to_owned(), attributes: attributes.collect(), ..Element::default() }
}

fn entry(number: u32) -> Entry {
    Entry {
        id: format!("urn:uuid:00000000-0000-0000-0000-{number:012}"),
        title: format!("Sky <{number}> & more\u{1}"),
        page: format!("https://mc.example.org/packs/sky?a&b#{number}"),
        published: "2026-11-24T09:30:00.000Z".to_owned(),
        updated: "2026-11-25T09:30:00.000Z".to_owned(),
        html: "<p>a &lt; b</p>\u{0}]]>".to_owned(),
    }
}

fn feed(entries: u32) -> Feed {
    Feed {
        id: "urn:uuid:10000000-0000-0000-0000-000000000000".to_owned(),
        title: "Sky & Co".to_owned(),
        subtitle: (entries > 0).then(|| "Islands".to_owned()),
        author: "Ada".to_owned(),
        address: "https://mc.example.org/packs/sky/feed.atom".to_owned(),
        page: "https://mc.example.org/packs/sky".to_owned(),
        updated: "2026-11-25T09:30:00.000Z".to_owned(),
        entries: (0..entries).map(entry).collect(),
    }
}

/// A rule of RFC 4287, and whether a feed keeps it.
type Rule = (&'static str, fn(&Element) -> bool);

const RULES: [Rule; 14] = [
    ("4.1.1: the document is a feed", |feed| feed.name == "feed"),
    ("4.1.1: one id", |feed| feed.all("id").len() == 1),
    ("4.1.1: one title", |feed| feed.all("title").len() == 1),
    ("4.1.1: one updated", |feed| feed.all("updated").len() == 1),
    ("4.1.1: at most one subtitle", |feed| feed.all("subtitle").len() <= 1),
    ("4.1.1: an author, since entries have none", |feed| feed.all("author").len() == 1),
    ("4.2.1: the author has one name", |feed| feed.all("author")[0].all("name").len() == 1),
    ("4.1.1: one link to itself, one alternate", |feed| {
        feed.links("self").len() == 1 && feed.links("alternate").len() == 1
    }),
    ("4.1.2: an entry has one id, title, updated, and at most one published", |feed| {
        let once = |entry: &Element| ["id", "title", "updated", "published"].iter().all(|it| entry.all(it).len() == 1);
        feed.all("entry").into_iter().all(once)
    }),
    ("4.1.2: an entry has content or an alternate link", |feed| {
        feed.all("entry").iter().all(|entry| entry.all("content").len() == 1 && entry.links("alternate").len() == 1)
    }),
    ("4.2.6: an id is an absolute IRI", |feed| {
        feed.all("entry").into_iter().chain([feed]).all(|it| it.text("id").starts_with("urn:uuid:"))
    }),
    ("4.1.1: no two entries have one id and one updated", |feed| {
        let told: BTreeSet<_> =
            feed.all("entry").iter().map(|entry| (entry.text("id"), entry.text("updated"))).collect();
        told.len() == feed.all("entry").len()
    }),
    ("3.3: times are RFC 3339", |feed| {
        let is_time = |time: &str| time.len() == 24 && time.ends_with('Z') && time.as_bytes()[10] == b'T';
        let of_entries =
            feed.all("entry").into_iter().flat_map(|entry| [entry.text("updated"), entry.text("published")]);
        of_entries.chain([feed.text("updated")]).all(is_time)
    }),
    ("4.1.3.3: content of type html is escaped, and has no elements", |feed| {
        let is_text = |content: &Element| content.attribute("type") == Some("html") && content.children.is_empty();
        feed.all("entry").iter().all(|entry| is_text(entry.all("content")[0]))
    }),
];

#[test]
fn feed_keeps_every_rule() {
    for entries in [0, 1, 50] {
        let text = write(&feed(entries));
        let feed = read(&text);
        for (rule, keeps) in RULES {
            assert!(keeps(&feed), "{rule}:\n{text}");
        }
        assert_eq!(feed.all("entry").len(), entries as usize);
    }
}

#[test]
fn everything_is_of_the_namespace() {
    let text = write(&feed(2));
    let mut reader = NsReader::from_str(&text);
    loop {
        let (namespace, event) = reader.read_resolved_event().unwrap();
        match event {
            Event::Start(_) | Event::Empty(_) => assert!(format!("{namespace:?}").contains(ATOM), "{namespace:?}"),
            Event::Eof => break,
            _ => {}
        }
    }
}

#[test]
fn what_was_written_is_read_back_without_what_xml_cannot_hold() {
    let feed = read(&write(&feed(1)));
    let entry = feed.all("entry")[0];
    assert_eq!(entry.text("title"), "Sky <0> & more");
    assert_eq!(entry.text("content"), "<p>a &lt; b</p>]]>");
    assert_eq!(entry.links("alternate"), ["https://mc.example.org/packs/sky?a&b#0"]);
}
