//! Short messages (Twilio docs `messaging/api/message-resource`): one text from a number of the account to a phone.
//! Called by whoever sends links and one-time codes. It never retries: a message whose answer was lost may have been sent.

use domain::entities::Phone;
use reqwest::Method;
use serde::Deserialize;

use super::rest::{RestError, TwilioRest};

/// A message as Twilio took it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MessageRow {
    /// `SM…` or `MM…`.
    pub sid: String,
    /// `queued`, `accepted`, `sent`, … or `failed`.
    pub status: String,
}

impl TwilioRest {
    /// Sends a text. That it was taken does not mean that it arrived.
    ///
    /// # Errors
    /// What became of the request, by what to do next.
    pub async fn send_message(
        &self,
        (from, to): (&Phone, &Phone),
        text: &str,
        request_id: &str,
    ) -> Result<MessageRow, RestError> {
        let form = [("From", from.as_e164()), ("To", to.as_e164()), ("Body", text)];
        let request = self.request(Method::POST, self.address("Messages.json"), request_id);
        let row: MessageRow = self.json(request.form(&form)).await?;
        if row.status == "failed" {
            return Err(RestError::Garbage("it failed at once"));
        }
        Ok(row)
    }
}
