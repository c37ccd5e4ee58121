//! Markdown of people as HTML that can do nothing: text, links to the web, no pictures.
//!
//! HTML in it is shown as it was written. A picture would tell another server who reads the page, so only its text is
//! left; of links, only those that lead to a web page or a mailbox are.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// By how much headings are lower than they were written: a changelog stands below the headings of its page.
const LOWER: usize = 3;

/// The text as HTML.
pub fn to_html(text: &str) -> String {
    // Of every link that was begun: whether it is left.
    let mut links = Vec::new();
    let events = Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH);
    let events = events.filter_map(|event| harmless(event, &mut links));
    let mut written = String::new();
    html::push_html(&mut written, events);
    written
}

/// What is left of a part of a text.
fn harmless<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Option<Event<'a>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::HtmlBlock | Tag::Image { .. }) | Event::End(TagEnd::HtmlBlock | TagEnd::Image) => None,
        Event::Start(Tag::Link { link_type, dest_url, .. }) => {
            let leads = leads_to_the_web(&dest_url);
            links.push(leads);
            let (title, id) = (CowStr::Borrowed(""), CowStr::Borrowed(""));
            leads.then_some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::End(TagEnd::Link) => links.pop().unwrap_or(false).then_some(Event::End(TagEnd::Link)),
        Event::Start(Tag::Heading { level, .. }) => {
            let (level, id, classes, attrs) = (lower(level), None, Vec::new(), Vec::new());
            Some(Event::Start(Tag::Heading { level, id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
        other => Some(other),
    }
}

fn leads_to_the_web(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from((level as usize + LOWER).min(6)).unwrap_or(HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn markdown_is_written_as_html() {
        for (text, html) in [
            ("# New\n\n- a *b*\n- ~~c~~", "<h4>New</h4>\n<ul>\n<li>a <em>b</em></li>\n<li><del>c</del></li>\n</ul>\n"),
            ("##### deep", "<h6>deep</h6>\n"),
            ("[site](https://example.org/?a&b)", "<p><a href=\"https://example.org/?a&amp;b\">site</a></p>\n"),
            ("`a < b`", "<p><code>a &lt; b</code></p>\n"),
            ("", ""),
        ] {
            assert_eq!(to_html(text), html, "{text}");
        }
    }

    #[test]
    fn nothing_in_it_can_do_more_than_be_read() {
        for (text, html) in [
            ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("![a picture](https://example.org/spy.png)", "<p>a picture</p>\n"),
            ("[x](javascript:alert(1))", "<p>x</p>\n"),
            ("[x](JavaScript&#58;alert)", "<p>x</p>\n"),
            ("[x](data:text/html;base64,aGVsbG8=)", "<p>x</p>\n"),
            ("[![p](https://example.org/p.png)](//example.org)", "<p>p</p>\n"),
            ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>\n"),
            ("[x](https://example.org \"\\\" onmouseover=y\")", "<p><a href=\"https://example.org\">x</a></p>\n"),
        ] {
            assert_eq!(to_html(text), html, "{text}");
        }
    }
}
