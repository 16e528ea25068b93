//! Entities: what callers say and systems send, parsed at the door into types that can't be wrong.
//!
//! Called by the script responder, the webhooks, import and the customer's card. Nothing here does IO or asks the time.

mod calendar_words;
mod city;
mod clock_words;
mod detail;
mod israeli_id;
mod moment;
mod money;
mod name;
mod phone;
mod rooms;

pub use city::{City, UnknownCity};
pub use detail::{Detail, HEARD_CHARS, Value, kept};
pub use israeli_id::{IsraeliId, IsraeliIdError};
pub use moment::{ClockChange, Moment, Precision};
pub use money::Money;
pub use name::{PersonName, PersonNameError};
pub use phone::{CallerId, Phone, PhoneError};
pub use rooms::{Rooms, RoomsError};
