//! Packets of Engine.IO 4 and Socket.IO 5, as far as a stock client needs them. Engine.IO's are a digit and a text; what
//! Socket.IO says is inside its messages. See "The Engine.IO protocol" and "The Socket.IO protocol" at socket.io.

use actors::sessions::{Frame, Said};
use serde::Deserialize;
use serde_json::Value;

/// Between packets of one poll.
pub const BETWEEN: char = '\u{1e}';
/// Engine.IO's ping, and an empty answer to a poll.
pub const PING: &str = "2";
pub const NOOP: &str = "6";
pub const PROBED: &str = "3probe";
pub const CLOSE: &str = "1";

/// What a client sends.
#[derive(Debug, Clone, PartialEq)]
pub enum Packet {
    /// Joins the one namespace, with what it brings as `auth`.
    Connect(Auth),
    /// Leaves it.
    Disconnect,
    Event(Said),
    Pong,
    /// Asks whether a WebSocket works, and moves to it.
    Probe,
    Upgrade,
    Close,
    /// Nothing that concerns us.
    Other,
}

/// How a client may prove whose it is in its connect packet, and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Auth {
    /// Of `POST /auth/ticket`.
    pub ticket: Option<String>,
    /// An access token, or a program's.
    pub token: Option<String>,
    pub epoch: Option<i64>,
    pub seq: Option<i64>,
}

impl Packet {
    /// Reads one packet; whatever is not understood is `Other`.
    pub fn read(text: &str) -> Self {
        match text {
            "1" => Self::Close,
            "2probe" => Self::Probe,
            "5" => Self::Upgrade,
            "41" => Self::Disconnect,
            _ if text.starts_with('3') => Self::Pong,
            _ => match (text.strip_prefix("40"), text.strip_prefix("42")) {
                (Some(""), _) => Self::Connect(Auth::default()),
                (Some(auth), _) => serde_json::from_str(auth).map_or(Self::Other, Self::Connect),
                (_, Some(event)) => event_said(event).map_or(Self::Other, Self::Event),
                _ => Self::Other,
            },
        }
    }
}

/// `["shown",{"reminders":[1]}]`, perhaps with the number of an acknowledgement before it: the same words as a frame of
/// our own protocol.
fn event_said(text: &str) -> Option<Said> {
    let written = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let (name, data): (String, Value) = match serde_json::from_str::<Vec<Value>>(written).ok()?.as_slice() {
        [Value::String(name)] => (name.clone(), Value::Object(serde_json::Map::new())),
        [Value::String(name), data] => (name.clone(), data.clone()),
        _ => return None,
    };
    let mut said = data.as_object()?.clone();
    said.insert("type".into(), name.into());
    Said::read(&Value::Object(said).to_string())
}

/// Engine.IO's first packet.
pub fn open(id: &str, upgrades: bool, heartbeat_ms: u128) -> String {
    let upgrades: &[&str] = if upgrades { &["websocket"] } else { &[] };
    let open = serde_json::json!({ "sid": id, "upgrades": upgrades, "pingInterval": heartbeat_ms, "pingTimeout": 20_000,
                                   "maxPayload": 65_536 });
    format!("0{open}")
}

/// Socket.IO's answer to connect.
pub fn connected(id: &str) -> String {
    format!("40{}", serde_json::json!({ "sid": id }))
}

/// Its refusal.
pub fn refused(why: &str) -> String {
    format!("44{}", serde_json::json!({ "message": why }))
}

/// An event: its name and its data, as they are.
pub fn event(frame: &Frame) -> String {
    format!("42[\"{}\",{}]", frame.event, frame.data())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stock_client_sends_is_read() {
        let shown = Packet::Event(Said::Shown { reminders: vec![7] });
        for (text, packet) in [
            ("40", Packet::Connect(Auth::default())),
            ("41", Packet::Disconnect),
            ("3", Packet::Pong),
            ("2probe", Packet::Probe),
            ("5", Packet::Upgrade),
            (r#"42["shown",{"reminders":[7]}]"#, shown.clone()),
            (r#"4213["shown",{"reminders":[7]}]"#, shown),
            (
                r#"42["visible",{"visible":false}]"#,
                Packet::Event(Said::Visible { visible: false }),
            ),
            (r#"42["ping"]"#, Packet::Event(Said::Ping)),
            (r#"42["dance",1]"#, Packet::Other),
            ("40{", Packet::Other),
            ("", Packet::Other),
        ] {
            assert_eq!(Packet::read(text), packet, "{text}");
        }
        let Packet::Connect(auth) = Packet::read(r#"40{"token":"t","epoch":3,"seq":4}"#) else {
            panic!("a connect packet");
        };
        assert_eq!(
            (auth.token.as_deref(), auth.epoch, auth.seq),
            (Some("t"), Some(3), Some(4))
        );
    }
}
