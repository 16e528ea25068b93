//! Server-sent events (WHATWG HTML, "Server-sent events") as language models use them: the `data` of each event, however it is cut
//! into packets. Called by the chat client. It never reconnects and holds at most one event.

use crate::provider::ProviderError;

/// The largest event that is believed.
const EVENT_LIMIT: usize = 256 * 1024;

/// Collects bytes into lines and lines into events.
#[derive(Debug, Default)]
pub(super) struct Events {
    pending: Vec<u8>,
    data: String,
    has_data: bool,
}

impl Events {
    /// Takes a packet and gives the data of every event that it completes.
    pub fn push(&mut self, packet: &[u8]) -> Result<Vec<String>, ProviderError> {
        self.pending.extend_from_slice(packet);
        let mut events = Vec::new();
        let mut start = 0;
        while let Some(at) = self.pending[start..].iter().position(|b| *b == b'\n') {
            let line = self.pending[start..start + at].to_vec();
            start += at + 1;
            events.extend(self.line(&line)?);
        }
        self.pending.drain(..start);
        if self.pending.len() + self.data.len() > EVENT_LIMIT {
            return Err(ProviderError::Garbage("an event without an end"));
        }
        Ok(events)
    }

    /// What is left when the stream ends: some servers leave the last empty line out.
    pub fn finish(&mut self) -> Result<Option<String>, ProviderError> {
        let last = std::mem::take(&mut self.pending);
        if let Some(event) = self.line(&last)? {
            return Ok(Some(event));
        }
        Ok(self.take())
    }

    fn line(&mut self, line: &[u8]) -> Result<Option<String>, ProviderError> {
        let line =
            std::str::from_utf8(line).map_err(|_| ProviderError::Garbage("an event that is not UTF-8"))?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            return Ok(self.take());
        }
        // Comments begin with a colon; `event`, `id` and `retry` mean nothing here.
        if let Some(value) = line.strip_prefix("data:") {
            if self.has_data {
                self.data.push('\n');
            }
            self.has_data = true;
            self.data.push_str(value.strip_prefix(' ').unwrap_or(value));
        }
        Ok(None)
    }

    fn take(&mut self) -> Option<String> {
        let had = std::mem::take(&mut self.has_data);
        let data = std::mem::take(&mut self.data);
        had.then_some(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_the_same_however_the_stream_is_cut() {
        let stream = ": keep-alive\r\n\r\ndata: {\"a\":\"שלום\"}\r\n\r\nevent: x\ndata:one\ndata: two\n\nid: 3\n\ndata: [DONE]\n";
        let expected = ["{\"a\":\"שלום\"}", "one\ntwo", "[DONE]"];
        for size in 1..stream.len() {
            let mut events = Events::default();
            let mut found = Vec::new();
            for packet in stream.as_bytes().chunks(size) {
                found.extend(events.push(packet).expect("events"));
            }
            found.extend(events.finish().expect("end"));
            assert_eq!(found, expected, "packets of {size}");
        }
    }

    #[test]
    fn an_event_without_an_end_is_not_collected_for_ever() {
        let mut events = Events::default();
        let packet = vec![b'x'; 64 * 1024];
        assert!((0..8).any(|_| events.push(&packet).is_err()));
    }
}
