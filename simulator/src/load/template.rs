//! A signed request with holes: everything that is the same for each call is encoded and sorted once. The load
//! generator's workers fill the holes. It is for one address only; requests whose address varies are built whole.

use crate::route::Reach;
use crate::signature::{self, Signer};

/// A request to one address with holes for what differs from call to call.
pub(super) struct Template {
    head: String,
    signed: Vec<Piece>,
    body: Vec<Piece>,
}

enum Piece {
    Text(String),
    Hole(usize),
}

/// Marks a hole in a value; survives form encoding as it is, and is in no real value.
pub(super) fn hole(n: usize) -> String {
    format!("HOLE{n}ELOH")
}

impl Template {
    /// A POST of these parameters; values made by [`hole`] are filled in later.
    pub fn new(url: &str, reach: &Reach, params: &[(String, String)]) -> Self {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(params)
            .finish();
        let signed = signature::string_to_sign(url, params);
        Self {
            head: head(reach, "POST"),
            signed: pieces(&signed),
            body: pieces(&form),
        }
    }

    /// Writes the request with its holes filled and signed.
    pub fn fill(&self, signer: &Signer, values: &[&str], request: &mut Vec<u8>) {
        let mut text = String::with_capacity(1024);
        for piece in &self.signed {
            match piece {
                Piece::Text(fixed) => text.push_str(fixed),
                Piece::Hole(n) => text.push_str(values[*n]),
            }
        }
        let signature = signer.sign(text.as_bytes());
        text.clear();
        for piece in &self.body {
            match piece {
                Piece::Text(fixed) => text.push_str(fixed),
                Piece::Hole(n) => text.extend(form_urlencoded::byte_serialize(values[*n].as_bytes())),
            }
        }
        write(request, &self.head, &signature, &text);
    }
}

/// A whole request, for an address that is used once.
pub(super) fn whole(
    signer: &Signer,
    url: &str,
    reach: &Reach,
    params: &[(String, String)],
    request: &mut Vec<u8>,
) {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish();
    let signature = signer.sign(signature::string_to_sign(url, params).as_bytes());
    write(request, &head(reach, "POST"), &signature, &form);
}

/// A GET of TwiML: parameters are in the URL already.
pub(super) fn get(signer: &Signer, url: &str, reach: &Reach, request: &mut Vec<u8>) {
    let signature = signer.sign(signature::string_to_sign(url, &[]).as_bytes());
    request.clear();
    request.extend_from_slice(head(reach, "GET").as_bytes());
    request.extend_from_slice(format!("X-Twilio-Signature: {signature}\r\n\r\n").as_bytes());
}

/// A GET of a file, unsigned as Twilio's are.
pub(super) fn file(reach: &Reach, request: &mut Vec<u8>) {
    request.clear();
    request.extend_from_slice(head(reach, "GET").as_bytes());
    request.extend_from_slice(b"\r\n");
}

fn head(reach: &Reach, method: &str) -> String {
    format!(
        "{method} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n",
        reach.path, reach.host
    )
}

fn write(request: &mut Vec<u8>, head: &str, signature: &str, form: &str) {
    request.clear();
    request.extend_from_slice(head.as_bytes());
    request.extend_from_slice(b"X-Twilio-Signature: ");
    request.extend_from_slice(signature.as_bytes());
    request.extend_from_slice(
        b"\r\nContent-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: ",
    );
    request.extend_from_slice(form.len().to_string().as_bytes());
    request.extend_from_slice(b"\r\n\r\n");
    request.extend_from_slice(form.as_bytes());
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("HOLE") {
        let Some((number, tail)) = after.split_once("ELOH") else {
            break;
        };
        let Ok(number) = number.parse() else { break };
        pieces.push(Piece::Text(before.to_owned()));
        pieces.push(Piece::Hole(number));
        rest = tail;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Engine;

    #[test]
    fn a_filled_template_is_the_request_built_whole() {
        let engine = Engine::behind("http://127.0.0.1:1", "https://h.example");
        let url = engine.url("/webhook/incoming_call");
        let reach = engine.reach(&url).unwrap();
        let params = |sid: &str, to: &str| {
            let pairs = [("CallSid", sid), ("To", to), ("Called", to), ("FromCity", "")];
            pairs.map(|(n, v)| (n.to_owned(), v.to_owned()))
        };
        let template = Template::new(&url, &reach, &params(&hole(0), &hole(1)));
        let signer = Signer::new("12345");
        let (mut filled, mut built) = (Vec::new(), Vec::new());
        template.fill(&signer, &["CA12", "+97231234567"], &mut filled);
        whole(&signer, &url, &reach, &params("CA12", "+97231234567"), &mut built);
        assert_eq!(
            String::from_utf8(filled).unwrap(),
            String::from_utf8(built).unwrap()
        );
    }
}
