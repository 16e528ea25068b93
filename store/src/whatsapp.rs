//! WhatsApp as it is kept: numbers, conversations, messages, what is still to be sent and to be fetched. Webhooks write
//! through `arriving`, people through a tenant's transaction, the sender and the fetcher by lease and fence.

mod arriving;
mod assistant;
mod channels;
mod conversations;
mod files;
mod gate;
mod messages;
mod outbox;
mod templates;

pub use arriving::{Arrived, ArrivedMedia, ArrivedMessage, ArrivedStatus, News, Took, WhatsappInbox};
pub use assistant::{ClaimedAnswer, WrittenAnswer};
pub use channels::{ChannelChange, ChannelRow, NewChannel};
pub use conversations::{
    ConversationChange, ConversationChanged, ConversationQuery, ConversationRow, LastMessage,
};
pub use files::{ClaimedFile, FileEnd, FileRow, NewFile};
pub use messages::{Decided, MessageRow, NewMessage, Posted, ReactionRow, Sender};
pub use outbox::{ClaimedMessage, MessageEnd, PutOff};
pub use templates::{CannedReply, NewTemplate, TemplateRow};
