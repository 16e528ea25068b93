//! Reads XML text into a small tree, refusing whatever is not well-formed. `grammar::check` calls it.
//! It knows nothing of TwiML, never guesses and never repairs: the carrier's reader does not either.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// One XML element with its attributes in document order, its own text (children's text left out) and its children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Tag as written; XML is case-sensitive.
    pub name: String,
    /// Name and unescaped value, in document order.
    pub attributes: Vec<(String, String)>,
    /// Text directly inside, entities resolved, children left out.
    pub text: String,
    /// Elements directly inside.
    pub children: Vec<Element>,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// All the text inside, children's included: what a `<Say>` with SSML speaks.
    pub fn whole_text(&self) -> String {
        let mut text = self.text.clone();
        for child in &self.children {
            text.push(' ');
            text.push_str(&child.whole_text());
        }
        text.trim().to_owned()
    }
}

/// The root element, or a sentence saying why the text is not one well-formed document.
pub fn parse(text: &str) -> Result<Element, String> {
    if let Some(c) = text.chars().find(|c| !allowed(*c)) {
        return Err(format!(
            "the character U+{:04X} is not allowed in XML",
            u32::from(c)
        ));
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    let mut building = Building::default();
    loop {
        let at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|error| format!("byte {at}: {error}"))?;
        if matches!(event, Event::Eof) {
            break;
        }
        building
            .take(event, at)
            .map_err(|why| format!("byte {at}: {why}"))?;
    }
    building.finish()
}

/// XML 1.0 `Char`.
fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[derive(Default)]
struct Building {
    open: Vec<Element>,
    root: Option<Element>,
}

impl Building {
    fn take(&mut self, event: Event<'_>, at: u64) -> Result<(), String> {
        match event {
            Event::Start(tag) => {
                let element = self.element(&tag)?;
                self.open.push(element);
            }
            Event::Empty(tag) => {
                let element = self.element(&tag)?;
                self.close(element);
            }
            Event::End(_) => {
                let element = self.open.pop().ok_or("an end tag without its start")?;
                self.close(element);
            }
            Event::Text(text) => self.text(&text.xml10_content())?,
            Event::CData(text) => self.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let escaped = format!("&{};", &*reference);
                let resolved = quick_xml::escape::unescape(&escaped).map_err(|e| e.to_string())?;
                self.text(&resolved)?;
            }
            Event::Decl(_) if at != 0 => return Err("an XML declaration after the first byte".into()),
            Event::DocType(_) => return Err("a document type declaration has no place in TwiML".into()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn element(&self, tag: &BytesStart<'_>) -> Result<Element, String> {
        if self.open.is_empty() && self.root.is_some() {
            return Err("a second root element".into());
        }
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|e| e.to_string())?;
            if attribute.value.contains('<') {
                return Err(format!("`<` inside the value of {}", attribute.key.0));
            }
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|e| e.to_string())?;
            attributes.push((attribute.key.0.to_owned(), value.into_owned()));
        }
        let name = tag.name().0.to_owned();
        Ok(Element {
            name,
            attributes,
            text: String::new(),
            children: Vec::new(),
        })
    }

    fn close(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err("text outside of the root element".into()),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, String> {
        if let Some(unclosed) = self.open.last() {
            return Err(format!("<{}> is never closed", unclosed.name));
        }
        self.root.ok_or_else(|| "there is no element at all".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed_text_becomes_a_tree() {
        let root = parse("<?xml version=\"1.0\"?><A b=\"1 &amp; 2\">&#x5D0;ב&lt;<C/> ד<![CDATA[<&>]]></A>\n")
            .unwrap();
        assert_eq!(root.attribute("b"), Some("1 & 2"));
        assert_eq!(root.text, "אב< ד<&>");
        assert_eq!(root.children.len(), 1);
    }

    #[test]
    fn ill_formed_text_is_refused() {
        for text in [
            "",
            "hello",
            "<A>",
            "<A></B>",
            "<A/><B/>",
            "<A>a & b</A>",
            "<A>&nbsp;</A>",
            "<A b=\"1\" b=\"2\"/>",
            "<A b=1/>",
            "<A b=\"a & b\"/>",
            "<A b=\"<\"/>",
            "<A/>tail",
            "<!DOCTYPE A><A/>",
            "<A>\u{0}</A>",
            "<A>\u{b}</A>",
            "<A/><?xml version=\"1.0\"?>",
        ] {
            assert!(parse(text).is_err(), "{text:?} was read");
        }
    }
}
